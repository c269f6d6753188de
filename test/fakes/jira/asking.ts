import { type Answer, ok } from '../common/answer.ts';
import { type Call, listed } from './call.ts';
import { Refusal } from './refusal.ts';
import type { JiraProject } from './state.ts';

/** Who people are, and what they may do. */

export const readMyself = ({ views, account }: Call): Answer => ok(views.user(account));

export function readOwnPermissions({ site, account, query }: Call): Answer {
  const names = listed(query, 'permissions');
  if (names.length === 0) throw new Refusal(400, 'The permissions parameter is required.');
  const key = query.get('projectKey');
  const projects = site.projects.filter((one) => (key === null || one.key === key) && site.may(account, one));
  if (key !== null && projects.length === 0) throw new Refusal(404, 'The project is not found.');
  const has = (name: string): boolean =>
    name === 'ADMINISTER' ? site.administrators.has(account) : projects.some((one) => site.may(account, one, name));
  return ok({ permissions: Object.fromEntries(names.map((key) => [key, { key, havePermission: has(key) }])) });
}

function matching({ site, query }: Call) {
  const [accountId, words] = [query.get('accountId'), query.get('query')];
  if ((accountId === null) === (words === null)) throw new Refusal(400, 'Either a query or an accountId is needed.');
  const wanted = (words ?? '').toLowerCase();
  const begins = (text = ''): boolean =>
    text
      .toLowerCase()
      .split(/\s/)
      .concat(text.toLowerCase())
      .some((one) => one.startsWith(wanted));
  return [...site.users.values()].filter((one) =>
    accountId === null ? begins(one.displayName) || begins(one.emailAddress) : one.accountId === accountId,
  );
}

const projectNamed = ({ site, query }: Call, name: string): JiraProject => {
  const at = query.get(name);
  const found = site.projects.find(({ id, key }) => id === at || key === at);
  if (found === undefined) throw new Refusal(404, 'The project is not found.');
  return found;
};

export function searchUsers(call: Call): Answer {
  if (!call.site.mayBrowseUsers.has(call.account)) return ok([]);
  return ok(matching(call).map(({ accountId }) => call.views.user(accountId)));
}

export function searchAssignable(call: Call): Answer {
  const project = projectNamed(call, 'project');
  if (!call.site.may(call.account, project, 'ASSIGN_ISSUES') && !call.site.mayBrowseUsers.has(call.account))
    return ok([]);
  const found = matching(call).filter(({ accountId }) => call.site.may(accountId, project, 'ASSIGNABLE_USER'));
  return ok(found.map(({ accountId }) => call.views.user(accountId)));
}

export function searchPermitted(call: Call): Answer {
  const { site, account, query } = call;
  const project = projectNamed(call, 'projectKey');
  const mayAsk = site.administrators.has(account) || site.may(account, project, 'ADMINISTER_PROJECTS');
  if (!mayAsk) throw new Refusal(403, 'You do not have permission to view users with these permissions.');
  const permissions = listed(query, 'permissions');
  const found = matching(call).filter(({ accountId }) => site.may(accountId, project, ...permissions));
  return ok(found.map(({ accountId }) => call.views.user(accountId)));
}

export function searchViewers(call: Call): Answer {
  const project = projectNamed(call, 'projectKey');
  if (!call.site.mayBrowseUsers.has(call.account)) return ok([]);
  const found = matching(call).filter(({ accountId }) => call.site.may(accountId, project));
  return ok(found.map(({ accountId }) => call.views.user(accountId)));
}
