import { setTimeout as sleep } from 'node:timers/promises';
import { mergeIndex } from '../store/merge-index.ts';
import type { PageRow } from '../store/rows.ts';
import type { Store } from '../store/store.ts';
import { prunePage, putPage } from './put.ts';
import { goneFrom, type Into, isImported, standingOf, type Why } from './standing.ts';
import type { Wanted } from './tree.ts';

/** What an import came to. Paths are those of files. */
export type Imported = {
  readonly created: number;
  readonly updated: number;
  readonly same: number;
  /** Changed here since, while the file is as it was taken in last. */
  readonly kept: number;
  /** Pages that no file is there for any more. They are in the trash where it was asked for. */
  readonly gone: readonly string[];
  readonly pruned: number;
  /** What was left as it is, and why. */
  readonly left: readonly { readonly path: string; readonly why: Why | 'has_pages_under_it' }[];
};

/** How long the lock of writers is held at once, about, and then left to others, in milliseconds. */
const [holdMs, pauseMs] = [80, 30];

type Options = {
  readonly into: Into;
  readonly pages: readonly Wanted[];
  readonly prune: boolean;
  /** Writes nothing. */
  readonly dryRun: boolean;
  /** Paths of files that are there and cannot be pages: theirs are not taken for gone. */
  readonly refused: readonly string[];
  /** Which of some texts are not to be relied on, whatever is said of all, by their paths. */
  readonly untrusted: ReadonlySet<string>;
  /** Which of some texts were forgotten, by their paths. */
  readonly forgotten: ReadonlySet<string>;
  readonly onProgress: (done: number) => void;
};

/**
 * Makes pages what files say, some at a time, so that others read and write in between. What was written stays when it
 * breaks off, and doing it again does the rest: what is there already is the same then. Each page is looked at in the
 * transaction that writes it.
 */
export async function importPages(store: Store, options: Options): Promise<Imported> {
  const { pages, prune, dryRun, refused, untrusted, forgotten, onProgress } = options;
  const done = { created: 0, updated: 0, same: 0, kept: 0, pruned: 0, left: [] as Imported['left'][number][] };
  const made = new Map<string, number | null>();
  const one = (wanted: Wanted): void => {
    const into = untrusted.has(wanted.path) ? ({ ...options.into, trust: 'untrusted' } as const) : options.into;
    const standing = standingOf(store, into, wanted, forgotten.has(wanted.path));
    // What is under a page that was left out comes to the nearest one above it that is there.
    const parent = (wanted.under === null ? null : made.get(wanted.under)) ?? into.under?.id ?? null;
    const page = dryRun ? null : putPage(store, into, { wanted, standing, parent });
    made.set(wanted.path, page ?? parent);
    if (standing.kind === 'left') done.left.push({ path: wanted.path, why: standing.why });
    else if (standing.kind === 'create') done.created += 1;
    else if (standing.kind === 'update') done.updated += 1;
    else done[standing.kind] += 1;
  };
  await inBatches(store, pages, one, onProgress);
  const gone = store.read(() => goneFrom(store, options.into, pages, refused));
  const taken = new Set<number>();
  const take = (page: PageRow): void => {
    const why = whyKept(store, page, taken);
    if (why !== null) done.left.push({ path: pathOf(options.into, page), why });
    else if (!dryRun) prunePage(store, page);
    if (why !== null) return;
    taken.add(page.id);
    done.pruned += 1;
  };
  if (prune) await inBatches(store, gone, take, () => {});
  if (!dryRun && done.created + done.updated + done.pruned > 0) {
    await mergeIndex(store, options.into.namespace, () => sleep(pauseMs));
  }
  return { ...done, gone: gone.map((page) => pathOf(options.into, page)) };
}

/** Why a page that no file is there for is not put into the trash. */
function whyKept(
  store: Store,
  page: PageRow,
  taken: ReadonlySet<number>,
): 'changed_here' | 'has_pages_under_it' | null {
  if (!isImported(store, page)) return 'changed_here';
  const below = store.all<{ id: number }>('select id from page where parent = ? and trashed = 0', page.id);
  return below.every(({ id }) => taken.has(id)) ? null : 'has_pages_under_it';
}

function pathOf({ under }: Into, { path }: PageRow): string {
  return (path ?? '').slice(under === null ? 0 : under.ref.length + 1);
}

/** Does some of the work a transaction, until the lock was held for long enough. */
async function inBatches<T>(
  store: Store,
  all: readonly T[],
  one: (item: T) => void,
  onProgress: (done: number) => void,
): Promise<void> {
  for (let next = 0; next < all.length; await sleep(pauseMs)) {
    next = store.write(() => {
      const from = performance.now();
      let at = next;
      for (; at < all.length && performance.now() - from < holdMs; at += 1) one(all[at] as T);
      return at;
    });
    onProgress(next);
  }
}
