import type { Git } from '../child.ts';
import type { Mode, TreeEntry } from './objects.ts';

/** All that a commit holds: its folders by the ids of their trees, and the ids of all its objects. */
export type Listing = {
  readonly tree: string;
  /** The entries of a tree that is somewhere in the commit; undefined for any other. */
  readonly entries: (tree: string) => readonly TreeEntry[] | undefined;
  readonly has: (oid: string) => boolean;
};

/** Some ten million characters of names: a repository of half a million files. */
const mostBytes = 64 * 1024 * 1024;

/** Lists a commit of a repository. Throws AppError `too_large` for one of too many files. */
export async function listCommit(
  git: Git,
  at: { readonly dir: string; readonly commit: string; readonly signal: AbortSignal },
): Promise<Listing> {
  const { dir, commit, signal } = at;
  const options = { dir, signal, timeoutMs: 30_000, maxBytes: mostBytes };
  const [root, listed] = await Promise.all([
    git.run({ ...options, args: ['rev-parse', '--verify', '--end-of-options', `${commit}^{tree}`] }),
    git.run({ ...options, args: ['ls-tree', '-r', '-t', '-z', '--full-tree', commit] }),
  ]);
  return listingOf(root.output.toString('latin1').trim(), listed.output);
}

function listingOf(tree: string, output: Buffer): Listing {
  const byFolder = new Map<string, TreeEntry[]>([['', []]]);
  const folders = new Map([[tree, '']]);
  const oids = new Set([tree]);
  for (const line of output.toString('utf8').split('\0')) {
    const [, mode, oid = '', path = ''] = /^(\d{6}) \w+ ([0-9a-f]{40})\t(.*)$/su.exec(line) ?? [];
    if (mode === undefined) continue;
    const slash = path.lastIndexOf('/');
    const entry = { name: path.slice(slash + 1), mode: mode.replace(/^0/, '') as Mode, oid };
    byFolder.get(slash === -1 ? '' : path.slice(0, slash))?.push(entry);
    if (entry.mode === '40000') {
      folders.set(oid, path);
      byFolder.set(path, []);
    }
    // A submodule names a commit of another repository.
    if (entry.mode !== '160000') oids.add(oid);
  }
  return {
    tree,
    entries: (id) => byFolder.get(folders.get(id) ?? '\0'),
    has: (oid) => oids.has(oid),
  };
}
