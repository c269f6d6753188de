import type { ManualPage, PagePassage } from '../pages.ts';

/** Some pages of a corpus: each with its place in it, and its passages. */
export type Batch = readonly {
  readonly at: number;
  readonly page: ManualPage;
  readonly passages: readonly PagePassage[];
}[];

/** Something that is filled and then searched, in a process of its own. */
export type Engine = {
  /** Takes pages in, and says so where it did in a way that is not indexing: the times of all other calls together are that. */
  readonly add: (batch: Batch) => Promise<'beside' | undefined> | undefined;
  /** What it does once all pages are in, which is a part of indexing. */
  readonly settle?: () => Promise<void>;
  /** The pages that a search finds, best first, at most ten, each once. */
  readonly search: (text: string) => Promise<readonly number[]> | readonly number[];
  /** How large it is on disk, or would be as it can be written there, in bytes. */
  readonly size: () => Promise<number> | number;
  /** The process whose memory counts, where it is not this one. */
  readonly pid?: () => number;
  readonly close?: () => Promise<void>;
};

/** How many pages are wanted. */
export const wanted = 10;

/** So many passages are asked of what finds passages, so that there are ten pages among them. */
export const deep = 50;

/** Of passages, best first, the pages that they are of, best first. @param pageOf the page of each passage, by its number */
export function pagesAmong(passages: Iterable<number>, pageOf: readonly number[]): number[] {
  const pages = new Set<number>();
  for (const passage of passages) {
    pages.add(pageOf[passage] ?? -1);
    if (pages.size === wanted) break;
  }
  return [...pages];
}

const segmenter = new Intl.Segmenter('ja', { granularity: 'word' });
const japanese = /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u;
const notWord = /[^\p{L}\p{N}_]+/u;

/**
 * The words of a text by the segmenter of the JavaScript engine, which is what Orama’s own tokenizer for Japanese goes by;
 * and in small letters, which that one leaves out. Text without Japanese is cut at what is no letter.
 */
export function segmented(text: string): string[] {
  const small = text.normalize('NFKC').toLowerCase();
  if (!japanese.test(small)) return small.split(notWord).filter((each) => each !== '');
  return [...segmenter.segment(small)].flatMap(({ segment, isWordLike }) => (isWordLike ? [segment] : []));
}

/** How long JSON of something large is, which may be longer than a string can be. */
export function jsonBytes(value: unknown, depth = 3): number {
  if (depth === 0 || typeof value !== 'object' || value === null) return Buffer.byteLength(JSON.stringify(value) ?? '');
  if (Array.isArray(value)) return value.reduce((sum: number, each) => sum + jsonBytes(each, depth - 1) + 1, 2);
  return Object.entries(value).reduce((sum, [key, each]) => sum + key.length + 4 + jsonBytes(each, depth - 1), 2);
}
