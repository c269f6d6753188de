import type { KnowledgeBackend } from '#capabilities/knowledge-read/ports.ts';

/** What Notion is and can. A request has 500 kB at most; texts are kept well below. */
export const notionBackend: KnowledgeBackend = {
  name: 'Notion',
  documents: 'notion',
  // Its API tells nothing of what a page was.
  lacks: ['get_page_history', 'diff_page', 'accept_page', 'bring_back_namespace'],
  maxText: 100_000,
  maxComment: 20_000,
  maxTitle: 1_000,
  quarantine: false,
  past: false,
  rewordsComments: true,
  once: false,
};
