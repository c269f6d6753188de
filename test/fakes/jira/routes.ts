import type { Answer } from './answer.ts';
import * as asking from './asking.ts';
import type { Call } from './call.ts';
import * as reading from './reading.ts';
import * as writing from './writing.ts';

type Handler = (call: Call) => Answer;

/** What every path of the API begins with. */
export const root = '/rest/api/3';
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

/** Those that change something. */
export const writes: ReadonlySet<Handler> = new Set(
  Object.entries(handlers).flatMap(([name, handler]) =>
    name.startsWith('GET') || /bulkfetch|search|comment\/list/.test(name) ? [] : [handler],
  ),
);

/** Who answers a request, and the parts of its path. */
export type Found = {
  readonly template: string;
  readonly parts: Readonly<Record<string, string>>;
  readonly handler: Handler;
};

/** The handler whose template a path fits, one with more fixed parts first. */
export function find(method: string, path: string): Found | null {
  const segments = path.split('/');
  const fits = Object.entries(handlers).flatMap(([name, handler]): (Found & { readonly fixed: number })[] => {
    const [wanted = '', template = ''] = name.split(' ');
    const names = template.split('/');
    if (wanted !== method || names.length !== segments.length) return [];
    const parts = names.map((part, index) => [part, decodeURIComponent(segments[index] ?? '')] as const);
    if (parts.some(([part, text]) => !part.startsWith('{') && part !== text)) return [];
    const named = parts
      .filter(([part]) => part.startsWith('{'))
      .map(([part, text]) => [part.slice(1, -1), text] as const);
    return [{ template: root + template, parts: Object.fromEntries(named), handler, fixed: -named.length }];
  });
  return fits.toSorted((one, other) => other.fixed - one.fixed)[0] ?? null;
}
