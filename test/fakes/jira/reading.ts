import { type Answer, ok } from '../common/answer.ts';
import { type Call, issueOf, listed } from './call.ts';
import { JqlError } from './jql.ts';
import { Refusal } from './refusal.ts';
import { searchIssues } from './searching.ts';
import type { JiraProject } from './state.ts';

/** One page of a list with offsets, never longer than Jira makes it. */
function pageOf<T>(query: URLSearchParams, all: readonly T[], most: number) {
  const startAt = Number(query.get('startAt') ?? 0);
  const maxResults = Math.min(Number(query.get('maxResults') ?? 50), most);
  const values = all.slice(startAt, startAt + maxResults);
  return { values, startAt, maxResults, total: all.length, isLast: startAt + values.length >= all.length };
}

export function readProject({ site, views, account, parts }: Call): Answer {
  const found = visibleProject(site.projects, parts['projectIdOrKey'] ?? '', (one) => site.may(account, one));
  return ok({ ...views.project(found), archived: found.archived });
}

function visibleProject(all: readonly JiraProject[], at: string, visible: (project: JiraProject) => boolean) {
  const found = all.find(({ id, key }) => id === at || key === at);
  if (found === undefined || !visible(found)) throw new Refusal(404, `No project could be found with key '${at}'.`);
  return found;
}

export function readStatuses(call: Call): Answer {
  const { site, views, account, parts } = call;
  const found = visibleProject(site.projects, parts['projectIdOrKey'] ?? '', (one) => site.may(account, one));
  const statuses = site.statuses.map(({ id }) => views.status(id));
  return ok(found.types.map((id) => ({ ...views.type(id), self: `issuetype/${id}`, subtask: false, statuses })));
}

export function readCreateTypes({ site, views, account, parts, query }: Call): Answer {
  const found = visibleProject(site.projects, parts['projectIdOrKey'] ?? '', (one) => site.may(account, one));
  const may = site.may(account, found, 'CREATE_ISSUES') && !found.archived;
  const { values, ...page } = pageOf(query, may ? found.types : [], 200);
  return ok({ issueTypes: values.map((id) => views.type(id)), ...page, isLast: undefined });
}

export function readCreateFields({ site, views, parts, query }: Call): Answer {
  const typeId = parts['issueTypeId'] ?? '';
  const priority = {
    ...{ fieldId: 'priority', key: 'priority', name: 'Priority', operations: ['set'], required: false },
    ...{ schema: { type: 'priority', system: 'priority' }, allowedValues: site.priorities, hasDefaultValue: true },
  };
  const custom = site.fields.map((field) => ({ ...views.metaOf(field, typeId), fieldId: field.id }));
  const { values, ...page } = pageOf(query, [priority, ...custom], 200);
  return ok({ fields: values, ...page, isLast: undefined });
}

export function readIssue(call: Call): Answer {
  const { views, query } = call;
  return ok(views.issue(issueOf(call), listed(query, 'fields'), listed(query, 'expand')));
}

export function fetchIssues({ site, views, account, body }: Call): Answer {
  const { issueIdsOrKeys, fields = [] } = body as { issueIdsOrKeys: readonly string[]; fields?: readonly string[] };
  if (issueIdsOrKeys.length < 1 || issueIdsOrKeys.length > 100)
    throw new Refusal(400, 'Up to 100 issues can be requested.');
  const found = issueIdsOrKeys.flatMap((at) => site.issue(at, account) ?? []);
  return ok({ issues: found.map((issue) => views.issue(issue, fields)), issueErrors: [] });
}

type Search = {
  readonly jql?: string;
  readonly fields?: readonly string[];
  readonly maxResults?: number;
  readonly nextPageToken?: string;
  readonly properties?: readonly string[];
  readonly reconcileIssues?: readonly number[];
};

