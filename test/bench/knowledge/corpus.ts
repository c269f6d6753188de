import { createHash } from 'node:crypto';
import type { Language } from './packages.ts';
import { type ManualPage, passagesIn } from './pages.ts';

export type Corpus = { readonly pages: readonly ManualPage[]; readonly passages: Readonly<Record<Language, number>> };

/** How much of a corpus is Japanese. */
const japaneseShare = 0.2;

/** Whole pages with so many passages together, a fifth of them Japanese, the same ones each time. Throws where there are not so many. */
export function corpusOf(pages: readonly ManualPage[], count: number): Corpus {
  const sizes = pages.map((page, at) => passagesIn(page, at).length);
  const wanted = { ja: Math.round(count * japaneseShare), en: count - Math.round(count * japaneseShare) };
  const passages = { ja: 0, en: 0 };
  const chosen = inNoOrder(pages.map((_, at) => at)).filter((at) => {
    const [size = 0, language] = [sizes[at], pages[at]?.language];
    if (language === undefined || passages[language] + size > wanted[language]) return false;
    passages[language] += size;
    return true;
  });
  if (passages.ja + passages.en < count * 0.99) throw new Error(`The manuals have no ${count} passages.`);
  return { pages: chosen.flatMap((at) => pages[at] ?? []), passages };
}

/** The same order each time, and none that means anything. */
export function inNoOrder<T extends number | string>(values: readonly T[]): T[] {
  const keys = new Map(values.map((value) => [value, createHash('sha256').update(String(value)).digest('hex')]));
  return values.toSorted((one, other) => ((keys.get(one) ?? '') < (keys.get(other) ?? '') ? -1 : 1));
}
