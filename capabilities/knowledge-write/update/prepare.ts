import { applyEdits, type Edit } from '#capabilities/common/edits.ts';
import { withHidden, withLineFeeds } from '#capabilities/common/keep-hidden.ts';
import { looksLikeMark } from '#capabilities/common/mark-comment.ts';
import { editedDocument } from '#capabilities/knowledge/document.ts';
import { AppError } from '#shared/errors.ts';
import type { Contents } from '#shared/tools/index.ts';
import { assertFits } from '../fits.ts';
import { documentIn, kept } from '../kept.ts';
import { assertNotTrashed } from '../tool.ts';
import type { UpdatePlan, UpdateState, Words } from './plan.ts';
import { type WantedSection, withSection } from './section.ts';
import { keysOf, pick, sameWords, withWords } from './words.ts';

export type WantedUpdate = {
  readonly page: string;
  readonly expected_version: string;
  readonly title?: string | undefined;
  readonly text?: string | undefined;
  readonly edits?: readonly Edit[] | undefined;
  readonly section?: WantedSection | undefined;
};

/** The plan of what differs from what the agent sees. Throws AppError where there is none. */
export function planUpdate(wanted: WantedUpdate, before: UpdateState, contents: Contents): UpdatePlan {
  const { at, words, backend } = before;
  assertNotTrashed(at);
  if (wanted.expected_version !== at.revision) {
    throw new AppError('conflict', `The page ${JSON.stringify(wanted.page)} is no longer as it was read.`, {
      next: 'read_page shows it as it is now: read it again, and propose what still fits.',
    });
  }
  const document = documentIn(words.body, contents);
  const text = textAnew(wanted, document.text);
  assertFits({ title: wanted.title, text }, backend);
  const to: Words = withWords(words, {
    title: wanted.title?.trim(),
    body: text === undefined || text === document.text ? undefined : kept(editedDocument(document, text), contents),
  });
  const keys = keysOf(to).filter((key) => !sameWords(key, to, words));
  if (keys.length === 0) {
    throw new AppError('invalid_arguments', 'There is no change: the page already says that.');
  }
  return { page: at.ref, revision: at.revision, from: words, to: pick(to, keys), overwrites: [] };
}

/** What the page shall say; undefined where only its title is written. */
function textAnew({ text, edits, section }: WantedUpdate, was: string): string | undefined {
  if (text !== undefined) return wholeText(text, was);
  if (edits === undefined && section === undefined) return undefined;
  const left = section === undefined ? applyEdits('the page', was, edits ?? []) : withSection('the page', was, section);
  if (looksLikeMark(left) && !looksLikeMark(was)) {
    throw new AppError(
      'invalid_arguments',
      'The text that this leaves must not contain a mark like those of this server.',
    );
  }
  return left;
}

/** A whole text, with what does not show where nothing that shows differs, and with line ends as they were. */
function wholeText(text: string, was: string): string {
  const isWindows = was.includes('\r\n') && !/(?<!\r)\n/u.test(was);
  const lines = withHidden(withLineFeeds(was), withLineFeeds(text));
  const ended = was.endsWith('\n') && !lines.endsWith('\n') && lines !== '' ? `${lines}\n` : lines;
  return isWindows ? ended.replaceAll('\n', '\r\n') : ended;
}