export function search({ site, views, account, body }: Call): Answer {
  const {
    jql = '',
    fields = ['id'],
    maxResults = 50,
    nextPageToken,
    properties = [],
    reconcileIssues = [],
  } = body as Search;
  if (reconcileIssues.length > 50) throw new Refusal(400, 'At most 50 issues can be reconciled.');
  try {
    const found = searchIssues(site, { jql, account, reconciled: reconcileIssues.map(String) });
    const start = startIn(nextPageToken, jql);
    const onlyIds = fields.length === 1 && fields[0] === 'id';
    const count = Math.min(maxResults, onlyIds ? 5000 : 100);
    const page = found.slice(start, start + count);
    const next = start + page.length;
    const more = next < found.length;
    const token = Buffer.from(JSON.stringify({ next, jql })).toString('base64url');
    const issues = page.map((issue) => ({
      // Where nothing but ids is asked for, keys are not told either.
      ...(onlyIds ? { id: issue.id } : views.issue(issue, fields)),
      ...(properties.length > 0 && {
        properties: Object.fromEntries([...issue.properties].filter(([key]) => properties.includes(key))),
      }),
    }));
    return ok({ issues, isLast: !more, ...(more && { nextPageToken: token }) });
  } catch (error) {
    throw error instanceof JqlError ? new Refusal(400, error.message) : error;
  }
}

function startIn(token: string | undefined, jql: string): number {
  if (token === undefined) return 0;
  try {
    const read = JSON.parse(Buffer.from(token, 'base64url').toString()) as { next: number; jql: string };
    if (read.jql === jql) return read.next;
  } catch {}
  throw new JqlError('The provided next page token is invalid or expired.');
}

export function readComments(call: Call): Answer {
  const { views, query } = call;
  const issue = issueOf(call);
  const all = query.get('orderBy') === '-created' ? issue.comments.toReversed() : issue.comments;
  const { values, isLast: _, ...page } = pageOf(query, all, 5000);
  return ok({ comments: values.map((one) => views.comment(issue, one)), ...page });
}

export function readComment(call: Call): Answer {
  const issue = issueOf(call);
  const found = issue.comments.find(({ id }) => id === call.parts['id']);
  if (found === undefined) throw new Refusal(404, 'Can not find a comment for the id.');
  return ok(call.views.comment(issue, found));
}

export function listComments({ site, views, account, query, body }: Call): Answer {
  const { ids } = body as { ids: readonly number[] };
  if (ids.length < 1 || ids.length > 1000) throw new Refusal(400, 'Between 1 and 1000 ids are needed.');
  const visible = [...site.issues.values()].filter((issue) => site.may(account, site.projectOf(issue)));
  const withProperties = listed(query, 'expand').includes('properties');
  const values = visible.flatMap((issue) =>
    issue.comments.filter(({ id }) => ids.includes(Number(id))).map((one) => views.comment(issue, one, withProperties)),
  );
  return ok({ values, startAt: 0, maxResults: 1000, total: values.length, isLast: true });
}

export function readChangelog(call: Call): Answer {
  const issue = issueOf(call);
  const { values, ...page } = pageOf(call.query, issue.changes, 100);
  return ok({ values: values.map(call.views.change), ...page });
}

export function readTransitions(call: Call): Answer {
  const { site, views, account, query } = call;
  const issue = issueOf(call);
  const may = site.may(account, site.projectOf(issue), 'TRANSITION_ISSUES');
  const all = site.transitions.filter(({ from }) => from === null || from === issue.statusId);
  const withFields = query.get('expand') === 'transitions.fields';
  const resolution = (name: string) => ({
    resolution: {
      ...{ key: 'resolution', name, required: true, hasDefaultValue: false, operations: ['set'] },
      schema: { type: 'resolution', system: 'resolution' },
    },
  });
  const transitions = (may ? all : []).map(({ id, name, from, to, requires }) => ({
    ...{
      id,
      name,
      to: views.status(to),
      isGlobal: from === null,
      isAvailable: true,
      hasScreen: requires !== undefined,
    },
    ...(withFields && { fields: requires === undefined ? {} : resolution(requires) }),
  }));
  return ok({ transitions });
}

export function readProperty(call: Call): Answer {
  const { properties } = issueOf(call);
  const key = call.parts['propertyKey'] ?? '';
  if (!properties.has(key)) throw new Refusal(404, 'The property does not exist.');
  return ok({ key, value: properties.get(key) });
}

export function readLink({ site, views, account, parts }: Call): Answer {
  const found = site.links.get(parts['linkId'] ?? '');
  if (found === undefined || [found.from, found.to].some((id) => site.issue(id, account) === null)) {
    throw new Refusal(404, 'No issue link with id exists.');
  }
  return ok(views.link(found));
}

export const readLinkTypes = ({ site }: Call): Answer => ok({ issueLinkTypes: site.linkTypes });
export const readPriorities = ({ site }: Call): Answer => ok(site.priorities);
