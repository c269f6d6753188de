import * as z from 'zod';
import type { Proposed } from '#shared/changes/propose.ts';
import { statuses } from '#shared/changes/transitions.ts';
import type { JsonObject } from '#shared/tools/index.ts';
import { reversible } from '#shared/tools/index.ts';

/** A status as agents read it. */
const agentStatus = (status: Proposed['status']): string => (status === 'pending' ? 'pending_approval' : status);

/** What every write tool answers: nothing is written yet, and this is what will decide it. */
export const proposedOutput = z.strictObject({
  change_id: z.string(),
  status: z.enum(statuses.map(agentStatus)),
  summary: z.string(),
  reversible,
  review_url: z.string(),
  expires_at: z.string(),
  next: z.string(),
});

/** The answer to a proposal. `reviewUrl` is the base address of the console. */
export function proposedAnswer(proposed: Proposed, reviewUrl: string): JsonObject {
  return {
    change_id: proposed.changeId,
    status: agentStatus(proposed.status),
    summary: proposed.summary,
    reversible: proposed.reversible,
    review_url: `${reviewUrl}/changes/${proposed.changeId}`,
    expires_at: proposed.expiresAt,
    next: nextOf(proposed),
  };
}

function nextOf({ status, reviewed }: Proposed): string {
  if (status !== 'pending') {
    return 'The same proposal was made before. Call get_change with this id on the approvals server.';
  }
  const decided =
    reviewed === null
      ? 'A person decides now, unless a person allowed it in advance or a rule does: then it is carried out in a moment.'
      : `It waits for an approving review on GitHub of exactly ${reviewed}: do not push to that branch.`;
  return (
    `${decided} Call wait_for_change with this id on the approvals server to know, or end your turn: the change is ` +
    'carried out when it is approved, whether you wait or not.'
  );
}
