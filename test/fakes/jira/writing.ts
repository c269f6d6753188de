import type { Answer } from '../common/answer.ts';
import { type Call, issueOf } from './call.ts';
import { noIssue, Refusal } from './refusal.ts';
import type { JiraIssue, JiraProject } from './state.ts';

import { assertDocument, type Given, idOf, kept } from './values.ts';

function assertMay({ site, account }: Call, project: JiraProject, permission: string): void {
  if (!site.may(account, project, permission)) {
    throw new Refusal(permission === 'CREATE_ISSUES' ? 403 : 400, 'You do not have permission to do this.');
  }
  if (project.archived) throw new Refusal(400, 'You cannot change issues in an archived project.');
}

type Property = { readonly key: string; readonly value: unknown };

export function createIssue(call: Call): Answer {
  const { site, account, body } = call;
  const { fields = {}, properties = [] } = body as { fields?: Given; properties?: readonly Property[] };
  const { project: where, issuetype, ...given } = fields;
  const project = site.projects.find(({ id, key }) => id === idOf(where, 'id') || key === idOf(where, 'key'));
  if (project === undefined || !site.may(account, project))
    throw new Refusal(400, '', { project: 'valid project is required' });
  assertMay(call, project, 'CREATE_ISSUES');
  const typeId = String(idOf(issuetype, 'id'));
  if (!project.types.includes(typeId)) throw new Refusal(400, '', { issuetype: 'Specify a valid issue type' });
  const values = kept(site, project, { summary: undefined, ...given });
  const type = site.types.find(({ id }) => id === typeId)?.name ?? '';
  const missing = site.fields.find(({ id, requiredBy }) => requiredBy.includes(type) && values[id] == null);
  if (missing !== undefined) throw new Refusal(400, '', { [missing.id]: `${missing.name} is required.` });
  const issue = site.create(project, typeId, values, account);
  for (const { key, value } of properties) issue.properties.set(key, value);
  return { status: 201, body: { id: issue.id, key: issue.key, self: `issue/${issue.id}` } };
}

type Operation = { readonly add?: unknown; readonly remove?: unknown; readonly set?: unknown };

export function editIssue(call: Call): Answer {
  const { site, account, body } = call;
  const issue = issueOf(call);
  const project = site.projectOf(issue);
  assertWritable(call, issue, 'EDIT_ISSUES');
  const {
    fields = {},
    update = {},
    properties = [],
  } = body as {
    fields?: Given;
    update?: Readonly<Record<string, readonly Operation[]>>;
    properties?: readonly Property[];
  };
  const twice = Object.keys(update).find((name) => name in fields);
  if (twice !== undefined) throw new Refusal(400, '', { [twice]: `Field '${twice}' cannot be set twice.` });
  const labels =
    update['labels'] && labelsAfter((issue.fields['labels'] as string[] | undefined) ?? [], update['labels']);
  const parentless = update['parent'] !== undefined && { parent: null };
  const values = kept(site, project, { ...fields, ...(labels !== undefined && { labels }) });
  site.edit(issue, { ...values, ...parentless }, account);
  for (const { key, value } of properties) issue.properties.set(key, value);
  return { status: 204 };
}

function labelsAfter(before: readonly unknown[], operations: readonly Operation[]): readonly unknown[] {
  const labels = new Set(before);
  for (const { add, remove } of operations) {
    if (add !== undefined) labels.add(add);
    else labels.delete(remove);
  }
  return [...labels];
}

function assertWritable(call: Call, issue: JiraIssue, permission: string): void {
  if (issue.archived) throw new Refusal(400, 'You cannot change an archived issue.');
  assertMay(call, call.site.projectOf(issue), permission);
}

export function transitionIssue(call: Call): Answer {
  const { site, account, body } = call;
  const issue = issueOf(call);
  assertWritable(call, issue, 'TRANSITION_ISSUES');
  const id = String(idOf((body as Given)['transition'], 'id'));
  const found = site.transitions.find((one) => one.id === id && (one.from === null || one.from === issue.statusId));
  if (found === undefined)
    throw new Refusal(400, 'It seems that you have tried to perform an illegal workflow operation.');
  if (found.requires !== undefined) throw new Refusal(400, '', { resolution: `${found.requires} is required.` });
  site.transition(issue, found.to, account);
  return { status: 204 };
}

