import * as z from 'zod';
import type { Ticket } from '#capabilities/ticket-read/ports.ts';
import type { Reads } from '#shared/atlassian/transport.ts';
import { type Issue, issue, type Placed, placed } from './answers.ts';
import { commentsFrom } from './comments.ts';
import { ticketOf } from './tickets.ts';

export type IssueOptions = {
  readonly reads: Reads;
  readonly site: string;
  /** Whether tickets can be archived here, so that it has to be looked whether one is. */
  readonly archives: boolean;
};

/** What can be large and is read elsewhere, or not at all. */
const fields = '*all,-comment,-attachment,-worklog';

/** The ticket that a key or an id leads to, wherever it has moved. */
export async function readTicket({ reads, site, archives }: IssueOptions, at: string): Promise<Ticket | null> {
  const query = { fields, expand: 'names,schema,editmeta' };
  const [found, comments] = await Promise.all([
    reads.get({ path: ['issue', at], query, answer: issue }),
    commentsFrom(reads, at, { start: 0, count: 1 }),
  ]);
  if (found === null) return null;
  const [others, archived] = await Promise.all([
    readPlaces(reads, othersOf(found)),
    archives ? readArchived(reads, found.id) : false,
  ]);
  return ticketOf(site, found, { others, comments: comments?.total ?? null, archived });
}

function othersOf({ fields: { parent, issuelinks } }: Issue): readonly string[] {
  const links = (issuelinks ?? []).flatMap(({ outwardIssue, inwardIssue }) => [outwardIssue, inwardIssue]);
  return [...new Set([parent, ...links].flatMap((other) => (other ? [other.id] : [])))];
}

const places = z.object({ issues: z.array(placed).default([]) });

/** Jira takes so many at once. */
const mostAtOnce = 100;

/** Where other issues are now, by id; what the account cannot see is left out. */
async function readPlaces(reads: Reads, ids: readonly string[]): Promise<ReadonlyMap<string, Placed>> {
  const pages = Array.from({ length: Math.ceil(ids.length / mostAtOnce) }, (_, page) =>
    ids.slice(page * mostAtOnce, (page + 1) * mostAtOnce),
  );
  const found = await Promise.all(
    pages.map((issueIdsOrKeys) => {
      const body = { issueIdsOrKeys, fields: ['project', 'summary'] };
      return reads.query({ path: ['issue', 'bulkfetch'], body, answer: places });
    }),
  );
  return new Map(found.flatMap((page) => (page?.issues ?? []).map((each) => [each.id, each] as const)));
}

const searched = z.object({ issues: z.array(z.object({ id: z.string() })).default([]) });

/**
 * Whether an issue that is there is archived: then no search finds it. Jira is asked to look at the issue itself rather
 * than at its index, which may be behind.
 */
export async function readArchived(reads: Reads, id: string): Promise<boolean> {
  const body = { jql: `id = ${id}`, fields: ['id'], maxResults: 1, reconcileIssues: [Number(id)] };
  const found = await reads.query({ path: ['search', 'jql'], body, answer: searched });
  return found?.issues.length === 0;
}
