import * as z from 'zod';
import type { Move, Written } from '#capabilities/ticket-write/ports.ts';
import { notDone } from '#shared/github/errors.ts';
import { closingReason, statusOf } from '../statuses.ts';
import { issueNow, mutate, ofTicket, readBack, type Writing } from './writing.ts';

const answer = z.object({ issue: z.object({ id: z.string() }) });
const selection = 'issue { id }';

/** Closes an issue for a reason, or opens it again. */
export async function moveIssue(writing: Writing, { ticket, from, transition }: Move): Promise<Written> {
  const status = async () => {
    const { state, state_reason: reason, node_id: issueId } = await issueNow(writing, ticket);
    return { ...statusOf({ state, reason: reason ?? null }), issueId };
  };
  const { id, issueId } = await status();
  if (id !== from.id) throw notDone('stale', new Error('the issue has another status by now'));
  const stateReason = closingReason(transition.to);
  if (stateReason === null) await mutate(writing, { name: 'reopenIssue', selection, answer }, { issueId });
  else await mutate(writing, { name: 'closeIssue', selection, answer }, { issueId, stateReason });
  const after = await readBack(status);
  return ofTicket(ticket, after.id === transition.to.id ? [] : ['status']);
}
