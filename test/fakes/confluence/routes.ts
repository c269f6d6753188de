import type { Answer } from '../common/answer.ts';
import type { Call } from './call.ts';
import * as reading from './reading.ts';
import { search } from './searching.ts';
import * as writing from './writing.ts';

type Handler = (call: Call) => Answer;

/** By method and template of the path, after `/wiki/`. */
export const handlers: Readonly<Record<string, Handler>> = {
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
