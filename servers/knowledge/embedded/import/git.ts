import { spawn } from 'node:child_process';
import { basename, resolve } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { AppError } from '#shared/errors.ts';
import {
  isMarkdown,
  isPassedOver,
  mostBytes,
  mostTotal,
  type Problem,
  type Source,
  type SourceFile,
  sourceName,
  tooLarge,
} from './source.ts';

/** A repository on this machine, and what of it. */
export type GitPlace = {
  /** Its folder, bare or with a work tree. */
  readonly repository: string;
  /** A branch, a tag or a commit. */
  readonly ref: string;
  /** The folder of it whose files are pages; null for all of it. */
  readonly folder: string | null;
  /** Where the program `git` is looked for. */
  readonly path: string;
};

/**
 * The Markdown files of a repository at a commit, read from its objects: nothing is checked out, and no hook or filter of it
 * runs. Throws AppError `bad_configuration` where there is no such repository, commit or folder.
 */
export async function readGit(place: GitPlace, name?: string): Promise<Source> {
  const commit = await commitOf(place);
  const problems: Problem[] = [];
  const passed: string[] = [];
  const found: (Entry & { readonly object: string })[] = [];
  let total = 0;
  for (const entry of await entriesOf(place, commit)) {
    if (!isMarkdown(entry.path) || entry.path.split('/').some(isPassedOver)) continue;
    if (entry.mode === '120000' || entry.object === null) passed.push(entry.path);
    else if (entry.bytes > mostBytes) problems.push(tooLarge(entry.path, entry.bytes));
    else found.push({ ...entry, object: entry.object });
    total += entry.bytes;
  }
  if (total > mostTotal) {
    throw new AppError('bad_configuration', 'The files are more than is imported at once, 512 MB. Name a --folder.');
  }
  const files = await contentsOf(place, found);
  const own = basename(resolve(place.repository)).replace(/\.git$/u, '');
  return { name: sourceName(name ?? own), commit, files, problems, passed, listing: null };
}

async function commitOf({ ref, ...place }: GitPlace): Promise<string> {
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`];
  const commit = (await git({ ...place, ref }, args)).toString().trim();
  if (/^[0-9a-f]{40,64}$/u.test(commit)) return commit;
  throw new AppError('bad_configuration', `The repository has no commit ${JSON.stringify(ref)}.`);
}

type Entry = { readonly mode: string; readonly object: string | null; readonly bytes: number; readonly path: string };

async function entriesOf(place: GitPlace, commit: string): Promise<readonly Entry[]> {
  const folder = place.folder?.replace(/^(?:\.?\/)+|\/+$/gu, '') ?? '';
  const tree = folder === '' ? commit : `${commit}:${folder}`;
  const listed = await git(place, ['ls-tree', '-r', '-z', '--long', '--full-tree', '--end-of-options', tree]);
  return decode(listed)
    .split('\0')
    .flatMap((line) => {
      const [, mode = '', type = '', object = '', size = '', path = ''] =
        /^(\d+) (\w+) ([0-9a-f]+) +(-|\d+)\t(.*)$/su.exec(line) ?? [];
      return path === '' ? [] : [{ mode, object: type === 'blob' ? object : null, bytes: Number(size) || 0, path }];
    });
}

async function contentsOf(place: GitPlace, entries: readonly (Entry & { object: string })[]): Promise<SourceFile[]> {
  if (entries.length === 0) return [];
  const all = await git(place, ['cat-file', '--batch'], entries.map(({ object }) => `${object}\n`).join(''));
  let at = 0;
  return entries.map(({ path, object }) => {
    const end = all.indexOf(10, at);
    const [, size] = /^[0-9a-f]+ blob (\d+)$/u.exec(all.toString('latin1', at, end)) ?? [];
    if (end < 0 || size === undefined) {
      throw new AppError('bad_configuration', `The repository does not have the object ${object} of ${path}.`);
    }
    at = end + 1 + Number(size) + 1;
    return { path, bytes: all.subarray(end + 1, at - 1) };
  });
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    const next = 'Rename it, or name a --folder without it.';
    throw new AppError('bad_configuration', 'A path of the repository is not UTF-8.', { next, cause });
  }
}

/** Nothing of this machine's or its user's settings; of the repository's own, nothing that runs or fetches. */
const clean = {
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_NO_LAZY_FETCH: '1',
  GIT_NO_REPLACE_OBJECTS: '1',
  LC_ALL: 'C',
} as const;

async function git({ repository, path }: GitPlace, args: readonly string[], input = ''): Promise<Buffer> {
  const safe = ['-c', 'core.hooksPath=/dev/null', '-c', 'core.fsmonitor=false', '-c', 'protocol.allow=never'];
  const child = spawn('git', ['-C', resolve(repository), ...safe, ...args], {
    env: { ...clean, PATH: path },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  // A program that is gone says so by its code.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const code = new Promise<number | null>((done, fail) => child.once('error', fail).once('close', done));
  try {
    const [ended, out, said] = await Promise.all([code, buffer(child.stdout), text(child.stderr)]);
    if (ended === 0) return out;
    throw new Error(said);
  } catch (cause) {
    const message = `Git could not read ${repository}: is it a repository that is yours, with that commit and folder, and all of its files?`;
    throw new AppError('bad_configuration', message, { cause });
  }
}
