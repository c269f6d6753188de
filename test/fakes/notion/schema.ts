import { type Asked, type Contract, readContract } from '../common/openapi.ts';
import { published } from '../common/published.ts';

const { path, missing } = published('notion.openapi.json');

/** Why requests cannot be checked against what Notion publishes; null where they are. */
export const noSchema = missing;

/** What Notion's own client sends and the document, which is older, does not have. */
const unpublished: ReadonlySet<string> = new Set(['PATCH /v1/comments/{comment_id}']);

let read: Contract | undefined;

/** The contract that Notion publishes, with what it leaves out; null where it is not at hand. */
export function notionContract(): Pick<Contract, 'request' | 'response'> | null {
  if (path === null) return null;
  read ??= readContract(path);
  const contract = read;
  const isPublished = ({ method, template }: Asked): boolean => !unpublished.has(`${method} ${template}`);
  return {
    request: (asked) => (isPublished(asked) ? contract.request(asPublished(asked)) : null),
    response: (asked, answer) => (isPublished(asked) ? contract.response(asked, answer) : null),
  };
}

/** A request in the words of the document. */
function asPublished(asked: Asked): Asked {
  const { template, body } = asked;
  const query = new URLSearchParams(asked.query);
  // Lists of users are asked for in pages like all others, which the document does not say of them.
  if (template === '/v1/users') for (const name of ['page_size', 'start_cursor']) query.delete(name);
  // A reply names its conversation in the place of a page, which the document does not know.
  const isReply = typeof body === 'object' && body !== null && 'discussion_id' in body;
  return { ...asked, query, body: isReply ? { parent: { page_id: 'of its conversation' }, ...body } : body };
}
