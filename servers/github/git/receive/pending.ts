import { pushInput } from '#capabilities/repo-write/push/input.ts';
import { pushCommitsPlan } from '#capabilities/repo-write/push/plan.ts';
import { parseArguments } from '#shared/changes/arguments.ts';
import { withoutLongTexts } from '#shared/changes/long-texts.ts';
import { unseal } from '#shared/changes/sealed.ts';
import { canonical } from '#shared/crypto/canonical.ts';
import { listChanges, type Owner } from '#shared/ledger/changes.ts';
import { findSealedOf } from '#shared/ledger/proposals.ts';
import type { LedgerDb } from '#shared/ledger/schema.ts';
import type { Json, JsonObject } from '#shared/tools/index.ts';

/** So many of an agent's pushes that wait are looked through; no blueprint lets nearly as many wait. */
const most = 100;

/** What an agent proposed for a branch and what waits still: the change, and what was asked for. */
export type WaitingPush = { readonly id: string; readonly args: JsonObject };

/** The agent's newest push to a branch that waits for a decision; null when none does. */
export async function waitingPush(
  db: LedgerDb,
  owner: Owner,
  at: { readonly server: string; readonly repositoryId: number; readonly branch: string },
): Promise<WaitingPush | null> {
  const wanted = { owner, server: at.server, tool: 'push_commits', status: 'pending', limit: most } as const;
  const ids = (await listChanges(db, wanted)).map(({ id }) => id);
  if (ids.length === 0) return null;
  const sealed = new Map((await findSealedOf(db, ids)).map((row) => [row.change_id, row]));
  for (const id of ids) {
    const row = sealed.get(id);
    if (row === undefined) continue;
    const { body } = unseal(row);
    const plan = pushCommitsPlan.parse(body.plan);
    const isSame = plan.kind === 'push' && plan.repository.id === at.repositoryId && plan.branch === at.branch;
    if (isSame && body.restores === null) return { id, args: body.arguments as JsonObject };
  }
  return null;
}

/**
 * The arguments of a push in view of one that waits: the same content stays that change, other content takes its place.
 */
export function argumentsInView(args: JsonObject, waiting: WaitingPush | null): JsonObject {
  if (waiting === null) return args;
  const { supersedes } = waiting.args;
  const again = supersedes === undefined ? args : { ...args, supersedes };
  return contentOf(again) === contentOf(waiting.args, 'kept') ? again : { ...args, supersedes: waiting.id };
}

/** What a proposal is told apart by: all but why. */
function contentOf(args: JsonObject, form: 'new' | 'kept' = 'new'): string {
  const kept = form === 'kept' ? args : withoutLongTexts(parseArguments(pushInput, args) as Json);
  const { reason: _reason, ...content } = kept as JsonObject;
  return canonical(content);
}
