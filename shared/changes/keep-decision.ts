import { insertDecision } from '#shared/ledger/decisions.ts';
import { appendEvent } from '#shared/ledger/events.ts';
import type { LedgerTx } from '#shared/ledger/schema.ts';
import type { Assertion } from '#shared/passkeys/assertion.ts';
import type { Capacity } from './capacity.ts';
import { type Approver, type Decision, type ShownSet, signDecision } from './decision.ts';
import type { SigningKey } from './keys.ts';
import type { RejectionCategory } from './rejection.ts';
import type { Sealed } from './sealed.ts';

type Answer = {
  readonly verb: Decision['verb'];
  readonly approver: Approver;
  readonly reason: string;
  readonly category?: RejectionCategory | undefined;
  readonly set?: ShownSet;
  readonly as?: Capacity | undefined;
  /** Digest of what is allowed with it. */
  readonly grant?: string | undefined;
  readonly at: string;
};

/** What an answer to changes says. */
export function decisionOver(
  all: readonly Sealed[],
  { verb, approver, reason, category, set, as, grant, at }: Answer,
): Decision {
  // Who decides on several at once says until when all of that counts.
  const expires = all.map(({ body }) => body.expires_at).reduce((a, b) => (a < b ? a : b));
  const changes = all.map(({ seal, body }) => ({ change_id: body.change_id, seal }));
  const why = category === undefined ? {} : { category };
  const given = { ...(as && { as }), ...(grant !== undefined && { grant }) };
  const said = { verb, approver, decided_at: at, expires_at: expires, reason, ...why, ...given };
  return { ...said, set: set ?? null, changes };
}

/** Signs a decision over changes once, with what a passkey answered to it, and keeps it with each of them. */
export async function keepDecision(
  tx: LedgerTx,
  key: SigningKey,
  all: readonly Sealed[],
  answer: Answer & { readonly assertion?: Assertion | undefined },
): Promise<void> {
  const { verb, approver, reason, category, assertion, at } = answer;
  const decision = decisionOver(all, answer);
  const why = category === undefined ? {} : { category };
  const envelope = signDecision(key, { ...decision, ...(assertion && { assertion }) });
  for (const { change_id, seal } of decision.changes) {
    const row = { change_id, verb, ...approver, seal, decided_at: at, expires_at: decision.expires_at, envelope };
    await insertDecision(tx, row);
    await appendEvent(tx, {
      at,
      type: 'decision.made',
      changeId: change_id,
      actor: { kind: 'person', ...approver },
      body: { verb, seal, reason, ...why },
    });
  }
}
