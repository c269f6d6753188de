import type { Found } from '../search/found.ts';

/**
 * How little it counts to be first rather than second: reciprocal rank fusion, with the constant that its authors found.
 * https://dl.acm.org/doi/10.1145/1571941.1572114
 */
const flatness = 60;

/** So many of the pages that words find count, whatever part of the answer is asked for. */
export const mostJoined = 100;

/**
 * Puts pages that words and pages that meaning found in one order. What both found shows the passage with the words. A
 * score is the share of being first in both.
 */
export function joined(byWords: readonly Found[], byMeaning: readonly Found[]): Found[] {
  const near = new Map(byMeaning.map((found, at) => [found.page, { found, share: shareOf(at) }]));
  const shares = new Map(near);
  byWords.forEach((found, at) => {
    const share = near.get(found.page)?.share ?? 0;
    if (at < mostJoined || share === 0) shares.set(found.page, { found, share: share + shareOf(at) });
  });
  return [...shares.values()]
    .map(({ found, share }) => ({ ...found, score: Math.round(share * 1e4) / 1e4 }))
    .sort((one, other) => other.score - one.score || one.page - other.page);
}

function shareOf(at: number): number {
  return (flatness + 1) / (flatness + 1 + at) / 2;
}
