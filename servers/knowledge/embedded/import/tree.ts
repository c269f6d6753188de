import { nameOf, type Page } from './check.ts';
import type { Listed } from './source.ts';

/** A page that is to be there, and the path of the one above it; null at the top. */
export type Wanted = Page & { readonly under: string | null };

/**
 * Pages in an order in which each comes after the one above it. An export says what is above what; else folders do: a page
 * of a folder is its `index.md`, else its `README.md`, else the file beside it that has its name, and one without any text
 * is made where there is none of these.
 */
export function treeOf(pages: readonly Page[], listing: readonly Listed[] | null): readonly Wanted[] {
  const all = new Map(pages.map((page) => [page.path, page]));
  const under = new Map(listing?.map((one) => [one.path, one.under]));
  const above = new Map<string, string | null>();
  const folders = foldersIn(all);
  const place = (path: string): string | null => {
    const known = under.get(path);
    if (known === null || (known !== undefined && all.has(known))) return known;
    return aboveOf(path, folders);
  };
  for (const path of all.keys()) {
    const parent = place(path);
    above.set(path, parent);
    // Its own folder's page may be one that no file is there for, and so on up.
    for (let next = parent; next !== null && !all.has(next); next = above.get(next) ?? null) {
      above.set(next, aboveOf(next, folders));
    }
  }
  for (const path of above.keys()) if (!all.has(path)) all.set(path, { path, title: nameOf(path), text: '' });
  return inOrder(all, above, listing);
}

/** Of each folder, what it is the page of. */
function foldersIn(all: ReadonlyMap<string, Page>): ReadonlyMap<string, string> {
  const folders = new Map<string, string>();
  const ranks = new Map<string, number>();
  for (const path of all.keys()) {
    const [, folder = '', file = ''] = /^(?:(.*)\/)?([^/]*)\.(?:md|markdown)$/isu.exec(path) ?? [];
    const beside = folder === '' ? file : `${folder}/${file}`;
    const choices: [folder: string, rank: number][] = [[beside, 3]];
    if (folder !== '' && /^index$/iu.test(file)) choices.push([folder, 1]);
    if (folder !== '' && /^readme$/iu.test(file)) choices.push([folder, 2]);
    for (const [of, rank] of choices) {
      if (rank >= (ranks.get(of) ?? 4)) continue;
      ranks.set(of, rank);
      folders.set(of, path);
    }
  }
  return folders;
}

function aboveOf(path: string, folders: ReadonlyMap<string, string>): string | null {
  const folder = folderOf(path);
  if (folder === '') return null;
  const page = folders.get(folder) ?? `${folder}/index.md`;
  if (page !== path) return page;
  const higher = folderOf(folder);
  return higher === '' ? null : (folders.get(higher) ?? `${higher}/index.md`);
}

function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
}

/** As an export lists them, else by their paths; what is above first. A circle in a listing ends at the top. */
function inOrder(
  all: ReadonlyMap<string, Page>,
  above: ReadonlyMap<string, string | null>,
  listing: readonly Listed[] | null,
): readonly Wanted[] {
  const ranks = new Map(listing?.map(({ path }, at) => [path, at]));
  const rank = (path: string): number => ranks.get(path) ?? Number.MAX_SAFE_INTEGER;
  const paths = [...all.keys()].toSorted((one, other) => rank(one) - rank(other) || (one < other ? -1 : 1));
  const done = new Map<string, Wanted>();
  const visit = (path: string): void => {
    const chain: string[] = [];
    const seen = new Set<string>();
    for (let next: string | null = path; next !== null && !done.has(next) && !seen.has(next); ) {
      seen.add(next);
      chain.push(next);
      next = above.get(next) ?? null;
    }
    for (const one of chain.toReversed()) {
      const page = all.get(one);
      const parent = above.get(one) ?? null;
      if (page !== undefined) done.set(one, { ...page, under: parent !== null && done.has(parent) ? parent : null });
    }
  };
  for (const path of paths) visit(path);
  return [...done.values()];
}
