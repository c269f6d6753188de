import { canonical, digest } from '#shared/crypto/canonical.ts';
import { AppError } from '#shared/errors.ts';
import { findChange, insertChange } from '#shared/ledger/changes.ts';
import type { Ledger } from '#shared/ledger/ledger.ts';
import { findOpenTwin } from '#shared/ledger/proposals.ts';
import { insertRequested } from '#shared/ledger/requested.ts';
import type { LedgerTx } from '#shared/ledger/schema.ts';
import type { JsonObject } from '#shared/tools/index.ts';
import type { Approver } from './decision.ts';
import { newChangeId } from './ids.ts';
import { personsRestoreMs } from './request-restore.ts';

/** A call of a tool that people ask for; its arguments are such as its schema takes. */
export type AskedByPerson = {
  readonly server: string;
  readonly tool: string;
  readonly args: JsonObject;
  /** The change that it is about, as the tool says. */
  readonly about: string | null;
};

/**
 * Enters what a person asks for, still without a plan: making one needs the backend, so the server that has it does.
 * Answers the id of the new change, or of an open one that asks for the same. Throws AppError `not_found` or
 * `wrong_state` for a change that it cannot be about.
 */
export async function requestByPerson(
  { ledger, now }: { readonly ledger: Ledger; readonly now: () => Date },
  person: Approver,
  asked: AskedByPerson,
): Promise<string> {
  const at = now();
  const { server, tool, args, about } = asked;
  const { reason: _why, ...content } = args;
  const row = {
    id: newChangeId(at),
    server,
    tool,
    agent: null,
    blueprint: null,
    requester: canonical({ kind: 'person', ...person }),
    restores: null,
    idempotency_key: null,
    fingerprint: digest({ person: true, server, tool, content }),
    created_at: at.toISOString(),
    expires_at: new Date(at.getTime() + personsRestoreMs).toISOString(),
  };
  return ledger.write(async (tx) => {
    const twin = await findOpenTwin(tx, row.fingerprint);
    if (twin) return twin.id;
    if (about !== null) await assertCanBeAbout(tx, about, server);
    await insertChange(tx, row, { kind: 'person', ...person });
    await insertRequested(tx, { change_id: row.id, body: canonical({ arguments: args }), about });
    return row.id;
  });
}

async function assertCanBeAbout(tx: LedgerTx, id: string, server: string): Promise<void> {
  const change = await findChange(tx, id);
  if (change?.server !== server) throw new AppError('not_found', 'There is no such change.');
  if (change.status === 'applied' || change.status === 'partial') return;
  throw new AppError('wrong_state', `The change is ${change.status}; there is nothing of it.`);
}
