import { isBinary } from '#capabilities/repo/encoding.ts';
import type { FoundFile, RepoState } from '#capabilities/repo/types.ts';
import { AppError } from '#shared/errors.ts';
import type { ContentRef, Contents } from '#shared/tools/index.ts';
import { applyEdits } from './edits.ts';
import type { FileChange } from './file-changes.ts';
import { checkPayload, type FilePlan, fileIn } from './file-plan.ts';

/** Turns what was asked for into what each file will be; entries that change nothing are left out. */
export function planFiles(files: readonly FileChange[], state: RepoState, contents: Contents): FilePlan {
  const [blocked] = state.blocked;
  if (blocked !== undefined) {
    throw new AppError(
      'conflict',
      `${quote(blocked)} cannot be a file: a folder is there, or a folder above it is a file.`,
    );
  }
  const plan: FilePlan = { additions: [], deletions: [] };
  for (const file of files) planFile(file, { plan, state, contents });
  if (plan.additions.length + plan.deletions.length === 0) {
    throw new AppError('invalid_arguments', 'There is no change: every file already is as you want it.');
  }
  plan.additions.sort((one, other) => (one.path < other.path ? -1 : 1));
  plan.deletions.sort();
  checkPayload(plan);
  return plan;
}

type Planning = { readonly plan: FilePlan; readonly state: RepoState; readonly contents: Contents };

function planFile(file: FileChange, planning: Planning): void {
  const { plan, state } = planning;
  const there = fileIn(state, file.path);
  if ('delete' in file) {
    plan.deletions.push(removable(file.path, there).path);
  } else if ('move_from' in file) {
    const source = removable(file.move_from, fileIn(state, file.move_from));
    if (there !== null) throw new AppError('conflict', `${quote(file.path)} exists; a move does not overwrite.`);
    plan.deletions.push(source.path);
    plan.additions.push({ path: file.path, content: source.file.content, movedFrom: source.path });
  } else {
    if (there !== null) requireRegular(file.path, there);
    const content = contentOf(file, there, planning.contents);
    if (content.sha256 !== there?.content.sha256) plan.additions.push({ path: file.path, content, movedFrom: null });
  }
}

function contentOf(
  file: Exclude<FileChange, { delete: true } | { move_from: string }>,
  there: FoundFile | null,
  contents: Contents,
): ContentRef {
  if ('content' in file) return contents.putText(file.content);
  if ('base64' in file) {
    const kept = contents.putBase64(file.base64);
    if (kept !== null) return kept;
    throw new AppError('invalid_arguments', `The base64 of ${quote(file.path)} is not canonical base64 with padding.`);
  }
  if (there === null) throw new AppError('conflict', `${quote(file.path)} does not exist, so it cannot be edited.`);
  const text = contents.text(there.content);
  if (text === null || isBinary(text)) {
    throw new AppError('unsupported', `${quote(file.path)} is not a UTF-8 text file, so edits cannot be made in it.`, {
      next: 'Give its whole content in base64.',
    });
  }
  return contents.putText(applyEdits(file.path, text, file.edits));
}

/** A file that can be deleted and later be made again as it was: only plain ones, since a commit here sets no mode. */
function removable(path: string, there: FoundFile | null): { readonly path: string; readonly file: FoundFile } {
  if (there === null) throw new AppError('conflict', `${quote(path)} does not exist.`);
  requireRegular(path, there);
  if (there.mode === '100755') {
    throw new AppError(
      'unsupported',
      `${quote(path)} is executable: deleting or moving it could not be undone, because new files are never executable here.`,
    );
  }
  return { path, file: there };
}

function requireRegular(path: string, there: FoundFile): void {
  if (there.mode === '120000')
    throw new AppError('unsupported', `${quote(path)} is a symbolic link, which cannot be written here.`);
  if (there.mode === '160000')
    throw new AppError('unsupported', `${quote(path)} is a submodule, which cannot be written here.`);
}

function quote(text: string): string {
  return JSON.stringify(text);
}
