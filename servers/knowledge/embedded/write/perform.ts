import type { KnowledgeWrite, Written } from '#capabilities/knowledge-write/ports.ts';
import { accept, unaccept } from './accept.ts';
import { bringBack } from './bring-back.ts';
import { acceptComment, addComment, editComment } from './comments.ts';
import { movePage, trashPage, untrashPage } from './moves.ts';
import { createPage, updatePage } from './texts.ts';
import type { Writing } from './writing.ts';

/** One write, in the transaction that it is given. Throws `NotDone` where it cannot be. */
export function perform(writing: Writing, wanted: KnowledgeWrite): Written {
  switch (wanted.kind) {
    case 'create':
      return createPage(writing, wanted);
    case 'update':
      return updatePage(writing, wanted);
    case 'move':
      return movePage(writing, wanted);
    case 'trash':
      return trashPage(writing, wanted);
    case 'untrash':
      return untrashPage(writing, wanted);
    case 'comment':
      return addComment(writing, wanted);
    case 'edit_comment':
      return editComment(writing, wanted);
    case 'accept':
      return accept(writing, wanted);
    case 'unaccept':
      return unaccept(writing, wanted);
    case 'accept_comment':
      return acceptComment(writing, wanted, true);
    case 'unaccept_comment':
      return acceptComment(writing, wanted, false);
    case 'bring_back':
      return bringBack(writing, wanted);
  }
}
