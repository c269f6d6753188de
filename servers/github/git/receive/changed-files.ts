import { pathProblem } from '#capabilities/repo/paths.ts';
import { AppError } from '#shared/errors.ts';
import { breather } from './breather.ts';
import { damaged } from './damaged.ts';
import type { Fetchable } from './fetchable.ts';
import type { PushLimits } from './limits.ts';
import type { Listing } from './listing.ts';
import { type Mode, parseTree, type TreeEntry } from './objects.ts';
import type { GitObject, Objects } from './pack.ts';

/** What becomes of one path: the blob that it holds, or nothing. */
export type ChangedFile = { readonly path: string } & (
  | { readonly mode: '100644' | '100755'; readonly oid: string }
  | { readonly delete: true }
);

/** Where objects are looked for: what was pushed, what is in the commit that it begins on, what else could be fetched. */
export type Sources = {
  readonly pushed: Objects;
  readonly listing: Listing;
  readonly fetchable: Fetchable;
  readonly limits: PushLimits;
};

/**
 * What is looked at of a push, step by step: trees as they are needed, and how many of their entries there were.
 * Objects from elsewhere are fetched only once they are shown to be the pusher's to refer to.
 */
export function pushedTrees(sources: Sources) {
  const { pushed, listing, fetchable, limits } = sources;
  const fetched = new Map<string, GitObject>();
  const trees = new Map<string, readonly TreeEntry[]>();
  let left = limits.treeEntries;
  // Counted each time that it is looked at: a few folders that hold one another make any number of paths.
  const look = (entries: number): void => {
    left -= entries + 1;
    if (left < 0) throw new AppError('too_large', 'The folders of this push have too many entries.');
  };
  let searches = limits.searches;
  // Each may go through the whole history.
  const search = (): void => {
    searches -= 1;
    if (searches < 0)
      throw new AppError('too_large', 'The push takes up too many folders of old commits as they were.');
  };
  const object = async (oid: string, type: GitObject['type']): Promise<GitObject> => {
    const known = pushed.get(oid) ?? fetched.get(oid);
    if (known === undefined) search();
    const found = known ?? (await fetchable.objects([oid])).get(oid);
    if (found === undefined) throw notYours(oid);
    if (found.type !== type) throw damaged('an object of another kind than it is used as');
    fetched.set(oid, found);
    return found;
  };
  const tree = async (oid: string): Promise<readonly TreeEntry[]> => {
    const known = trees.get(oid);
    if (known !== undefined) return known;
    const read = pushed.has(oid) ? undefined : listing.entries(oid);
    const found = read ?? parseTree((await object(oid, 'tree')).bytes);
    trees.set(oid, found);
    return found;
  };
  return {
    /** The files that differ between two trees. */
    between: async (before: string, after: string): Promise<readonly ChangedFile[]> => {
      const found: ChangedFile[] = [];
      const count = (file: ChangedFile): void => {
        if (found.push(file) > limits.files) {
          throw new AppError('too_large', `More than ${limits.files} files differ in one commit.`, {
            next: 'Split it into smaller commits, pushed one after the other.',
          });
        }
      };
      await compare({ tree, count, look, breathe: breather(), folders: limits.folders }, [before, after], '');
      return found;
    },
    /** Fetches, in one go, those of some blobs that were not pushed. */
    prepare: async (oids: readonly string[]): Promise<void> => {
      const other = [...new Set(oids)].filter((oid) => !pushed.has(oid) && !fetched.has(oid));
      for (const [oid, found] of await fetchable.objects(other)) fetched.set(oid, found);
    },
    blob: async (oid: string): Promise<Uint8Array> => (await object(oid, 'blob')).bytes,
  };
}

type Walk = {
  readonly tree: (oid: string) => Promise<readonly TreeEntry[]>;
  readonly count: (file: ChangedFile) => void;
  readonly look: (entries: number) => void;
  readonly breathe: () => Promise<void>;
  readonly folders: number;
};

type Sides<T> = readonly [before: T | null, after: T | null];

async function compare(walk: Walk, [before, after]: Sides<string>, folder: string): Promise<void> {
  if (before === after) return;
  if (folder.split('/').length > walk.folders + 1)
    throw new AppError('too_large', 'The folders of this push are too deep.');
  const [old, now] = await Promise.all([before, after].map(async (oid) => (oid === null ? [] : walk.tree(oid))));
  await walk.breathe();
  walk.look((old?.length ?? 0) + (now?.length ?? 0));
  const was = new Map(old?.map((entry) => [entry.name, entry]));
  const is = new Map(now?.map((entry) => [entry.name, entry]));
  for (const name of new Set([...was.keys(), ...is.keys()])) {
    await compareEntry(walk, [was.get(name) ?? null, is.get(name) ?? null], folder + name);
  }
}

async function compareEntry(walk: Walk, [was, is]: Sides<TreeEntry>, path: string): Promise<void> {
  if (was?.oid === is?.oid && was?.mode === is?.mode) return;
  const tree = (entry: TreeEntry | null): string | null => (entry?.mode === '40000' ? entry.oid : null);
  await compare(walk, [tree(was), tree(is)], `${path}/`);
  const problem = pathProblem(path);
  if (problem !== null) throw new AppError('invalid_arguments', `The path ${JSON.stringify(path)} ${problem}.`);
  const file = (entry: TreeEntry | null): TreeEntry | null => (entry?.mode === '40000' ? null : entry);
  const [before, after] = [file(was), file(is)];
  if (after !== null) walk.count({ path, mode: plain(path, after.mode, before?.mode), oid: after.oid });
  else if (before !== null) {
    plain(path, '100644', before.mode);
    walk.count({ path, delete: true });
  }
}

/** Links and submodules are neither written nor replaced nor deleted: what they lead to is not in the push. */
function plain(path: string, now: Mode, before: Mode | undefined): '100644' | '100755' {
  const special = [now, before].find((mode) => mode === '120000' || mode === '160000');
  if (special === undefined && (now === '100644' || now === '100755')) return now;
  const what = special === '160000' ? 'a submodule' : 'a symbolic link';
  throw new AppError('unsupported', `${JSON.stringify(path)} is ${what}, which is not changed here.`, {
    next: 'Leave it as it is, or ask a person to change it.',
  });
}

function notYours(oid: string): AppError {
  return new AppError('conflict', `The push refers to ${oid}, which it does not bring and which no branch leads to.`, {
    next: 'Run git fetch, then push again.',
  });
}
