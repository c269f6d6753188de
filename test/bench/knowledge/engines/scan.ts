import { type Engine, wanted } from './engine.ts';

/** Looks at every passage each time: those with the most of the words first, then those that have them most often. */
export function scan(): Engine {
  const texts: string[] = [];
  const pageOf: number[] = [];
  return {
    add: (batch) => {
      for (const { passages } of batch) {
        for (const { page, title, heading, text } of passages) {
          texts.push(`${title}\n${heading}\n${text}`.normalize('NFKC').toLowerCase());
          pageOf.push(page);
        }
      }
      return undefined;
    },
    search: (text) => {
      const words = text.normalize('NFKC').toLowerCase().split(/\s+/u);
      const best = new Map<number, number>();
      for (const [at, each] of texts.entries()) {
        const score = scoreOf(each, words);
        const page = pageOf[at] ?? -1;
        if (score > (best.get(page) ?? 0)) best.set(page, score);
      }
      const sorted = [...best].sort(([, one], [, other]) => other - one);
      return sorted.slice(0, wanted).map(([page]) => page);
    },
    size: () => texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0),
  };
}

function scoreOf(text: string, words: readonly string[]): number {
  let [having, times] = [0, 0];
  for (const word of words) {
    let at = text.indexOf(word);
    if (at >= 0) having += 1;
    for (; at >= 0; at = text.indexOf(word, at + word.length)) times += 1;
  }
  return having + times / (times + 1 + text.length / 1_000);
}
