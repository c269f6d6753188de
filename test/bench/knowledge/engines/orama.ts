import { type AnyOrama, create, insertMultiple, save, search, type Tokenizer } from '@orama/orama';
import { deep, type Engine, jsonBytes, pagesAmong, segmented } from './engine.ts';

const schema = { title: 'string', heading: 'string', text: 'string', passage: 'number' } as const;

/** As its documentation begins. */
export function oramaAsItComes(): Engine {
  return over(create({ schema }), {});
}

/** With words of Japanese, and titles and headings before texts. */
export function oramaTuned(): Engine {
  const tokenizer: Tokenizer = {
    language: 'japanese',
    normalizationCache: new Map(),
    tokenize: (text) => [...new Set(segmented(String(text)))],
  };
  return over(create({ schema, components: { tokenizer } }), { boost: { title: 5, heading: 3, text: 1 } });
}

function over(database: AnyOrama, more: object): Engine {
  const pageOf: number[] = [];
  return {
    add: async (batch) => {
      const documents = batch.flatMap(({ passages }) =>
        passages.map(({ page, ...passage }) => ({ ...passage, passage: pageOf.push(page) - 1 })),
      );
      await insertMultiple(database, documents, documents.length);
      return undefined;
    },
    search: async (text) => {
      const { hits } = await search(database, {
        term: text,
        properties: ['title', 'heading', 'text'],
        limit: deep,
        ...more,
      });
      return pagesAmong(
        hits.map(({ document }) => Number(document['passage'])),
        pageOf,
      );
    },
    size: () => jsonBytes(save(database)),
  };
}
