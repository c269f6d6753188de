import type { KnowledgePage, KnowledgeReader } from '#capabilities/knowledge-read/ports.ts';
import type { Contents } from '#shared/tools/index.ts';
import { kept } from '../kept.ts';
import { atOf, factsOf } from '../tool.ts';
import type { UpdateState } from './plan.ts';

/** What a page says to its viewer, and to others. */
export function stateOf(page: KnowledgePage, reader: KnowledgeReader, contents: Contents): UpdateState {
  return { at: atOf(page), words: wordsOf(page, contents), ...publishedOf(page, contents), backend: factsOf(reader) };
}

function wordsOf({ title, body }: Pick<KnowledgePage, 'title' | 'body'>, contents: Contents): UpdateState['words'] {
  return { title, body: kept(body, contents) };
}

function publishedOf({ published }: KnowledgePage, contents: Contents): Pick<UpdateState, 'published'> {
  if (published === undefined) return {};
  return { published: published && wordsOf({ title: published.revision.title, body: published.body }, contents) };
}
