import { AppError } from '#shared/errors.ts';
import { insertGrant } from '#shared/ledger/grants.ts';
import type { LedgerTx } from '#shared/ledger/schema.ts';
import type { People } from '#shared/people/people.ts';
import { denyApprovals } from './approvals.ts';
import type { Capacity } from './capacity.ts';
import type { Approver, Decision } from './decision.ts';
import { signGrant, type TaskGrant } from './grant.ts';
import { denyTerms, type GrantTerms, offeredBy } from './grant-terms.ts';
import { newGrantId } from './ids.ts';
import type { SigningKey } from './keys.ts';
import type { Sealed } from './sealed.ts';
import { assertGrantable } from './stop.ts';

type Giving = {
  readonly verb: Decision['verb'];
  readonly approver: Approver;
  readonly as?: Capacity | undefined;
  readonly people: People | undefined;
  readonly at: string;
  /** What is allowed; nothing unless given. */
  readonly grant?: GrantTerms | undefined;
};

/**
 * What somebody allows with their approval, or null. Who needs others to approve a change cannot allow more of the kind
 * alone. Throws AppError `invalid_arguments` or `not_permitted`.
 */
export function grantOver(all: readonly Sealed[], giving: Giving): TaskGrant | null {
  const { verb, approver, as, people, at, grant } = giving;
  if (grant === undefined) return null;
  const [sealed] = all;
  if (verb !== 'approve' || sealed === undefined || all.length > 1) {
    throw new AppError('invalid_arguments', 'A grant is given with the approval of one change.');
  }
  const { seal, body } = sealed;
  const { requester, blueprint } = body;
  const offered = offeredBy(body);
  if (offered === null || requester.kind !== 'agent' || blueprint === null) {
    throw new AppError('not_permitted', 'The review rule of this change offers no grant.');
  }
  const more = denyTerms(offered, grant);
  if (more !== null) throw new AppError('not_permitted', more, { next: 'Allow no more than the change offers.' });
  const alone = { approver, as, together: 1, expiresAt: body.expires_at, passkey: null };
  const denial = denyApprovals(body, [alone], people);
  if (denial !== null) throw new AppError('not_permitted', `You cannot allow this alone: ${denial}`);
  const { for_ms: forMs, ...bounds } = grant;
  const { change_id, server, backend, target } = body;
  return {
    format: 'countersign/task-grant@1',
    id: newGrantId(new Date(at)),
    origin: { change_id, seal },
    agent: requester.agent,
    blueprint: blueprint.name,
    server,
    backend,
    target,
    ...bounds,
    granted_at: at,
    expires_at: new Date(Date.parse(at) + forMs).toISOString(),
    approver,
    ...(as && { as }),
  };
}

/**
 * Signs a grant and keeps it, after the decision that it is given with and before the change moves. Throws AppError
 * `not_permitted` while a stop is in force that would have ended it.
 */
export async function keepGrant(tx: LedgerTx, key: SigningKey, grant: TaskGrant): Promise<void> {
  const { id, origin, server, agent, blueprint, changes, bytes, granted_at, expires_at, approver } = grant;
  await assertGrantable(tx, { server, agent });
  const envelope = signGrant(key, grant);
  const { issuer, subject } = approver;
  const { change_id } = origin;
  const row = { id, change_id, server, agent, blueprint, changes, bytes, granted_at, expires_at, issuer, subject };
  await insertGrant(tx, { ...row, envelope });
}
