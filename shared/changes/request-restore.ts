import type { Blueprint } from '#shared/blueprints/blueprint.ts';
import { endOfReview } from '#shared/blueprints/review-time.ts';
import { canonical, digest } from '#shared/crypto/canonical.ts';
import { AppError } from '#shared/errors.ts';
import { type ChangeRow, findChange, findOwnChange, insertChange, type NewChange } from '#shared/ledger/changes.ts';
import type { EventActor } from '#shared/ledger/events.ts';
import type { Ledger } from '#shared/ledger/ledger.ts';
import { findOpenTwin } from '#shared/ledger/proposals.ts';
import { insertRestored } from '#shared/ledger/restores.ts';
import type { LedgerTx } from '#shared/ledger/schema.ts';
import { fingerprint } from './arguments.ts';
import type { Approver } from './decision.ts';
import { newChangeId } from './ids.ts';
import { attach } from './known.ts';
import { assertLive, assertWithinLimits } from './propose.ts';
import { type Requester, type RestoreRequest, restoredIds } from './sealed.ts';
import { assertNotStopped } from './stop.ts';

/** How long a restore that a person asked for waits for its decision, in milliseconds. */
export const personsRestoreMs = 24 * 3_600_000;

/** Who asks for a restore: an agent for its own change within its blueprint, or a person for any. */
export type RestoreRequester = { readonly blueprint: Blueprint } | { readonly person: Approver };

/**
 * Enters a restore, still without a plan: making one needs the backend, so the server that did the change plans it.
 * Answers the id of the new change, of an open one that asks for the same, or of the one that an agent's key stands for.
 * Throws AppError `not_found`,
 * `wrong_state`, or what limits an agent's proposals.
 */
export async function requestRestore(
  { ledger, now }: { readonly ledger: Ledger; readonly now: () => Date },
  by: RestoreRequester,
  request: RestoreRequest,
  idempotencyKey: string | null = null,
): Promise<string> {
  const at = now();
  return ledger.write((tx) => enterRestore(tx, by, request, { at, idempotencyKey }));
}

/** The same, in a transaction that does more. `idAt` is when the id says that it was made, and orders it among others. */
export async function enterRestore(
  tx: LedgerTx,
  by: RestoreRequester,
  request: RestoreRequest,
  { at, idempotencyKey = null, idAt = at }: { at: Date; idempotencyKey?: string | null; idAt?: Date },
): Promise<string> {
  const originals = await originalsOf(tx, by, request);
  const [original] = originals;
  const row = { ...rowOf(original, by, request, at), id: newChangeId(idAt), idempotency_key: idempotencyKey };
  const twin = await knownAs(tx, by, row);
  if (twin) return twin.id;
  for (const { status } of originals) {
    if (status !== 'applied' && status !== 'partial') {
      throw new AppError('wrong_state', `The change is ${status}; there is nothing of it to put back.`);
    }
  }
  if ('blueprint' in by) {
    assertLive(by.blueprint, at);
    await assertWithinLimits(tx, by.blueprint, at);
    await assertNotStopped(tx, { server: original.server, agent: by.blueprint.agent, tool: original.tool });
  }
  await insertChange(tx, row, actorOf(by));
  await insertRestored(tx, row.id, restoredIds(request));
  return row.id;
}

async function originalsOf(
  tx: LedgerTx,
  by: RestoreRequester,
  request: RestoreRequest,
): Promise<readonly [ChangeRow, ...ChangeRow[]]> {
  const rows: ChangeRow[] = [];
  for (const id of restoredIds(request)) {
    const row = await ('blueprint' in by
      ? findOwnChange(tx, { agent: by.blueprint.agent, blueprint: by.blueprint.name }, id)
      : findChange(tx, id));
    if (!row) throw new AppError('not_found', 'There is no such change.');
    rows.push(row);
  }
  const [first, ...rest] = rows;
  if (
    !first ||
    new Set(rows.map(({ id }) => id)).size < rows.length ||
    rest.some(({ server }) => server !== first.server)
  ) {
    throw new AppError('invalid_arguments', 'Changes that are put back as one are of one server, each named once.');
  }
  return [first, ...rest];
}

/** The restore that this already is. Keys are an agent's own. */
async function knownAs(tx: LedgerTx, by: RestoreRequester, row: NewChange): Promise<ChangeRow | undefined> {
  const { fingerprint, idempotency_key: idempotencyKey } = row;
  if (!('blueprint' in by)) return findOpenTwin(tx, fingerprint);
  const owner = { agent: by.blueprint.agent, blueprint: by.blueprint.name };
  return attach(tx, { owner, fingerprint, idempotencyKey });
}

function rowOf(
  original: ChangeRow,
  by: RestoreRequester,
  request: RestoreRequest,
  at: Date,
): Omit<NewChange, 'id' | 'idempotency_key'> {
  const owner =
    'blueprint' in by ? { agent: by.blueprint.agent, blueprint: by.blueprint.name } : { agent: null, blueprint: null };
  const { reason: _why, ...wanted } = request;
  // Which rule decides it is known once it is planned; how long it may take is what the default says.
  const time = 'blueprint' in by ? by.blueprint.review : { expiresMs: personsRestoreMs };
  return {
    server: original.server,
    tool: original.tool,
    ...owner,
    requester: canonical(requesterOf(by)),
    restores: canonical(request),
    fingerprint:
      'blueprint' in by
        ? fingerprint({
            agent: by.blueprint.agent,
            blueprint: by.blueprint.name,
            tool: original.tool,
            args: {},
            restores: wanted,
          })
        : digest({ person: true, restores: wanted }),
    created_at: at.toISOString(),
    expires_at: endOfReview(time, at).toISOString(),
  };
}

function requesterOf(by: RestoreRequester): Requester {
  return 'blueprint' in by ? { kind: 'agent', agent: by.blueprint.agent } : { kind: 'person', ...by.person };
}

function actorOf(by: RestoreRequester): EventActor {
  return 'blueprint' in by
    ? { kind: 'agent', agent: by.blueprint.agent, blueprint: by.blueprint.name }
    : { kind: 'person', ...by.person };
}
