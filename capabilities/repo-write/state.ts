import { utf8ToBytes } from '@noble/hashes/utils.js';
import { decodeUtf8, isBinary, mostShown } from '#capabilities/repo/encoding.ts';
import { sameRepository } from '#capabilities/repo/name.ts';
import { ancestors } from '#capabilities/repo/paths.ts';
import type { FoundFile, PullRequest, RepoState, RepositoryRef } from '#capabilities/repo/types.ts';
import type { Commit, FileAt, LookRequest, RepoReader, Repository } from '#capabilities/repo-read/ports.ts';
import { AppError } from '#shared/errors.ts';
import type { Contents, StillHolds } from '#shared/tools/index.ts';
import { maxFileBytes } from './file-plan.ts';
import { attributeFiles, lfsPaths } from './lfs.ts';

/** A repository without what may change from day to day. */
export function refOf(repository: Repository): RepositoryRef {
  const { id, nodeId, name, defaultBranch, visibility } = repository;
  return { id, nodeId, name, defaultBranch, ...(visibility === undefined ? {} : { visibility }) };
}

/** Files of which a change wants to know. */
export type WantedFiles = {
  readonly paths: readonly string[];
  /** Of these paths, those whose content is written again: they must fit into a commit. */
  readonly sources?: readonly string[];
  /** Of these paths, those that get new content: whether Git LFS holds them is looked up too. */
  readonly written?: readonly string[];
};

/** What is read to know of them: what stands above each path, too. */
export function lookedUp({ paths, sources, written = [] }: WantedFiles): NonNullable<LookRequest['files']> {
  return {
    paths: [...new Set([...paths.flatMap((path) => [path, ...ancestors(path)]), ...attributeFiles(written)])],
    limits: new Map(sources?.map((path) => [path, maxFileBytes])),
  };
}

/** The files at some paths, their bytes kept, and which of the paths something stands in the way of. */
export function keptFiles(
  { paths, written = [] }: WantedFiles,
  found: ReadonlyMap<string, FileAt | null>,
  contents: Contents,
): Pick<RepoState, 'files' | 'blocked' | 'lfs'> {
  const at = (path: string): FileAt | null => found.get(path) ?? null;
  const lfs = lfsPaths(written, found);
  return {
    ...(lfs.length > 0 && { lfs: [...lfs] }),
    files: paths.map((path) => ({ path, file: foundFile(at(path), contents) })),
    blocked: paths.filter(
      (path) => at(path)?.type === 'directory' || ancestors(path).some((folder) => isFile(at(folder))),
    ),
  };
}

/** The same at a commit. */
export async function filesAt({
  reader,
  contents,
  repository,
  commit,
  ...wanted
}: WantedFiles & {
  readonly reader: RepoReader;
  readonly contents: Contents;
  readonly repository: string;
  readonly commit: string;
}): Promise<Pick<RepoState, 'files' | 'blocked' | 'lfs'>> {
  const { paths, limits } = lookedUp(wanted);
  const found = paths.length === 0 ? new Map() : await reader.files(repository, commit, paths, limits);
  return keptFiles(wanted, found, contents);
}

function isFile(found: FileAt | null): boolean {
  return found !== null && found.type !== 'directory';
}

/** What is kept of a file, its bytes among the contents. */
export function foundFile(found: FileAt | null, contents: Contents): FoundFile | null {
  if (found === null || found.type === 'directory') return null;
  // A submodule has no bytes of its own; the commit it points to is what can be compared.
  const bytes = found.bytes ?? utf8ToBytes(found.oid);
  return {
    oid: found.oid,
    content: contents.put(bytes),
    mode: modeOf(found),
    binary: bytes.byteLength > mostShown || isBinary(decodeUtf8(bytes)),
  };
}

function modeOf(found: FileAt): FoundFile['mode'] {
  if (found.type === 'symlink') return '120000';
  if (found.type === 'submodule') return '160000';
  return found.mode === '100755' ? '100755' : '100644';
}

/** How many commits are looked through for one of ours, or for what came after it. */
export const historyDepth = 100;

/** The commits on a branch that came after one of them, newest first; the newest few when it is not among them. */
export async function commitsAfter(
  reader: RepoReader,
  at: { readonly repository: string; readonly branch: string; readonly commit: string },
): Promise<readonly Commit[]> {
  const history = await reader.history(at.repository, at.branch, historyDepth);
  const index = history.findIndex(({ oid }) => oid === at.commit);
  return history.slice(0, Math.min(index === -1 ? history.length : index, 20));
}

/** What is kept of a commit that somebody else made. */
export function laterOf({ oid, author }: Commit): RepoState['later'][number] {
  return { oid, author };
}

/** Names, for each of the paths, the newest of the commits (newest first) that changed it against its first parent. */
export async function changesOf(
  reader: RepoReader,
  at: { readonly repository: string; readonly commits: readonly Commit[]; readonly paths: readonly string[] },
): Promise<ReadonlyMap<string, RepoState['later'][number]>> {
  const found = new Map<string, RepoState['later'][number]>();
  const read = new Map<string, ReadonlyMap<string, FileAt | null>>();
  const filesOf = async (commit: string): Promise<ReadonlyMap<string, FileAt | null>> => {
    const known = read.get(commit) ?? (await reader.files(at.repository, commit, at.paths));
    read.set(commit, known);
    return known;
  };
  for (const commit of at.commits) {
    const [parent] = commit.parents;
    if (parent === undefined || found.size === at.paths.length) break;
    const [there, before] = [await filesOf(commit.oid), await filesOf(parent)];
    for (const path of at.paths) {
      const same = (one: FileAt | null | undefined) => `${one?.mode} ${one?.oid}`;
      if (!found.has(path) && same(there.get(path)) !== same(before.get(path))) found.set(path, laterOf(commit));
    }
  }
  return found;
}

/** The newest pull requests from a branch. */
export async function pullRequestsOf(
  reader: RepoReader,
  repository: string,
  head: string,
): Promise<readonly PullRequest[]> {
  return (await reader.pullRequests(repository, { limit: 50, state: 'all', head })).items;
}

/** Whether the name of a repository still leads to the one that the plan is for, and is still its name. */
export async function sameRepositoryStill(reader: RepoReader, repository: RepositoryRef): Promise<StillHolds> {
  return isSameRepository(repository, await reader.repository(repository.name));
}

/** The same, with what the name leads to now. */
export function isSameRepository(repository: RepositoryRef, now: Repository): StillHolds {
  if (now.id !== repository.id) return { stale: `${repository.name} is another repository now.` };
  // What was granted and approved is a name; whether the new one is granted was not asked.
  return sameRepository(now.name, repository.name) ? 'holds' : { stale: `${repository.name} was renamed.` };
}

/** The head of a branch that must be there. */
export async function headOf(reader: RepoReader, repository: string, branch: string): Promise<string> {
  return foundHead(await reader.head(repository, branch), repository, branch);
}

/** @throws AppError `not_found` where the branch is not there */
export function foundHead(head: string | null, repository: string, branch: string): string {
  if (head !== null) return head;
  throw new AppError('not_found', `There is no branch ${JSON.stringify(branch)} in ${repository}.`, {
    next: 'list_branches shows the branches.',
  });
}
