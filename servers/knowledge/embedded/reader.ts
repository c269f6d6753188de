import type { KnowledgeReader } from '#capabilities/knowledge-read/ports.ts';
import type { Viewer } from '#shared/tools/index.ts';
import { limits } from './limits.ts';
import { readComment, readComments } from './read/comments.ts';
import { readHistory } from './read/history.ts';
import { readLinks } from './read/links.ts';
import { readChildren, readNamespace, readPage } from './read/pages.ts';
import { readPast, readPastPages } from './read/past.ts';
import { personIn } from './read/provenance.ts';
import type { View } from './read/view.ts';
import { type Nearest, search } from './search/search.ts';
import { answer } from './store/answering.ts';
import { ownLogin } from './store/author.ts';
import type { Store } from './store/store.ts';
import type { Vectors } from './vectors/vectors.ts';
import { landed } from './write/once.ts';

/**
 * Reads for one viewer; null sees nothing that waits. Each call sees one state of the file.
 * @param vectors null where searches are by words alone
 */
export function embeddedReader(store: Store, viewer: Viewer | null, vectors: Vectors | null = null): KnowledgeReader {
  const view: View = { store, viewer };
  const reading = <T>(work: () => T): Promise<T> => answer(store, work);
  return {
    backend: {
      name: 'the embedded knowledge base',
      documents: 'markdown',
      lacks: [],
      maxText: limits.text,
      maxComment: limits.comment,
      maxTitle: limits.title,
      quarantine: true,
      past: true,
      rewordsComments: true,
      once: true,
    },
    self: () => reading(() => personIn(store, 0, ownLogin)),
    namespace: (key) => reading(() => readNamespace(view, key)),
    search: async (query, page) => {
      const vector = (await vectors?.ask(query.text)) ?? null;
      const nearest: Nearest | null = vector && ((within) => vectors?.nearest(within, vector) ?? []);
      return reading(() => search(view, query, page, nearest));
    },
    page: (id) => reading(() => readPage(view, id)),
    past: (page, when) => reading(() => readPast(view, page, when)),
    children: (namespace, parent, page) => reading(() => readChildren(view, namespace, parent, page)),
    pastPages: (namespace, at, page) => reading(() => readPastPages(view, namespace, at, page)),
    history: (page, request) => reading(() => readHistory(view, page, request)),
    comments: (page, request) => reading(() => readComments(view, page, request)),
    comment: (page, id) => reading(() => readComment(view, page, id)),
    links: (page) => reading(() => readLinks(view, page)),
    landed: (wanted, mark) => reading(() => landed(store, wanted, mark)),
  };
}
