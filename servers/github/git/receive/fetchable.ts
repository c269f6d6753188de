import { createInterface } from 'node:readline';
import { AppError } from '#shared/errors.ts';
import type { Git } from '../child.ts';
import { damaged } from './damaged.ts';
import { type Listing, listCommit } from './listing.ts';
import type { GitObject, Objects } from './pack.ts';

/**
 * What the pusher could have fetched: what the branches and tags of the mirror lead to. Git itself gives out, and takes
 * for known, whatever lies in a store; here an object counts only where it is shown to be reachable.
 */
export type Fetchable = {
  /** Whether a branch leads to the commit. */
  readonly leadsTo: (commit: string) => Promise<boolean>;
  /** Everything in a commit that a branch leads to. */
  readonly list: (commit: string) => Promise<Listing>;
  /** Those of the objects that could have been fetched, whole. Throws AppError `too_large`. */
  readonly objects: (oids: readonly string[]) => Promise<Objects>;
};

type From = { readonly git: Git; readonly dir: string; readonly signal: AbortSignal; readonly mostBytes: number };

const timeoutMs = 30_000;

export function fetchableFrom(from: From): Fetchable {
  const listed = new Map<string, Promise<Listing>>();
  return {
    leadsTo: (commit) => leadsTo(from, commit),
    list: (commit) => {
      const known = listed.get(commit) ?? listCommit(from.git, { ...from, commit });
      listed.set(commit, known);
      return known;
    },
    objects: async (oids) => {
      if (oids.length === 0) return new Map();
      const listings = await Promise.all(listed.values());
      const other = oids.filter((oid) => !listings.some((listing) => listing.has(oid)));
      const reached = other.length === 0 ? new Set() : await reachable(from, other);
      return readObjects(
        from,
        oids.filter((oid) => reached.has(oid) || !other.includes(oid)),
      );
    },
  };
}

async function leadsTo({ git, dir, signal }: From, commit: string): Promise<boolean> {
  // 128: there is no such object.
  const options = { dir, signal, timeoutMs, accept: [0, 128] };
  // Of a tree or a blob nothing would be listed either, and a tag stands for its commit.
  const kind = await git.run({ ...options, args: ['cat-file', '-t', commit] });
  if (kind.output.toString('latin1').trim() !== 'commit') return false;
  const args = ['rev-list', '--max-count=1', commit, '--not', '--branches'];
  const { code, output } = await git.run({ ...options, args });
  return code === 0 && output.byteLength === 0;
}

/** Those of some objects that any branch or tag leads to. It may look at the whole history, so it is the last resort. */
async function reachable({ git, dir, signal }: From, oids: readonly string[]): Promise<ReadonlySet<string>> {
  const wanted = new Set(oids);
  const found = new Set<string>();
  const args = ['rev-list', '--objects', '--no-object-names', '--branches', '--tags'];
  const child = git.start({ dir, signal, timeoutMs, args });
  for await (const oid of createInterface({ input: child.stdout })) {
    if (wanted.has(oid)) found.add(oid);
    if (found.size === wanted.size) break;
  }
  const complete = found.size === wanted.size;
  if (complete) child.stop();
  const { how, code } = await child.ended;
  if (!complete && code !== 0) {
    throw new AppError('backend_unavailable', 'It took too long to see where what is pushed comes from.', {
      next: 'Push again; if it stays so, use commit_files.',
      cause: new Error(`git rev-list: ${how} ${code}`),
    });
  }
  return found;
}

async function readObjects(from: From, oids: readonly string[]): Promise<Objects> {
  if (oids.length === 0) return new Map();
  const { git, dir, signal, mostBytes } = from;
  const input = oids.map((oid) => `${oid}\n`).join('');
  const args = ['cat-file', '--batch'];
  const { output } = await git.run({ dir, signal, timeoutMs, args, input, maxBytes: mostBytes });
  const found = new Map<string, GitObject>();
  for (let at = 0; at < output.byteLength; ) {
    const end = output.indexOf(0x0a, at);
    const [, oid, type, size] =
      /^([0-9a-f]{40}) (commit|tree|blob|tag) (\d+)$/.exec(output.toString('latin1', at, end)) ?? [];
    if (oid === undefined) throw damaged('references to objects that are gone');
    const bytes = output.subarray(end + 1, end + 1 + Number(size));
    found.set(oid, { type: type as GitObject['type'], bytes });
    at = end + 2 + Number(size);
  }
  return found;
}
