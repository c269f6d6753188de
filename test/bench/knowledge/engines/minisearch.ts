import MiniSearch from 'minisearch';
import { deep, type Engine, jsonBytes, pagesAmong, segmented } from './engine.ts';

const fields = ['title', 'heading', 'text'] as const;
const boost = { title: 5, heading: 3 };

/** As its documentation begins. */
export function minisearchAsItComes(): Engine {
  return over(new MiniSearch({ fields: [...fields] }), (index, text) => index.search(text));
}

/** With words of Japanese, titles and headings before texts, and passages with all words before those with any. */
export function minisearchTuned(): Engine {
  return over(new MiniSearch({ fields: [...fields], tokenize: segmented }), (index, text) => {
    const all = index.search(text, { boost, combineWith: 'AND' });
    return all.length >= deep ? all : [...all, ...index.search(text, { boost, combineWith: 'OR' })];
  });
}

function over(index: MiniSearch, find: (index: MiniSearch, text: string) => readonly { id: number }[]): Engine {
  const pageOf: number[] = [];
  return {
    add: (batch) => {
      for (const { passages } of batch) {
        index.addAll(passages.map(({ page, ...passage }) => ({ id: pageOf.push(page) - 1, ...passage })));
      }
      return undefined;
    },
    search: (text) => pagesAmong(found(find(index, text)), pageOf),
    size: () => jsonBytes(index.toJSON()),
  };
}

function* found(results: readonly { id: number }[]): Generator<number> {
  for (const { id } of results) yield id;
}
