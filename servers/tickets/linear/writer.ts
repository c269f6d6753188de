import type { TicketWriter } from '#capabilities/ticket-write/ports.ts';
import { assertLength } from './write/assert.ts';
import type { Writing } from './write/before.ts';
import { comment, editComment } from './write/comments.ts';
import { archive, create, transition, update } from './write/issues.ts';
import { link, unlink } from './write/links.ts';

/**
 * Writes to one issue, or one new one of a team. Linear takes no precondition: each write reads what it expects right
 * before, sends one mutation once, and holds what that answers against what was written.
 */
export function linearWriter(writing: Writing): TicketWriter {
  return {
    write: async (wanted, mark) => {
      assertLength(wanted);
      switch (wanted.kind) {
        case 'create':
          return create(writing, wanted, mark);
        case 'update':
          return update(writing, wanted);
        case 'transition':
          return transition(writing, wanted);
        case 'comment':
          return comment(writing, wanted, mark);
        case 'edit_comment':
          return editComment(writing, wanted);
        case 'link':
          return link(writing, wanted, mark);
        case 'unlink':
          return unlink(writing, wanted);
        case 'archive':
        case 'unarchive':
          return archive(writing, wanted);
      }
    },
  };
}
