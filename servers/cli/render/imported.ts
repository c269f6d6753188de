import { styleText } from 'node:util';
import * as z from 'zod';
import { visibleLine } from '../visible.ts';

const text = z.string();
const number = z.number();

/** What an import came to, as the program says it. */
export const importReport = z.looseObject({
  namespace: text,
  source: text,
  commit: text.nullable(),
  dry_run: z.boolean(),
  done: z.boolean(),
  files: number,
  created: number,
  updated: number,
  same: number,
  kept: number,
  pruned: number,
  milliseconds: number,
  gone: z.array(text),
  refused: z.array(z.looseObject({ path: text, message: text, next: text })),
  left: z.array(z.looseObject({ path: text, why: text })),
  passed: z.array(text),
  untrusted: z.array(text),
});

const whys: Readonly<Record<string, string>> = {
  changed_here: 'Somebody changed the page here since it was taken in. Put that into the file, then it is the same.',
  trashed_here: 'The page was put into the trash here. Bring it back, or take the file away.',
  moved_away: 'The page was moved to another namespace. Take the file away, or give it another path.',
  not_published: 'The page waits to be accepted, or nobody sees it any more.',
  other_source: 'A page of this path came from another source. Use --under with a page of its own, or --source.',
  forgotten: 'This page, or this very text, was forgotten, and is not taken in again.',
  has_pages_under_it: 'No file is there for it any more, but other pages are under it.',
};

/** So many of a list are shown; --json has all. */
const most = 50;

/** What an import came to, for a person at a terminal. */
export function renderImport(found: z.output<typeof importReport>): string {
  const { created, updated, same, kept, pruned, gone, refused, left, namespace, source, commit } = found;
  const of = visibleLine(commit === null ? source : `${source} at ${commit.slice(0, 12)}`);
  const refusals = refused.map(({ path, message, next }) => `${path}: ${message} ${next}`);
  if (!found.done) {
    const title = `Nothing was taken in: ${refused.length} of ${found.files} files cannot be pages.`;
    return [title, ...listed('', refusals), 'With --skip the others are taken in.'].join('\n');
  }
  const seconds = (found.milliseconds / 1_000).toFixed(1);
  return [
    `${found.dry_run ? 'Would be taken' : 'Taken'} from ${of} into ${visibleLine(namespace)} in ${seconds} s:`,
    `  ${created} new, ${updated} changed, ${same} the same, ${kept} changed here alone, ${pruned} put into the trash`,
    ...listed('Refused:', refusals),
    ...listed(
      'Left as they are:',
      left.map(({ path, why }) => `${path}: ${whys[why] ?? why}`),
    ),
    ...(pruned === 0 ? listed('No file is there for these any more; --prune puts them into the trash:', gone) : []),
    ...listed('Untrusted, as they are here or were where they come from:', found.untrusted),
    ...listed('Passed over, because they are links or no files:', found.passed),
  ].join('\n');
}

function listed(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const more = lines.length > most ? [`  and ${lines.length - most} more; --json has them all`] : [];
  const head = title === '' ? [] : [styleText('bold', title)];
  return [...head, ...lines.slice(0, most).map((line) => `  ${visibleLine(line)}`), ...more];
}
