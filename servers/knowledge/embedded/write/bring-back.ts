import type { KnowledgeWrite, PageBack, Written } from '#capabilities/knowledge-write/ports.ts';
import { movePage, trashPage, untrashPage } from './moves.ts';
import { rewritePage } from './texts.ts';
import { openNamespace, type Writing } from './writing.ts';

/** Brings pages of a namespace to what they were, in order, in the one transaction that it is given. */
export function bringBack(
  writing: Writing,
  { namespace, pages }: Extract<KnowledgeWrite, { readonly kind: 'bring_back' }>,
): Written {
  openNamespace(writing, namespace);
  for (const page of pages) bringOne(writing, page);
  return { id: namespace.id, url: null, revision: null, differs: [] };
}

function bringOne(writing: Writing, wanted: PageBack): Written {
  switch (wanted.kind) {
    case 'text':
      return rewritePage(writing, wanted);
    case 'move':
      return movePage(writing, wanted);
    case 'trash':
      return trashPage(writing, wanted);
    case 'untrash':
      return untrashPage(writing, wanted);
  }
}
