import * as z from 'zod';
import { withoutMarkComment } from '#capabilities/common/mark-comment.ts';
import type { Named, ProjectRef, TicketDocument, TicketRef } from '#capabilities/ticket/types.ts';
import type { TicketSummary } from '#capabilities/ticket-read/ports.ts';
import { ticketId } from './ids.ts';
import { personOfRest, restUser } from './people.ts';
import { statusOf } from './statuses.ts';

const count = z.number().int().nonnegative();

/** An issue as the REST API answers with it, or a pull request, which it takes for one. */
export const restIssue = z.object({
  id: z.number().int().positive(),
  node_id: z.string(),
  number: z.number().int().positive(),
  html_url: z.string(),
  repository_url: z.string(),
  title: z.string(),
  body: z.string().nullish(),
  state: z.enum(['open', 'closed']),
  state_reason: z.string().nullish(),
  user: restUser.nullish(),
  author_association: z.string().optional(),
  labels: z.array(z.union([z.string(), z.object({ name: z.string().nullish(), node_id: z.string().optional() })])),
  assignees: z.array(restUser).nullish(),
  locked: z.boolean(),
  comments: count,
  created_at: z.string(),
  updated_at: z.string(),
  pull_request: z.unknown().optional(),
  type: z.object({ node_id: z.string(), name: z.string() }).nullish(),
  parent_issue_url: z.string().nullish(),
  issue_dependencies_summary: z.object({ total_blocked_by: count, total_blocking: count }).nullish(),
});
export type RestIssue = z.infer<typeof restIssue>;

/** The type of an issue that has none: where no organisation has made up types, every issue is like this. */
export const untyped: Named = { id: 'issue', name: 'Issue' };

export const isPullRequest = ({ pull_request: pull }: RestIssue): boolean => pull !== undefined && pull !== null;

const typeOf = ({ type }: RestIssue): Named => (type ? { id: type.node_id, name: type.name } : untyped);

export const labelsOf = ({ labels }: RestIssue): string[] =>
  labels.flatMap((label) => (typeof label === 'string' ? label : (label.name ?? []))).sort();

/** What people wrote; null where that is nothing. */
export function descriptionOf({ body }: RestIssue): TicketDocument | null {
  const text = withoutMarkComment(body ?? '');
  return text === '' ? null : { format: 'markdown', text };
}

export function assigneesOf({ assignees }: RestIssue) {
  const people = (assignees ?? []).flatMap((user) => personOfRest(user) ?? []);
  return people.sort((a, b) => (a.id < b.id ? -1 : 1));
}

export function refOf(
  project: ProjectRef,
  { number, html_url: url }: Pick<RestIssue, 'number' | 'html_url'>,
): TicketRef {
  return { id: ticketId({ repositoryId: Number(project.id), number }), key: `${project.key}#${number}`, url, project };
}

export function summaryOf(project: ProjectRef, issue: RestIssue): TicketSummary {
  return {
    ...refOf(project, issue),
    type: typeOf(issue),
    title: issue.title,
    status: statusOf({ state: issue.state, reason: issue.state_reason ?? null }),
    labels: labelsOf(issue),
    assignees: assigneesOf(issue),
    reporter: personOfRest(issue.user, issue.author_association),
    priority: null,
    archived: false,
    createdAt: issue.created_at,
    updatedAt: issue.updated_at,
  };
}

/** What an address of the API leads to: an issue of a repository by its name or its number. */
export function issueAt(
  url: string,
): (({ readonly name: string } | { readonly repositoryId: number }) & { readonly number: number }) | null {
  const path = URL.parse(url)?.pathname ?? '';
  const [, id, idNumber] = /\/repositories\/([1-9]\d{0,14})\/issues\/([1-9]\d{0,9})$/.exec(path) ?? [];
  if (id !== undefined) return { repositoryId: Number(id), number: Number(idNumber) };
  const [, owner, name, number] = /\/repos\/([\w-]+)\/([\w.-]+)\/issues\/([1-9]\d{0,9})$/.exec(path) ?? [];
  return owner === undefined ? null : { name: `${owner}/${name}`, number: Number(number) };
}

/** `owner/name` of the repository that an issue says it is of. */
export function repositoryOf({ repository_url: url }: RestIssue): string | null {
  const [, owner, name] = /\/repos\/([\w-]+)\/([\w.-]+)$/.exec(URL.parse(url)?.pathname ?? '') ?? [];
  return owner === undefined ? null : `${owner}/${name}`;
}
