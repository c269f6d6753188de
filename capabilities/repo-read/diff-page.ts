import * as z from 'zod';
import { jsonBytes } from '#capabilities/common/fit.ts';
import type { Page, PageRequest } from '#capabilities/common/page.ts';
import { sliceLines } from '#capabilities/common/slice.ts';
import { AppError } from '#shared/errors.ts';
import { pinned, pinTo } from './pinned.ts';
import { type FileDiff, fileStatuses } from './ports.ts';

/** What the files of one answer may take, in bytes of JSON. */
const pageBytes = 8_000;
/** Room that a part of a patch has at least, whatever its file's name takes. */
const leastPart = 1_500;
/** Files that are asked of the backend at once. */
const batch = 100;

/** One file of a diff as it is shown. */
export const diffFile = z.strictObject({
  path: z.string(),
  previous_path: z.string().nullable(),
  status: z.enum(fileStatuses),
  additions: z.number().int(),
  deletions: z.number().int(),
  patch: z.string().nullable(),
  note: z.string().nullable().describe('Why there is no patch, or that it is a part of one.'),
});
type Shown = z.infer<typeof diffFile>;

type Request = {
  /** The pull request's head now: a cursor of an earlier one does not count. */
  readonly head: string;
  readonly cursor: string | undefined;
  readonly patches: boolean;
  readonly load: (request: PageRequest) => Promise<Page<FileDiff>>;
  readonly covers: (path: string) => boolean;
};

/** Where to go on: in which page of the backend, at which file of it, and at which place of its patch. */
type Position = {
  readonly backend: string | null;
  readonly index: number;
  readonly line: number;
  readonly column: number;
};

type DiffPage = { files: Shown[]; outside_scope: number; next_cursor: string | null };

/**
 * The files of a diff that may be shown, as many as fit, and where to go on. A patch that fits into an answer of its own
 * is not cut.
 * @throws AppError `conflict` when the head has moved since the cursor was given
 */
export async function pageOfDiff(request: Request): Promise<DiffPage> {
  const { head, load } = request;
  const answer = (taken: Taken, next: Position | null): DiffPage => ({
    ...{ files: taken.files, outside_scope: taken.outside },
    next_cursor: pinTo(head, next && `${next.index}/${next.line}/${next.column}/${next.backend ?? ''}`),
  });
  let outside = 0;
  for (let at = parsePosition(request); ; ) {
    const page = await load({ limit: batch, cursor: at.backend ?? undefined });
    const taken = take(page.items, at, request);
    outside += taken.outside;
    const all = { ...taken, outside };
    if (taken.stop !== null) return answer(all, { backend: at.backend, ...taken.stop });
    if (page.cursor === null) return answer(all, null);
    at = { backend: page.cursor, index: 0, line: 1, column: 1 };
    if (taken.files.length > 0) return answer(all, at);
  }
}

function parsePosition({ head, cursor }: Request): Position {
  const from = pinned(cursor);
  if (from === null) return { backend: null, index: 0, line: 1, column: 1 };
  const next = 'Leave out `cursor` to begin at the start.';
  const [, index, line, column, backend] =
    /^(\d{1,3})\/([1-9]\d{0,8})\/([1-9]\d{0,8})\/(.*)$/su.exec(from.cursor) ?? [];
  if (index === undefined) {
    throw new AppError('invalid_arguments', 'The cursor is not one that this tool gave.', { next });
  }
  if (from.commit !== head) throw new AppError('conflict', 'The pull request has moved on since that page.', { next });
  return { backend: backend || null, index: Number(index), line: Number(line), column: Number(column) };
}

type Taken = {
  readonly files: Shown[];
  readonly outside: number;
  /** Where the next answer begins; null when all of these files are done. */
  readonly stop: Omit<Position, 'backend'> | null;
};

function take(items: readonly FileDiff[], from: Position, request: Request): Taken {
  const files: Shown[] = [];
  let outside = 0;
  let room = pageBytes;
  for (const [index, file] of items.entries()) {
    if (index < from.index) continue;
    if (!request.covers(file.path)) {
      outside += 1;
      continue;
    }
    const start = index === from.index ? from : { line: 1, column: 1 };
    const first = files.length === 0;
    const { shown, next } = show(file, start, request, first ? Math.max(room, 0) : room);
    const size = jsonBytes(shown);
    if (!first && (next !== null || size > room)) return { files, outside, stop: { index, line: 1, column: 1 } };
    files.push(shown);
    room -= size;
    if (next !== null) return { files, outside, stop: { index, ...next } };
  }
  return { files, outside, stop: null };
}

function show(
  file: FileDiff,
  start: { readonly line: number; readonly column: number },
  request: Request,
  room: number,
) {
  const { path, status, additions, deletions } = file;
  const fromInside = file.previousPath === null || request.covers(file.previousPath);
  const about = { path, previous_path: fromInside ? file.previousPath : null, status, additions, deletions };
  const without = (note: string | null) => ({ shown: { ...about, patch: null, note }, next: null });
  if (!request.patches) return without(null);
  if (!fromInside) return without('It comes from a path that you may not read: read_file shows what it is now.');
  if (file.patch === null) {
    return without('There is no patch: nothing but its name or mode changed, or it is binary, or too large.');
  }
  const maxBytes = Math.max(room - jsonBytes({ ...about, patch: '', note: both }), leastPart);
  const range = { startLine: start.line, startColumn: start.column, endLine: Number.MAX_SAFE_INTEGER, maxBytes };
  const { content, next } = sliceLines(file.patch, range);
  return { shown: { ...about, patch: content, note: noteOf(start, next !== null) }, next };
}

const before = 'Goes on from the page before.';
const after = 'Goes on in the next page.';
const both = `${before} ${after}`;

function noteOf({ line, column }: { readonly line: number; readonly column: number }, cut: boolean): string | null {
  const begun = line > 1 || column > 1;
  if (begun) return cut ? both : before;
  return cut ? after : null;
}
