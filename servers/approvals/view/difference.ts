import { stageContents } from '#shared/changes/contents.ts';
import { type Difference, readDifference } from '#shared/changes/difference.ts';
import { AppError } from '#shared/errors.ts';
import { readContents } from '#shared/ledger/contents.ts';
import { findDifference } from '#shared/ledger/differences.ts';
import type { Ledger } from '#shared/ledger/ledger.ts';
import type { ContentReader, Effect, Part, Side } from '#shared/tools/index.ts';
import { effectViews } from './effects.ts';
import { reveal } from './reveal.ts';

/**
 * What a restore found when it was planned: before, as it was left and now, part by part. `since` is what others did,
 * `undo` what would put it back. Null while it is not planned. Every text is safe to look at.
 */
export async function differenceView({ db, vault }: Ledger, id: string) {
  const row = await findDifference(db, id);
  if (!row) return null;
  const { parts, outcomes } = readDifference(row);
  const bytes = await readContents(db, vault, id).catch((error: unknown) => {
    // What was dropped, or is not what was kept, cannot be shown; the change itself says so.
    if (error instanceof AppError && !error.retryable) return null;
    throw error;
  });
  if (bytes === null) return null;
  const contents = stageContents(bytes);
  return {
    parts: parts.map((part) => partView(part, contents)),
    outcomes: outcomes.map(outcomeView),
  };
}

function partView(part: Part, contents: ContentReader) {
  const { name, before, left, now, standing, later, why } = part;
  const view = (from: Side, to: Side) => effectViews(effectOf(name, from, to), contents)[0] ?? null;
  return {
    name: reveal(name),
    standing,
    before: sideView(before),
    left: sideView(left),
    now: sideView(now),
    later: later.map(({ id, author }) => ({ id: reveal(id), author: author === null ? null : reveal(author) })),
    why: why === null ? null : reveal(why),
    since: standing === 'changed' || standing === 'cannot' ? view(left, now) : null,
    undo: standing === 'changed' || standing === 'as_left' ? view(now, before) : null,
  };
}

/** One side in a few words; null where there is nothing. */
function sideView(side: Side): string | null {
  if (side === null) return null;
  if ('text' in side) return reveal(side.text);
  const { content, mode } = side.file;
  const kind = mode === '100644' ? '' : `, mode ${mode}`;
  return `${content.bytes} ${content.bytes === 1 ? 'byte' : 'bytes'}${kind}, SHA-256 ${content.sha256.slice(0, 12)}…`;
}

function effectOf(name: string, from: Side, to: Side): readonly Effect[] {
  const file = (side: Side) => (side && 'file' in side ? side.file : null);
  const text = (side: Side) => (side && 'text' in side ? side.text : null);
  if (file(from) !== null || file(to) !== null) {
    return [{ kind: 'file', path: name, before: file(from), after: file(to) }];
  }
  return [{ kind: 'field', target: name, field: 'state', before: text(from), after: text(to) }];
}

function outcomeView({ choice, summary, refused }: Difference['outcomes'][number]) {
  const shown = (text: string | null) => (text === null ? null : reveal(text));
  return { choice, summary: shown(summary), refused: shown(refused) };
}
