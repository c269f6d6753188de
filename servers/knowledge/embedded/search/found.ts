import type { NamespaceRow } from '../store/rows.ts';
import type { Term } from './terms.ts';

/** A passage that a search found. */
export type Found = {
  /** Its number; null for one of what waits, which has none. */
  readonly passage: number | null;
  readonly page: number;
  readonly revision: number;
  readonly first: number;
  readonly last: number;
  /** From 1 on where it has all terms, below where it has some; the rest is how much of the best it comes to. */
  readonly score: number;
};

export type Terms = { readonly all: readonly Term[]; readonly any: readonly Term[] };

/** What is searched in one namespace. */
export type Searched = {
  readonly namespace: NamespaceRow;
  readonly terms: Terms;
  /** How many pages are wanted. */
  readonly most: number;
  /** Pages that the viewer sees another state of. */
  readonly except: ReadonlySet<number>;
};

/** The best passage of each page, best first, those of the first list before those of the second. */
export function bestOfEach(found: readonly Found[]): Found[] {
  const pages = new Map<number, Found>();
  for (const each of found) {
    const other = pages.get(each.page);
    if (other === undefined || each.score > other.score) pages.set(each.page, each);
  }
  return [...pages.values()].sort((one, other) => other.score - one.score || one.page - other.page);
}

/** A score says no more than it has to: so many of these make 1. */
const steps = 10_000;

/** How much two scores differ at least. */
export const leastScore = 1 / steps;

export function scored(hasAll: boolean, share: number): number {
  return (hasAll ? 1 : 0) + rounded(Math.min(Math.max(share, 0), 1 - leastScore));
}

export function rounded(score: number): number {
  return Math.round(score * steps) / steps;
}
