import type { GrantRow } from '#shared/ledger/grants.ts';
import type { Tell } from './audit.ts';
import type { Kept } from './audit-page.ts';
import { verifyAutomatic } from './automatic.ts';
import { automaticIssuers } from './automatic-issuers.ts';
import { isRowOf, termsIn } from './check-grant.ts';
import { verifyDecision } from './decision.ts';
import { grantDigest, verifyGrant } from './grant.ts';
import { denyTerms, offeredBy } from './grant-terms.ts';
import type { VerificationKeys } from './keys.ts';
import type { Sealed } from './sealed.ts';

/** Checks the task grant that was given with a change, what ended it, and the one that a change came under. */
export function auditGrants(kept: Kept, sealed: Sealed | null, keys: VerificationKeys, tell: Tell): void {
  const { row, grant, ends, events } = kept;
  const count = (wanted: string): number => events.filter(({ type }) => type === wanted).length;
  if (count('grant.given') !== (grant === null ? 0 : 1) || count('grant.ended') !== ends) {
    tell('decision', row.id, 'Its task grant, or the end of that, is not what its events tell of.');
  }
  if (grant !== null && !isGiven(kept, grant, sealed, keys)) {
    tell('decision', row.id, 'The task grant that came with it is not what somebody signed and was offered.');
  }
  if (!isCounted(kept, keys)) tell('decision', row.id, 'It is not counted under the task grant that decided it.');
}

function isGiven(kept: Kept, row: GrantRow, sealed: Sealed | null, keys: VerificationKeys): boolean {
  try {
    const grant = verifyGrant(keys, row.envelope);
    const offered = sealed && offeredBy(sealed.body);
    const isOffered = offered !== null && denyTerms(offered, termsIn(grant)) === null;
    const wanted = grantDigest(grant);
    const isDecided = kept.decisions.some(
      ({ issuer, subject, envelope }) =>
        issuer === row.issuer && subject === row.subject && verifyDecision(keys, envelope).grant === wanted,
    );
    return isRowOf(grant, row) && grant.origin.seal === sealed?.seal && isOffered && isDecided;
  } catch {
    return false;
  }
}

/** What a grant decided is counted under it, just as was signed, and nothing else is. */
function isCounted({ use, decisions }: Kept, keys: VerificationKeys): boolean {
  const decided = decisions.filter(({ issuer }) => issuer === automaticIssuers.grant);
  if (decided.length !== (use === null ? 0 : 1)) return false;
  return decided.every(({ envelope }) => {
    try {
      const { by } = verifyAutomatic(keys, envelope);
      const { grant_id, number, bytes } = use ?? {};
      return by.kind === 'grant' && by.grant === grant_id && by.number === number && by.bytes === bytes;
    } catch {
      return false;
    }
  });
}
