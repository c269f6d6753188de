import type { KnowledgeReader } from '#capabilities/knowledge-read/ports.ts';
import { AppError } from '#shared/errors.ts';
import type { Asking } from './asking.ts';
import { notionBackend } from './backend.ts';
import { readChildren } from './children.ts';
import { readComment, readComments } from './comments.ts';
import { looksLanded } from './landed.ts';
import { readPage } from './pages.ts';
import { search } from './search.ts';

/** Pages of Notion. */
export function notionReader(asking: Asking): KnowledgeReader {
  return {
    backend: notionBackend,
    self: asking.people.self,
    namespace: asking.namespaces.namespace,
    search: (query, page) => search(asking, query, page),
    page: (id) => readPage(asking, id),
    past: noPast,
    children: (namespace, parent, page) => readChildren(asking, namespace, parent, page),
    pastPages: noPast,
    history: noPast,
    comments: (page, request) => readComments(asking, page, request),
    comment: (page, id) => readComment(asking, page, id),
    links: async () => ({ to: [], from: [] }),
    landed: (wanted, mark) => looksLanded(asking, wanted, mark),
  };
}

async function noPast(): Promise<never> {
  throw new AppError('unsupported', 'Notion tells nothing of what a page was before.', {
    next: 'People see the history of a page in Notion itself.',
  });
}
