import * as z from 'zod';
import { withLineFeeds } from '#capabilities/common/keep-hidden.ts';
import { type Section, sectionAt, sectionsOf } from '#capabilities/knowledge/sections.ts';
import { AppError } from '#shared/errors.ts';
import { textInput } from '../input.ts';

const heading = z.string().min(1).max(1000);

/** A part of a page under a heading, and what becomes of it. */
export const sectionInput = z
  .strictObject({
    heading: z
      .union([heading, z.array(heading).min(1).max(6)])
      .describe(
        'The heading as read_page shows it; with those above it, from the top, where it is there several times.',
      ),
    how: z
      .enum(['replace', 'append', 'remove'])
      .describe(
        'replace: text stands under the heading, in the place of all up to the next heading of its level or above. append: text comes after that. remove: it goes, with the heading.',
      ),
    text: textInput.optional().describe('In Markdown, without the heading. Not with remove.'),
  })
  .refine(({ how, text }) => (how === 'remove') === (text === undefined), {
    error: 'must have a text to replace or append, and none to remove',
    path: ['text'],
  });
export type WantedSection = z.infer<typeof sectionInput>;

/**
 * A text with one section changed; every other character stays as it is. Throws AppError `invalid_arguments` where the
 * heading names no section or several, or where the new text would swallow what comes after it.
 */
export function withSection(name: string, page: string, { heading, how, text = '' }: WantedSection): string {
  const section = sectionAt(name, page, typeof heading === 'string' ? [heading] : heading);
  if (how === 'remove') return removed(page, section);
  const parts = partsOf(page, section);
  const put = withLineFeeds(text).replace(/^\n+/u, '').trimEnd().replaceAll('\n', parts.lineEnd);
  const changed = how === 'replace' ? replaced(parts, put) : appended(parts, put);
  assertSwallowsNothing(changed, page, section);
  return changed;
}

/** A blank line keeps what was before from what comes after: a heading that is underlined would take it in. */
function removed(page: string, section: Section): string {
  const [before, after] = [page.slice(0, section.start), page.slice(section.end)];
  const isApart = before === '' || after === '' || /(?:^|\n)[ \t]*\r?\n$/u.test(before);
  return before + (isApart ? '' : lineEndOf(page, section)) + after;
}

/** A section, and what is around it. */
type Parts = {
  /** All up to what is under the heading. */
  readonly head: string;
  /** The blank lines after the heading, what is said, and what is blank at its end. */
  readonly lead: string;
  readonly said: string;
  readonly tail: string;
  readonly after: string;
  readonly lineEnd: string;
};

function partsOf(page: string, section: Section): Parts {
  const under = page.slice(section.body, section.end);
  const lead = /^(?:[ \t]*\r?\n)*/u.exec(under)?.[0] ?? '';
  const rest = under.slice(lead.length);
  const said = rest.trimEnd();
  return {
    ...{ head: page.slice(0, section.body), lead, said, tail: rest.slice(said.length) },
    ...{ after: page.slice(section.end), lineEnd: lineEndOf(page, section) },
  };
}

/** Lines end as that of the heading does; as the first of the page where the heading is the last and has no end. */
function lineEndOf(page: string, { start, body }: Section): string {
  const line = page.slice(start, body);
  const like = line.endsWith('\n') ? line : page.slice(0, page.indexOf('\n') + 1);
  return like.endsWith('\r\n') ? '\r\n' : '\n';
}

function replaced(parts: Parts, put: string): string {
  const { head, lead, said, after, lineEnd } = parts;
  if (put === '') return head + (blankEnd(parts) || lead) + after;
  const line = head.endsWith('\n') ? '' : lineEnd;
  return head + line + (said === '' ? lineEnd : lead) + put + endOf(parts);
}

function appended(parts: Parts, put: string): string {
  const { head, lead, said, tail, after, lineEnd } = parts;
  if (put === '') return head + lead + said + tail + after;
  if (said === '') return replaced(parts, put);
  return head + lead + said + lineEnd + lineEnd + put + endOf(parts);
}

/** The same at the end of a section. */
function endOf(parts: Parts): string {
  const { head, said, tail, after, lineEnd } = parts;
  if (after !== '') return lineEnd + (blankEnd(parts) || lineEnd) + after;
  if (said !== '') return tail;
  return head.endsWith('\n') ? lineEnd : '';
}

/** The blank lines at the end of a section. */
function blankEnd({ tail }: Parts): string {
  return tail.replace(/^[ \t]*\r?\n/u, '');
}

/** Code or HTML that is left open has no end but that of the page. */
function assertSwallowsNothing(changed: string, page: string, { end }: Section): void {
  const later = sectionsOf(page).filter(({ start }) => start >= end);
  const now = sectionsOf(changed);
  const shift = changed.length - page.length;
  const isThere = later.every(({ start, level }, index) => {
    const left = now[now.length - later.length + index];
    return left?.start === start + shift && left.level === level;
  });
  if (isThere) return;
  throw new AppError(
    'invalid_arguments',
    'The text leaves something open, such as a block of code or HTML, that takes in what comes after it.',
    { next: 'Close it, and call again.' },
  );
}
