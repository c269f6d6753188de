import type { Answer } from '../common/answer.ts';
import * as asking from './asking.ts';
import type { Call } from './call.ts';
import * as reading from './reading.ts';
import * as writing from './writing.ts';

type Handler = (call: Call) => Answer;

type Route = {
  readonly handler: Handler;
  /** It changes something. */
  readonly writes: boolean;
};

/** What every path of the API begins with. */
const root = '/rest/api/3';
const handlers: Readonly<Record<string, Handler>> = {
  'GET /myself': asking.readMyself,
  'GET /mypermissions': asking.readOwnPermissions,
  'GET /priority': reading.readPriorities,
  'GET /project/{projectIdOrKey}': reading.readProject,
  'GET /project/{projectIdOrKey}/statuses': reading.readStatuses,
  'GET /issue/createmeta/{projectIdOrKey}/issuetypes': reading.readCreateTypes,
  'GET /issue/createmeta/{projectIdOrKey}/issuetypes/{issueTypeId}': reading.readCreateFields,
  'GET /issue/{issueIdOrKey}': reading.readIssue,
  'POST /issue/bulkfetch': reading.fetchIssues,
  'POST /search/jql': reading.search,
  'GET /issue/{issueIdOrKey}/comment': reading.readComments,
  'GET /issue/{issueIdOrKey}/comment/{id}': reading.readComment,
  'POST /comment/list': reading.listComments,
  'GET /issue/{issueIdOrKey}/changelog': reading.readChangelog,
  'GET /issue/{issueIdOrKey}/transitions': reading.readTransitions,
  'GET /issue/{issueIdOrKey}/properties/{propertyKey}': reading.readProperty,
  'GET /issueLink/{linkId}': reading.readLink,
  'GET /issueLinkType': reading.readLinkTypes,
  'GET /user/search': asking.searchUsers,
  'GET /user/assignable/search': asking.searchAssignable,
  'GET /user/permission/search': asking.searchPermitted,
  'GET /user/viewissue/search': asking.searchViewers,
  'POST /issue': writing.createIssue,
  'PUT /issue/{issueIdOrKey}': writing.editIssue,
  'POST /issue/{issueIdOrKey}/transitions': writing.transitionIssue,
  'POST /issue/{issueIdOrKey}/comment': writing.addComment,
  'PUT /issue/{issueIdOrKey}/comment/{id}': writing.editComment,
  'POST /issueLink': writing.linkIssues,
  'DELETE /issueLink/{linkId}': writing.unlinkIssues,
  'PUT /issue/archive': (call) => writing.archiveIssues(call, true),
  'PUT /issue/unarchive': (call) => writing.archiveIssues(call, false),
};

/** By method and template of the path. */
export const routes: Readonly<Record<string, Route>> = Object.fromEntries(
  Object.entries(handlers).map(([name, handler]) => {
    const writes = !name.startsWith('GET') && !/bulkfetch|search|comment\/list/.test(name);
    return [name.replace(' ', ` ${root}`), { handler, writes }];
  }),
);
