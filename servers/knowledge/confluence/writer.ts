import type { KnowledgeWrite, Written } from '#capabilities/knowledge-write/ports.ts';
import type { Send } from '#shared/atlassian/transport.ts';
import type { Mark } from '#shared/tools/index.ts';
import { confluenceBackend } from './backend.ts';
import { beforeWrite, notDone, writeError } from './errors.ts';
import { refused } from './precondition.ts';
import { commenting, rewording } from './write-comments.ts';
import { creating, moving, trashing, untrashing, updating } from './write-pages.ts';
import type { Perform, Writing } from './writing.ts';

/** Writes to one page of Confluence, or makes one in one space. Each write is one request that changes something. */
export function confluenceWriter(writing: Writing): {
  readonly write: (wanted: KnowledgeWrite, mark: Mark) => Promise<Written>;
} {
  const send: Send = (request) =>
    writing.send(request).catch((error: unknown) => {
      throw writeError(error);
    });
  return {
    write: async (wanted, mark) => {
      const perform = await expecting({ ...writing, send }, wanted, mark).catch((error: unknown) => {
        throw error instanceof RangeError ? notDone('refused', error) : beforeWrite(error);
      });
      return perform();
    },
  };
}

/** Throws for a text or title that is longer than Confluence is sent. */
function assertFits(wanted: KnowledgeWrite): void {
  const { maxText, maxComment, maxTitle } = confluenceBackend;
  const isComment = wanted.kind === 'comment' || wanted.kind === 'edit_comment';
  const text = 'body' in wanted ? (wanted.body?.text ?? '') : '';
  const title = 'title' in wanted ? (wanted.title ?? '') : '';
  if (text.length > (isComment ? maxComment : maxText) || title.length > maxTitle) throw refused('it is too long');
}

/** Reads what the write expects, and throws `NotDone` where it is not so. */
async function expecting(writing: Writing, wanted: KnowledgeWrite, mark: Mark): Promise<Perform> {
  assertFits(wanted);
  switch (wanted.kind) {
    case 'create':
      return creating(writing, wanted);
    case 'update':
      return updating(writing, wanted, mark);
    case 'move':
      return moving(writing, wanted);
    case 'trash':
      return trashing(writing, wanted);
    case 'untrash':
      return untrashing(writing, wanted, mark);
    case 'comment':
      return commenting(writing, wanted);
    case 'edit_comment':
      return rewording(writing, wanted, mark);
    default:
      throw refused('Confluence holds nothing in quarantine, and does not bring spaces back');
  }
}
