import { Index } from 'flexsearch';
import { deep, type Engine, pagesAmong, segmented } from './engine.ts';

/** As its documentation begins. */
export function flexsearchAsItComes(): Engine {
  return over(new Index(), false);
}

/** With words of Japanese, and what has some of the words after what has all. Its own encoder for Japanese cuts English into letters. */
export function flexsearchTuned(): Engine {
  return over(new Index({ encode: segmented }), true);
}

function over(index: Index, suggest: boolean): Engine {
  const pageOf: number[] = [];
  return {
    add: (batch) => {
      for (const { passages } of batch) {
        for (const { page, title, heading, text } of passages) {
          index.add(pageOf.push(page) - 1, `${title}\n${heading}\n${text}`);
        }
      }
      return undefined;
    },
    search: (text) => pagesAmong((index.search(text, { limit: deep, suggest }) as number[]).map(Number), pageOf),
    size: () => {
      let bytes = 0;
      index.export((_, data) => {
        bytes += Buffer.byteLength(data ?? '');
      });
      return bytes;
    },
  };
}
