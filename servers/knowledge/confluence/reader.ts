import type { KnowledgeReader } from '#capabilities/knowledge-read/ports.ts';
import type { Asking } from './asking.ts';
import { confluenceBackend } from './backend.ts';
import { readChildren } from './children.ts';
import { readComment, readComments } from './comments.ts';
import { readHistory, readPast, unsupported } from './history.ts';
import { looksLanded } from './landed.ts';
import { readLinks } from './links.ts';
import { readPage } from './pages.ts';
import { search } from './search.ts';

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
      throw unsupported();
    },
    history: (page, request) => readHistory(asking, page, request),
    comments: (page, request) => readComments(asking, page, request),
    comment: (page, id) => readComment(asking, page, id),
    links: (page) => readLinks(asking, page),
    landed: (wanted, mark) => looksLanded(asking, wanted, mark),
  };
}
