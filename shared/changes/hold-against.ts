import { type GrantUse, thingsOf } from '#shared/ledger/grants.ts';
import type { LedgerDb } from '#shared/ledger/schema.ts';
import type { CheckedGrant } from './check-grant.ts';
import { type Coverage, coverageOf } from './grant-coverage.ts';
import type { SealedBody } from './sealed.ts';

/** Holds a grant against a change, by what the ledger has on record of the things that it is about. */
export async function holdAgainst(
  db: LedgerDb,
  { grant, origin }: CheckedGrant,
  change: SealedBody,
  { before, at }: { readonly before: readonly GrantUse[]; readonly at: string },
): Promise<Coverage> {
  const { server, agent, blueprint } = grant;
  const also = (origin.stands_on ?? []).map(({ thing }) => thing);
  const of = { server, owner: { agent, blueprint }, origin: origin.change_id, also };
  const used = { changes: before.length, bytes: before.reduce((sum, { bytes }) => sum + bytes, 0) };
  return coverageOf({ grant, origin, things: await thingsOf(db, of), used, at }, change);
}