export function addComment(call: Call): Answer {
  const { site, account, body, views } = call;
  const issue = issueOf(call);
  assertWritable(call, issue, 'ADD_COMMENTS');
  const { body: text, properties = [] } = body as { body?: unknown; properties?: readonly Property[] };
  assertDocument('comment', text ?? null);
  const made = site.say(issue, text, account);
  for (const { key, value } of properties) made.properties.set(key, value);
  return { status: 201, body: views.comment(issue, made) };
}

export function editComment(call: Call): Answer {
  const { site, account, body, views, parts } = call;
  const issue = issueOf(call);
  assertWritable(call, issue, 'EDIT_OWN_COMMENTS');
  const found = issue.comments.find(({ id }) => id === parts['id']);
  if (found === undefined) throw new Refusal(404, 'Can not find a comment for the id.');
  if (found.author !== account && !site.may(account, site.projectOf(issue), 'EDIT_ALL_COMMENTS')) {
    throw new Refusal(400, 'You do not have permission to edit this comment.');
  }
  const { body: text, properties = [] } = body as { body?: unknown; properties?: readonly Property[] };
  assertDocument('comment', text ?? null);
  Object.assign(found, { body: text, updated: site.tick(), updateAuthor: account });
  for (const { key, value } of properties) found.properties.set(key, value);
  return { status: 200, body: views.comment(issue, found) };
}

/** As in Jira, what links is the `inwardIssue`, and a link that is there already is as good as made. */
export function linkIssues(call: Call): Answer {
  const { site, account, body } = call;
  const { type, inwardIssue, outwardIssue } = body as Given;
  const [from, to] = [inwardIssue, outwardIssue].map((end) =>
    site.issue(String(idOf(end, 'id') ?? idOf(end, 'key')), account),
  );
  if (!from || !to) throw noIssue();
  assertWritable(call, from, 'LINK_ISSUES');
  const found = site.linkTypes.find(({ id, name }) => id === idOf(type, 'id') || name === idOf(type, 'name'));
  if (found === undefined) throw new Refusal(404, 'No issue link type found.');
  const isThere = [...site.links.values()].some(
    (link) => link.typeId === found.id && link.from === from.id && link.to === to.id,
  );
  if (isThere) return { status: 201 };
  const id = site.id();
  site.links.set(id, { id, typeId: found.id, from: from.id, to: to.id });
  const item = (words: string, other: JiraIssue) => ({
    ...{ field: 'Link', from: null, fromString: null, to: other.key, toString: `This issue ${words} ${other.key}` },
  });
  site.record(from, account, [item(found.outward, to)]);
  site.record(to, account, [item(found.inward, from)]);
  return { status: 201 };
}

export function unlinkIssues({ site, account, parts }: Call): Answer {
  const link = site.links.get(parts['linkId'] ?? '');
  if (link === undefined || site.issue(link.from, account) === null)
    throw new Refusal(404, 'No issue link with id exists.');
  site.links.delete(link.id);
  return { status: 204 };
}

export function archiveIssues({ site, account, body }: Call, archived: boolean): Answer {
  if (!site.premium || !site.administrators.has(account)) {
    throw new Refusal(403, 'Only admins can archive or unarchive issues. Access denied.');
  }
  const { issueIdsOrKeys = [] } = body as { issueIdsOrKeys?: readonly string[] };
  const found = issueIdsOrKeys
    .flatMap((at) => site.issue(at, account) ?? [])
    .filter((one) => one.archived !== archived);
  if (found.length === 0) throw new Refusal(400, 'No valid issue to archive or unarchive. Bad request.');
  for (const issue of found) issue.archived = archived;
  return { status: 200, body: { errors: {}, numberOfIssuesUpdated: found.length } };
}
