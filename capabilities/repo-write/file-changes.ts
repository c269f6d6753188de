import * as z from 'zod';
import { utf8Length } from '#capabilities/common/text.ts';
import { ancestors, type RepoPath } from '#capabilities/repo/paths.ts';
import type { RepoAsk } from '#capabilities/repo/types.ts';
import { foldCase } from '#shared/tools/fold.ts';
import { type FileChange, fileChange, fileChangeAgain } from './file-forms.ts';

/** Folders above one file. */
const maxDepth = 100;

/** Every file and every folder above one is looked up in the backend, a hundred of them in one request. */
const maxLookups = 5_000;

/** What the files of one change are to be: at most one entry for each, and none where another needs a folder. */
export const fileChanges = changesOf(fileChange).describe(
  'What to write: each entry is a path and one of `content`, `base64`, `edits`, `delete: true`, `move_from`, or only `executable`.',
);

/** The same where a model has read of it before. */
export const fileChangesAgain = changesOf(fileChangeAgain).describe('As files above.');

function changesOf(change: typeof fileChange) {
  return z
    .array(change)
    .min(1)
    .max(1000)
    .check(({ value, issues }) => {
      for (const clash of tooDeep(value) ?? clashes(value)) {
        issues.push({ code: 'custom', input: value, path: [clash.index], message: clash.message });
      }
    });
}

/** Every path that the entries read or write, once each. */
export function pathsOf(files: readonly FileChange[]): readonly RepoPath[] {
  return files.flatMap((file) => ('move_from' in file ? [file.path, file.move_from] : [file.path]));
}

type Problem = { readonly index: number; readonly message: string };

/** What is wrong where the files lie, or null: only then it is cheap to look at all their folders. */
function tooDeep(files: readonly FileChange[]): readonly Problem[] | null {
  const deep = files.flatMap((file, index) =>
    pathsOf([file])
      .filter(isTooDeep)
      .map(() => ({ index, message: `is more than ${maxDepth} folders deep` })),
  );
  if (deep.length > 0) return deep;
  const message = tooManyFolders(pathsOf(files));
  return message === null ? null : [{ index: 0, message }];
}

function isTooDeep(name: string): boolean {
  return name.split('/').length - 1 > maxDepth;
}

function tooManyFolders(paths: readonly string[]): string | null {
  const lookups = new Set(paths.flatMap((name) => [name, ...ancestors(name)]));
  if (lookups.size <= maxLookups) return null;
  return `these files lie in too many folders: ${lookups.size} files and folders, and ${maxLookups} is the most`;
}

/** Why paths are too deep, or in too many folders; null when they are not. */
export function depthProblem(paths: readonly string[]): string | null {
  const deep = paths.find(isTooDeep);
  return deep === undefined ? tooManyFolders(paths) : `${quote(deep)} is more than ${maxDepth} folders deep`;
}

function clashes(files: readonly FileChange[]): readonly Problem[] {
  return clashesOf(files.map((file) => pathsOf([file])));
}

/** Where entries, by the paths that each names, are of one file, or where one needs a folder that is another's file. */
export function clashesOf(named: readonly (readonly string[])[]): readonly Problem[] {
  const entries = named.flatMap((paths, index) => paths.map((name) => ({ index, name, key: foldCase(name) })));
  const byKey = new Map<string, string>();
  const found: Problem[] = [];
  for (const { index, name, key } of entries) {
    const other = byKey.get(key);
    if (other !== undefined) found.push({ index, message: sameFile(name, other) });
    else byKey.set(key, name);
  }
  for (const { index, name, key } of entries) {
    const above = ancestors(key).find((folder) => byKey.has(folder));
    if (above !== undefined) {
      found.push({
        index,
        message: `${quote(name)} needs a folder where ${quote(byKey.get(above) ?? above)} is a file`,
      });
    }
  }
  return found;
}

function sameFile(name: string, other: string): string {
  return name === other
    ? `${quote(name)} is named twice; one entry for each file`
    : `${quote(name)} and ${quote(other)} are the same file where case or composition does not count`;
}

function quote(text: string): string {
  return JSON.stringify(text);
}

/** What the entries ask of a scope: each path, how many files, how many bytes of content they bring. */
export function asksOf(repository: string, files: readonly FileChange[]): readonly RepoAsk[] {
  const bytes = files.reduce((sum, file) => sum + bytesOf(file), 0);
  const count = new Set(files.map(({ path }) => path)).size;
  return [
    { want: 'write', repository, files: count, bytes },
    ...[...new Set(pathsOf(files))].map((name): RepoAsk => ({ want: 'write', repository, path: name })),
    ...readsOf(repository, files),
  ];
}

/** The files whose content is found out, or carried elsewhere, by what the entries do: they must be open to reading. */
export function readsOf(repository: string, files: readonly FileChange[]): readonly RepoAsk[] {
  return sourcesOf(files).map((name) => ({ want: 'read', repository, path: name }));
}

/** The files whose present content becomes part of what is written. */
export function sourcesOf(files: readonly FileChange[]): readonly RepoPath[] {
  return files.flatMap((file) => {
    if ('edits' in file) return [file.path];
    return 'move_from' in file ? [file.move_from] : [];
  });
}

/** The files that get new content. */
export function writtenIn(files: readonly FileChange[]): readonly RepoPath[] {
  return files.flatMap((file) => ('content' in file || 'base64' in file || 'edits' in file ? [file.path] : []));
}

function bytesOf(file: FileChange): number {
  if ('content' in file) return utf8Length(file.content);
  if ('base64' in file) return Math.floor((file.base64.replace(/=+$/, '').length * 3) / 4);
  if ('edits' in file) return file.edits.reduce((sum, { replace }) => sum + utf8Length(replace), 0);
  return 0;
}
