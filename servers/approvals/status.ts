import type { ChangeStatus } from '#capabilities/change-queue/ports.ts';
import type { Status } from '#shared/changes/transitions.ts';

/** A status in the words that agents and people see. */
export function shownStatus(status: Status): ChangeStatus {
  return status === 'pending' ? 'pending_approval' : status;
}

/** The status as the ledger has it. */
export function ledgerStatus(status: ChangeStatus): Status {
  return status === 'pending_approval' ? 'pending' : status;
}
