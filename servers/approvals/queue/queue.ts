import type { ChangeQueue } from '#capabilities/change-queue/ports.ts';
import type { Blueprint } from '#shared/blueprints/blueprint.ts';
import { changeIdPattern } from '#shared/changes/ids.ts';
import { requestRestore } from '#shared/changes/request-restore.ts';
import type { Status } from '#shared/changes/transitions.ts';
import { AppError } from '#shared/errors.ts';
import {
  type ChangeRow,
  findOwnChange,
  listChanges,
  moveChange,
  type Owner,
  ownStatuses,
} from '#shared/ledger/changes.ts';
import type { Ledger } from '#shared/ledger/ledger.ts';
import { ledgerStatus } from '../status.ts';
import { untilCommit } from './until.ts';
import { summaryOf, viewOf } from './view.ts';
import { type WaitTiming, waiter } from './wait.ts';

export type QueueOptions = {
  readonly ledger: Ledger;
  readonly now: () => Date;
  /** Whose changes there are; all others do not exist here. */
  readonly owner: Owner;
  /** The blueprint as it is now; null when it was revoked. */
  readonly blueprint: () => Blueprint | null;
  /** Base address of the console, for links to a change. */
  readonly reviewUrl: string;
  readonly timing: WaitTiming;
};

/** The changes of one agent under one blueprint, as its tools use them. */
export function changeQueueOf(options: QueueOptions): ChangeQueue {
  const { ledger, owner, reviewUrl } = options;
  const own = async (id: string): Promise<ChangeRow> => {
    const row = await findOwnChange(ledger.db, owner, id);
    if (!row) throw notFound();
    return row;
  };
  const statuses = async (ids: readonly string[]): Promise<readonly Status[]> => {
    const found = await ownStatuses(ledger.db, owner, ids);
    if (found.length < new Set(ids).size) throw notFound();
    return found;
  };
  const view = async (id: string) => viewOf(ledger.db, await own(id), reviewUrl);
  return {
    list: async ({ status, limit, cursor }) => {
      if (cursor !== undefined && !changeIdPattern.test(cursor)) {
        throw new AppError('invalid_arguments', 'cursor: is not one that list_changes gave.');
      }
      const filter = { owner, status: status && ledgerStatus(status), before: cursor, limit: limit + 1 };
      const rows = await listChanges(ledger.db, filter);
      const page = rows.slice(0, limit);
      return {
        changes: await Promise.all(page.map((row) => summaryOf(ledger.db, row))),
        cursor: rows.length > limit ? (page.at(-1)?.id ?? null) : null,
      };
    },
    get: view,
    wait: waiter({ ledger, timing: options.timing, now: options.now, statuses, view }),
    withdraw: async (id, reason) => {
      await withdraw(options, await own(id), reason);
      return view(id);
    },
    proposeRestore: async ({ changeId, choice, reason, idempotencyKey }) => {
      const blueprint = options.blueprint();
      if (!blueprint) {
        throw new AppError('not_permitted', 'The blueprint of this listener was revoked.', {
          next: 'Ask the operator of this server.',
        });
      }
      const id = await requestRestore(
        options,
        { blueprint },
        { change_id: changeId, choice, reason },
        idempotencyKey ?? null,
      );
      // The executor of the owning server makes the plan, mostly at once; the agent is spared a call if it does.
      const planned = async () => (await own(id)).status !== 'planning';
      await untilCommit({ ledger, ms: options.timing.plannedMs, done: planned });
      return view(id);
    },
  };
}

function notFound(): AppError {
  return new AppError('not_found', 'There is no such change.', { next: 'list_changes shows yours.' });
}

async function withdraw({ ledger, now, owner }: QueueOptions, row: ChangeRow, reason: string): Promise<void> {
  const { id, status } = row;
  if (status !== 'planning' && status !== 'pending' && status !== 'approved') {
    throw new AppError('wrong_state', `The change is ${status}: there is nothing to take back any more.`, {
      next: status === 'applied' || status === 'partial' ? 'propose_restore can undo it.' : 'get_change tells more.',
    });
  }
  const actor = { kind: 'agent', ...owner } as const;
  await ledger.write((tx) =>
    moveChange(tx, { id, from: status, to: 'withdrawn', at: now().toISOString(), actor, note: reason }),
  );
}
