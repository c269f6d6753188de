import { type Commit, mustReadCommit } from './commits.ts';
import type { GitStore } from './objects.ts';
import { findEntry } from './trees.ts';

/** Commits reachable from a start, newest first by committer date, as `git log` gives them. */
export async function* walkHistory(store: GitStore, start: string, path?: string): AsyncGenerator<Commit> {
  const seen = new Set([start]);
  const heads = [await mustReadCommit(store, start)];
  while (heads.length > 0) {
    heads.sort((a, b) => b.committer.seconds - a.committer.seconds);
    const commit = heads.shift() as Commit;
    const { follow, changed } = path === undefined ? everything(commit) : await simplify(store, commit, path);
    for (const parent of follow) {
      if (seen.has(parent)) continue;
      seen.add(parent);
      heads.push(await mustReadCommit(store, parent));
    }
    if (changed) yield commit;
  }
}

const everything = (commit: Commit) => ({ follow: commit.parents, changed: true });

/** git's default simplification: a commit whose path equals a parent's is left out, and only that parent followed. */
async function simplify(store: GitStore, commit: Commit, path: string) {
  const mine = await entryKey(store, commit, path);
  for (const oid of commit.parents) {
    const parent = await mustReadCommit(store, oid);
    if ((await entryKey(store, parent, path)) === mine) return { follow: [oid], changed: false };
  }
  return { follow: commit.parents, changed: commit.parents.length > 0 || mine !== undefined };
}

async function entryKey(store: GitStore, commit: Commit, path: string): Promise<string | undefined> {
  const entry = await findEntry(store, commit.tree, path);
  return entry && `${entry.mode} ${entry.oid}`;
}

/** The ids of all commits reachable from a start. */
async function reachable(store: GitStore, start: string): Promise<Set<string>> {
  const found = new Set<string>();
  const open = [start];
  for (let oid = open.pop(); oid !== undefined; oid = open.pop()) {
    if (found.has(oid)) continue;
    found.add(oid);
    open.push(...(await mustReadCommit(store, oid)).parents);
  }
  return found;
}

/** What is on `head` and not on `base`, newest first. */
export async function commitsBeyond(store: GitStore, base: string, head: string): Promise<Commit[]> {
  const known = await reachable(store, base);
  const commits: Commit[] = [];
  for await (const commit of walkHistory(store, head)) if (!known.has(commit.oid)) commits.push(commit);
  return commits;
}

/** Whether `ancestor` is `descendant` or one of its ancestors. */
export const isAncestor = async (store: GitStore, ancestor: string, descendant: string): Promise<boolean> =>
  ancestor === descendant || (await reachable(store, descendant)).has(ancestor);

/** The newest commit that both have, or undefined where they share none. */
export async function mergeBase(store: GitStore, a: string, b: string): Promise<string | undefined> {
  const known = await reachable(store, a);
  for await (const commit of walkHistory(store, b)) if (known.has(commit.oid)) return commit.oid;
  return undefined;
}
