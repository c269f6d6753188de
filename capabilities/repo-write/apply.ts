import { applyEdits } from '#capabilities/common/edits.ts';
import { blobOid } from '#capabilities/repo/blob.ts';
import { isBinary, mostShown } from '#capabilities/repo/encoding.ts';
import type { FoundFile, RepoState } from '#capabilities/repo/types.ts';
import { AppError } from '#shared/errors.ts';
import type { ContentReader, ContentRef, Contents } from '#shared/tools/index.ts';
import type { FileChange } from './file-forms.ts';
import { type Addition, checkPayload, type FileMode, type FilePlan, fileIn, modeAfter, planOf } from './file-plan.ts';
import { assertText, assertWritable, regular, removable } from './refusals.ts';

/** Turns what was asked for into what each file will be; entries that change nothing are left out. */
export function planFiles(files: readonly FileChange[], state: RepoState, contents: Contents): FilePlan {
  const [blocked] = state.blocked;
  if (blocked !== undefined) {
    throw new AppError(
      'conflict',
      `${JSON.stringify(blocked)} cannot be a file: a folder is there, or a folder above it is a file.`,
    );
  }
  const wanted: Wanted = { additions: [], deletions: [] };
  for (const file of files) planFile(file, { wanted, state, contents });
  if (wanted.additions.length + wanted.deletions.length === 0) {
    throw new AppError('invalid_arguments', 'There is no change: every file already is as you want it.');
  }
  const plan = planOf(wanted, state);
  checkPayload(plan);
  return plan;
}

type Wanted = { readonly additions: (Addition & { mode: FileMode })[]; readonly deletions: string[] };
type Planning = { readonly wanted: Wanted; readonly state: RepoState; readonly contents: Contents };

function planFile(file: FileChange, planning: Planning): void {
  const { wanted, state } = planning;
  const { path } = file;
  const there = fileIn(state, path);
  if ('delete' in file) {
    removable(path, there);
    wanted.deletions.push(path);
  } else if ('move_from' in file) {
    const from = file.move_from;
    const source = regular(from, fileIn(state, from));
    if (there !== null) throw new AppError('conflict', `${JSON.stringify(path)} exists; a move does not overwrite.`);
    wanted.deletions.push(from);
    wanted.additions.push({ path, content: source.content, movedFrom: from, mode: source.mode });
  } else {
    const now = there === null ? null : regular(path, there);
    const mode = modeOf(file, now?.mode ?? '100644');
    const content = contentOf(file, now, planning);
    if (content.sha256 !== now?.content.sha256 || mode !== now.mode) {
      wanted.additions.push({ path, content, movedFrom: null, mode });
    }
  }
}

function modeOf({ executable }: { readonly executable?: boolean | undefined }, now: FileMode): FileMode {
  if (executable === undefined) return now;
  return executable ? '100755' : '100644';
}

type Kept = Exclude<FileChange, { delete: true } | { move_from: string }>;

function contentOf(file: Kept, there: FoundFile | null, planning: Planning): ContentRef {
  const given = writtenBy(file, there, planning.contents);
  if (given !== null) {
    assertWritable(file.path, { ...given, there, ...planning });
    return given.written;
  }
  if (there !== null) return there.content;
  throw new AppError('conflict', `${JSON.stringify(file.path)} does not exist, so its mode cannot be changed.`);
}

type Written = { readonly form: 'content' | 'base64' | 'edits'; readonly written: ContentRef };

/** What an entry writes; null where it writes nothing but a mode. */
function writtenBy(file: Kept, there: FoundFile | null, contents: Contents): Written | null {
  const path = JSON.stringify(file.path);
  if ('content' in file) return { form: 'content', written: contents.putText(file.content) };
  if ('base64' in file) {
    const written = contents.putBase64(file.base64);
    if (written !== null) return { form: 'base64', written };
    throw new AppError('invalid_arguments', `The base64 of ${path} is not canonical base64 with padding.`);
  }
  if (!('edits' in file)) return null;
  if (there === null) throw new AppError('conflict', `${path} does not exist, so it cannot be edited.`);
  const text = applyEdits(file.path, assertText(file.path, there, contents), file.edits);
  return { form: 'edits', written: contents.putText(text) };
}

/** The files as a plan leaves them. */
export function stateAfter(state: RepoState, plan: FilePlan, contents: ContentReader): RepoState {
  const deleted = new Set(plan.deletions);
  const additions = new Map(plan.additions.map((addition) => [addition.path, addition]));
  const files = state.files.map((entry): RepoState['files'][number] => {
    const { path } = entry;
    if (deleted.has(path)) return { path, file: null };
    const added = additions.get(path);
    if (added === undefined) return entry;
    const { content } = added;
    const binary = content.bytes > mostShown || isBinary(contents.text(content));
    const oid = blobOid(contents.get(content));
    return { path, file: { oid, content, mode: modeAfter(added, entry.file), binary } };
  });
  return { ...state, files };
}
