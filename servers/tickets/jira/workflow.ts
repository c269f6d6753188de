import * as z from 'zod';
import type { Status, TicketRef, Transition } from '#capabilities/ticket/types.ts';
import type { Reads } from '#shared/atlassian/transport.ts';
import { fieldMeta, jiraStatus } from './answers.ts';
import { statusOf } from './tickets.ts';

const answer = z.object({
  transitions: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      to: jiraStatus,
      isGlobal: z.boolean().optional(),
      isAvailable: z.boolean().optional(),
      fields: z.record(z.string(), fieldMeta.omit({ key: true }).extend({ key: z.string().optional() })).optional(),
    }),
  ),
});

type Listed = Transition & { readonly global: boolean };

/** What the account can do with an issue from the status that it has. */
export async function listedTransitions(reads: Reads, issueId: string): Promise<readonly Listed[]> {
  const path = ['issue', issueId, 'transitions'];
  const found = await reads.get({ path, query: { expand: 'transitions.fields' }, answer });
  return (found?.transitions ?? [])
    .filter(({ isAvailable }) => isAvailable !== false)
    .map(({ id, name, to, isGlobal, fields = {} }) => ({
      ...{ id, name, to: statusOf(to), global: isGlobal === true },
      requires: Object.values(fields)
        .filter(({ required, hasDefaultValue }) => required && hasDefaultValue !== true)
        .map((field) => field.name),
    }));
}

export async function readTransitions(reads: Reads, ticket: TicketRef): Promise<readonly Transition[]> {
  const listed = await listedTransitions(reads, ticket.id);
  return listed.map(({ global: _, ...transition }) => transition);
}

/**
 * Jira tells what leads on from where an issue is, and which of that leads on from everywhere. Before the issue goes, only
 * the latter says something of the way back.
 */
export async function readWayBack(
  reads: Reads,
  ticket: TicketRef,
  { from, to }: { readonly from: Status; readonly to: Status },
): Promise<'yes' | 'no' | 'unknown'> {
  const [status, listed] = await Promise.all([readStatus(reads, ticket.id), listedTransitions(reads, ticket.id)]);
  const back = listed.filter((each) => each.to.id === from.id && each.requires.length === 0);
  if (status?.id === to.id) return back.length > 0 ? 'yes' : 'no';
  return back.some((each) => each.global) ? 'yes' : 'unknown';
}

const withStatus = z.object({ fields: z.object({ status: jiraStatus }) });

export async function readStatus(reads: Reads, issueId: string): Promise<Status | null> {
  const found = await reads.get({ path: ['issue', issueId], query: { fields: 'status' }, answer: withStatus });
  return found && statusOf(found.fields.status);
}
