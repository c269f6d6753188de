import type { KnowledgeBackend, KnowledgeReader } from '#capabilities/knowledge-read/ports.ts';
import { AppError } from '#shared/errors.ts';
import type { Asking } from './asking.ts';
import { readChildren } from './children.ts';
import { readComment, readComments } from './comments.ts';
import { readHistory, readPast } from './history.ts';
import { looksLanded } from './landed.ts';
import { readLinks } from './links.ts';
import { readPage } from './pages.ts';
import { search } from './search.ts';

/** What Confluence is and can. It publishes no length of a page; longer ones are refused with 413. */
export const confluenceBackend: KnowledgeBackend = {
  name: 'Confluence',
  documents: 'storage',
  // Where its pages were at a moment, and what was in the trash then, it does not tell.
  lacks: ['accept_page', 'bring_back_namespace'],
  maxText: 1_000_000,
  maxComment: 32_000,
  maxTitle: 255,
  quarantine: false,
  past: true,
  rewordsComments: true,
  once: false,
};

/** Pages of Confluence, with the token that cannot write. */
export function confluenceReader(asking: Asking): KnowledgeReader {
  return {
    backend: confluenceBackend,
    self: asking.people.self,
    namespace: asking.spaces.namespace,
    search: (query, page) => search(asking, query, page),
    page: (id) => readPage(asking, id),
    past: (page, when) => readPast(asking, page, when),
    children: (namespace, parent, page) => readChildren(asking, namespace, parent, page),
    pastPages: async () => {
      throw new AppError('unsupported', 'Confluence does not tell which pages a space had at a moment.', {
        next: 'read_page shows what a single page was.',
      });
    },
    history: (page, request) => readHistory(asking, page, request),
    comments: (page, request) => readComments(asking, page, request),
    comment: (page, id) => readComment(asking, page, id),
    links: (page) => readLinks(asking, page),
    landed: (wanted, mark) => looksLanded(asking, wanted, mark),
  };
}
