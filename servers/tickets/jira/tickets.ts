import type * as z from 'zod';
import { adfDocument } from '#capabilities/ticket/document.ts';
import type { Person, ProjectRef, Status, TicketComment, TicketRef } from '#capabilities/ticket/types.ts';
import type { Ticket, TicketLink, TicketSummary } from '#capabilities/ticket-read/ports.ts';
import type { Issue, IssueSummary, JiraComment, JiraProject, jiraStatus, Placed, User } from './answers.ts';
import { customValuesOf } from './custom-fields.ts';
import { personOf } from './people.ts';
import { documentOf } from './text.ts';

/** Jira's `undefined` is a status that nobody gave a meaning. */
const categories: Readonly<Record<string, Status['category']>> = {
  new: 'todo',
  indeterminate: 'in_progress',
  done: 'done',
};

export function statusOf({ id, name, statusCategory }: z.infer<typeof jiraStatus>): Status {
  return { id, name, category: categories[statusCategory?.key ?? ''] ?? 'todo' };
}

/** Jira does not say who can see a project: that is for its permissions to say. */
export function projectRefOf({ id, key, name, projectTypeKey }: JiraProject): ProjectRef {
  return { id, key, name, customers: isServiceDesk(projectTypeKey) };
}

const isServiceDesk = (projectTypeKey: string | undefined): boolean => projectTypeKey === 'service_desk';

/** Where people see it; a key of Jira's has nothing to escape, and is escaped. */
export const urlOf = (site: string, key: string): string => `${site}/browse/${encodeURIComponent(key)}`;

function refOf(site: string, { id, key, fields }: Placed): TicketRef {
  return { id, key, url: urlOf(site, key), project: projectRefOf(fields.project) };
}

const personOrNull = (found: User | null | undefined): Person | null =>
  found === null || found === undefined ? null : personOf(found);

export function summaryOf(site: string, { id, key, fields }: IssueSummary): TicketSummary {
  const assignee = personOrNull(fields.assignee);
  return {
    ...{ id, key, url: urlOf(site, key), project: projectRefOf(fields.project) },
    type: { id: fields.issuetype.id, name: fields.issuetype.name },
    title: fields.summary,
    status: statusOf(fields.status),
    labels: [...new Set(fields.labels ?? [])].sort(),
    assignees: assignee === null ? [] : [assignee],
    reporter: personOrNull(fields.reporter),
    priority: fields.priority ?? null,
    archived: fields.project.archived === true,
    createdAt: fields.created,
    updatedAt: fields.updated,
  };
}

/** What Jira tells elsewhere than in the issue. */
export type Beside = {
  /** The issues that it is linked with, and its parent, by id. What the account cannot see is not among them. */
  readonly others: ReadonlyMap<string, Placed>;
  readonly comments: number | null;
  readonly archived: boolean;
};

export function ticketOf(site: string, found: Issue, { others, comments, archived }: Beside): Ticket {
  const { fields } = found;
  const parent = others.get(fields.parent?.id ?? '');
  const summary = summaryOf(site, found);
  return {
    ...summary,
    archived: summary.archived || archived,
    description: documentOf(fields.description),
    parent: parent === undefined ? null : refOf(site, parent),
    due: fields.duedate ?? null,
    custom: customValuesOf(found),
    links: (fields.issuelinks ?? []).flatMap((link): TicketLink[] => {
      const { id, type, outwardIssue, inwardIssue } = link;
      const other = others.get((outwardIssue ?? inwardIssue)?.id ?? '');
      if (other === undefined) return [];
      // Jira names the issue at the far end by what it is to this one: what this one blocks is its `outwardIssue`.
      const end = outwardIssue === undefined ? 'inward' : 'outward';
      return [{ id, type, end, other: { ...refOf(site, other), title: other.fields.summary } }];
    }),
    comments,
  };
}

const empty = adfDocument('{"content":[],"type":"doc","version":1}');

export function commentOf({ url, project }: TicketRef, found: JiraComment): TicketComment {
  const { id, author, body, created, updated, jsdPublic, visibility } = found;
  // In a project with customers, what is not said to be for the team alone is theirs too.
  const isTheirs = project.customers && visibility === undefined && jsdPublic !== false;
  return {
    id,
    url: `${url}?focusedCommentId=${encodeURIComponent(id)}`,
    author: personOrNull(author),
    body: documentOf(body) ?? empty,
    visibleTo: isTheirs ? 'customers' : 'team',
    createdAt: created,
    updatedAt: updated,
  };
}
