import { verifyGrant } from '#shared/changes/grant.ts';
import { offeredBy } from '#shared/changes/grant-terms.ts';
import type { VerificationKeys } from '#shared/changes/keys.ts';
import type { SealedBody } from '#shared/changes/sealed.ts';
import { isLost } from '#shared/changes/transitions.ts';
import { findGrant, type GrantStanding, grantStanding, useOf } from '#shared/ledger/grants.ts';
import type { LedgerDb } from '#shared/ledger/schema.ts';
import { actorView } from './people.ts';
import { reveal } from './reveal.ts';

/** With what a grant is shown, and when. */
export type GrantContext = { readonly keys: () => VerificationKeys; readonly now: () => Date };

/** A task grant, what is left of it and what came under it. Every text is safe to look at. */
export function grantView(grant: GrantStanding, { keys, now }: GrantContext) {
  const { id, change_id, agent, blueprint, server, changes, bytes, granted_at, expires_at, end, uses } = grant;
  const spent = uses.reduce((sum, one) => sum + one.bytes, 0);
  return {
    id,
    change_id,
    status: statusOf(grant, now().toISOString()),
    agent: reveal(agent),
    blueprint: reveal(blueprint),
    server,
    giver: { kind: 'person' as const, name: reveal(grant.subject), issuer: reveal(grant.issuer) },
    changes: { used: uses.length, of: changes },
    bytes: { used: spent, of: bytes },
    granted_at,
    expires_at,
    ...boundsOf(grant, keys),
    end: end && {
      why: end.why,
      note: reveal(end.note),
      at: end.at,
      change_id: end.change_id,
      actor: actorView(end.actor),
    },
    uses: uses.map(({ change_id: change, number, bytes: size, at }) => ({
      change_id: change,
      number,
      bytes: size,
      at,
    })),
  };
}

/** `waiting`: for the change that it came with to be applied. `void`: that change never will be. */
function statusOf({ end, uses, changes, expires_at, origin_status }: GrantStanding, at: string) {
  if (end !== null) return 'ended';
  if (isLost(origin_status)) return 'void';
  if (expires_at <= at) return 'expired';
  if (uses.length >= changes) return 'used_up';
  return origin_status === 'applied' ? 'lasting' : 'waiting';
}

/** Where and with what, which only its signature says; null where no key that is known signed it. */
function boundsOf({ envelope }: GrantStanding, keys: () => VerificationKeys) {
  try {
    const { tools, paths, flags } = verifyGrant(keys(), envelope);
    return { tools, paths: paths.map(reveal), flags };
  } catch {
    return { tools: null, paths: null, flags: null };
  }
}

/** The grant that a change came under, and the one that was given with it; null where there is none. */
export async function grantsOfChange(db: LedgerDb, id: string, context: GrantContext) {
  const [use, given] = await Promise.all([useOf(db, id), findGrant(db, { change: id })]);
  const [above, own] = await Promise.all([
    use && grantStanding(db, use.grant_id),
    given && grantStanding(db, given.id),
  ]);
  return {
    under: use && above ? { ...grantView(above, context), number: use.number } : null,
    grant: own ? grantView(own, context) : null,
  };
}

/** What can be allowed with the approval of a change, as it was sealed; null when nothing. */
export function offerView(body: SealedBody) {
  const offered = offeredBy(body);
  return offered && { ...offered, paths: offered.paths.map(reveal) };
}
