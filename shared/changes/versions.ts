import { canonical } from '#shared/crypto/canonical.ts';
import { AppError } from '#shared/errors.ts';
import { findStanding } from '#shared/ledger/chains.ts';
import { findChange, moveChange, type Owner } from '#shared/ledger/changes.ts';
import type { EventActor } from '#shared/ledger/events.ts';
import { findSealed } from '#shared/ledger/proposals.ts';
import type { LedgerDb, LedgerTx, StandingsView, Timestamp } from '#shared/ledger/schema.ts';
import { findVersion, insertVersion, nextVersionOf } from '#shared/ledger/versions.ts';
import { type SealedBody, unseal } from './sealed.ts';

/** How many versions there are of one change at most, the first included. The ledger has the same number. */
export const mostVersions = 10;

/** The change that a proposal is to take the place of, and which version the proposal then is. */
export type Replaced = {
  readonly id: string;
  readonly status: 'pending' | 'rejected';
  readonly seal: string;
  readonly version: number;
  readonly body: SealedBody;
};

/**
 * The agent's own change that it wants to replace, or null when it wants none replaced. Throws AppError `not_found` also
 * for somebody else's, `invalid_arguments` for one of another server or tool, `wrong_state` when there is nothing to
 * replace any more, `limit_reached` after so many versions.
 */
export async function replacedFor(
  db: LedgerDb,
  owner: Owner,
  id: string | null,
  of: { readonly server: string; readonly tool: string },
): Promise<Replaced | null> {
  if (id === null) return null;
  const found = await findStanding(db, owner, id);
  if (!found) throw new AppError('not_found', 'supersedes: there is no such change.');
  if (found.server !== of.server || found.tool !== of.tool || found.is_restore === 1) {
    throw new AppError('invalid_arguments', `supersedes: ${id} is not a proposal of ${of.tool} on this server.`, {
      next: 'Propose without supersedes: what another tool does is another change.',
    });
  }
  const status = await replaceableNow(db, found);
  const kept = await findSealed(db, id);
  if (!kept) throw new AppError('wrong_state', `supersedes: ${id} has no plan yet.`);
  const version = ((await findVersion(db, id))?.version ?? 1) + 1;
  if (version > mostVersions) {
    throw new AppError('limit_reached', `supersedes: ${id} is version ${mostVersions}, and there are no more.`, {
      next: 'Stop here and tell whoever you work for: people and you do not come together on this one.',
    });
  }
  return { id, status, seal: kept.seal, version, body: unseal(kept).body };
}

async function replaceableNow(db: LedgerDb, { id, status }: StandingsView): Promise<Replaced['status']> {
  const next = await nextVersionOf(db, id);
  if (next !== undefined) {
    throw new AppError('wrong_state', `supersedes: ${id} has a newer version already, ${next}.`, {
      next: `Look at ${next} with get_change; a further version supersedes that one.`,
    });
  }
  if (status === 'pending' || status === 'rejected') return status;
  throw new AppError('wrong_state', `supersedes: ${id} is ${status}; only what waits or was rejected is replaced.`, {
    next: 'Look at it with get_change. If something is still to be done, propose that without supersedes.',
  });
}

/** What is sealed of the version before; nothing in a first version. */
export function sealedVersion(replaced: Replaced | null): Pick<SealedBody, 'supersedes'> {
  if (replaced === null) return {};
  const { id, seal, version } = replaced;
  return { supersedes: { change_id: id, seal, version } };
}

/** Throws AppError `invalid_arguments` when a new version would write somewhere else than the one before. */
export function assertSameTarget(replaced: Replaced, body: Pick<SealedBody, 'backend' | 'target'>): void {
  const { backend, target } = replaced.body;
  if (backend === body.backend && canonical(target) === canonical(body.target)) return;
  throw new AppError('invalid_arguments', `supersedes: ${replaced.id} writes to another target.`, {
    next: 'Withdraw that one if it still waits, and propose this without supersedes.',
  });
}

/** Notes, before a new version is sealed, what it is a version of. */
export function keepVersion(tx: LedgerTx, changeId: string, { id, version }: Replaced): Promise<void> {
  return insertVersion(tx, { change_id: changeId, supersedes: id, version });
}

/**
 * Ends the version before, once the new one is sealed: one that waits can no longer be decided. Throws AppError
 * `invalid_arguments` when the new version would end with it.
 */
export async function replace(
  tx: LedgerTx,
  changeId: string,
  { id, status }: Replaced,
  { at, actor }: { readonly at: Timestamp; readonly actor: EventActor },
): Promise<void> {
  if (status !== 'pending') return;
  await moveChange(tx, { id, from: 'pending', to: 'superseded', at, actor, note: `${changeId} takes its place.` });
  if ((await findChange(tx, changeId))?.status === 'pending') return;
  throw new AppError('invalid_arguments', `after: what comes after ${id} ends with it, and so would its new version.`);
}

/** Throws AppError `wrong_state` where no new version can be asked for. */
export function assertMayBeAskedAgain({ requester, restores, supersedes }: SealedBody): void {
  if (requester.kind !== 'agent' || restores !== null) {
    throw new AppError('wrong_state', 'There are no versions of a restore; reject it for another reason.');
  }
  if ((supersedes?.version ?? 1) < mostVersions) return;
  throw new AppError('wrong_state', `This is version ${mostVersions}, the last one there can be.`, {
    next: 'Approve it, or reject it for another reason.',
  });
}
