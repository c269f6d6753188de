import type { KnowledgeBackend } from '#capabilities/knowledge-read/ports.ts';

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
  past: false,
  rewordsComments: true,
  once: false,
};
