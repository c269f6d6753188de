import type { Answer, Call } from './call.ts';
import * as reading from './reading.ts';
import { search } from './searching.ts';
import * as writing from './writing.ts';

type Handler = (call: Call) => Answer;

const handlers: Readonly<Record<string, Handler>> = {
  'GET api/v2/spaces': reading.readSpaces,
  'GET api/v2/spaces/{id}': reading.readSpace,
  'GET api/v2/spaces/{id}/operations': reading.readSpaceOperations,
  'GET api/v2/spaces/{id}/permissions': reading.readSpacePermissions,
  'GET api/v2/spaces/{id}/pages': reading.readSpacePages,
  'GET api/v2/pages': reading.readPages,
  'GET api/v2/pages/{id}': reading.readPage,
  'GET api/v2/pages/{id}/ancestors': reading.readAncestors,
  'GET api/v2/pages/{id}/children': reading.readChildren,
  'GET api/v2/pages/{id}/versions': reading.readVersions,
  'GET api/v2/pages/{id}/footer-comments': reading.readRootComments,
  'GET api/v2/footer-comments/{id}': reading.readComment,
  'GET api/v2/footer-comments/{id}/children': reading.readAnswers,
  'GET api/v2/footer-comments/{id}/versions': reading.readCommentVersions,
  'POST api/v2/users-bulk': reading.readUsers,
  'GET rest/api/user/current': reading.readMyself,
  'GET rest/api/user/memberof': reading.readGroups,
  'GET rest/api/search': search,
  'POST api/v2/pages': writing.createPage,
  'PUT api/v2/pages/{id}': writing.updatePage,
  'DELETE api/v2/pages/{id}': writing.deletePage,
  'PUT rest/api/content/{id}/move/{position}/{targetId}': writing.movePage,
  'POST api/v2/footer-comments': writing.createComment,
  'PUT api/v2/footer-comments/{id}': writing.updateComment,
};

export type Found = {
  readonly name: string;
  readonly handler: Handler;
  readonly parts: Readonly<Record<string, string>>;
};

/** What answers a request, by its method and its path after `/wiki/`. */
export function find(method: string, path: string): Found | null {
  for (const [name, handler] of Object.entries(handlers)) {
    const [wanted, template = ''] = name.split(' ');
    const pattern = template.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)');
    const found = wanted === method ? new RegExp(`^${pattern}$`).exec(path) : null;
    if (found === null) continue;
    const parts = Object.entries(found.groups ?? {}).map(([key, value]) => [key, decodeURIComponent(value)] as const);
    return { name, handler, parts: Object.fromEntries(parts) };
  }
  return null;
}
