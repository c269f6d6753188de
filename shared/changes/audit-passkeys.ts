import type { People } from '#shared/people/people.ts';
import type { Tell } from './audit.ts';
import type { Kept } from './audit-page.ts';
import { isAutomatic } from './automatic-issuers.ts';
import { type Decision, verifyDecision } from './decision.ts';
import type { VerificationKeys } from './keys.ts';
import type { Sealed } from './sealed.ts';
import { asksForPasskey, checkPasskey, type PasskeyCheck } from './step-up.ts';

/** Approvals with a passkey: `unchecked` where no list of people was given to check them by. */
export type PasskeyCounts = { readonly checked: number; readonly unchecked: number };

const told: Readonly<Partial<Record<PasskeyCheck, string>>> = {
  missing: 'An approval lacks the passkey that its review rule asks for.',
  other: 'The passkey of an approval did not sign just this.',
  unknown: 'The passkey of an approval is not in the list of people that was given.',
};

/** Checks what passkeys signed of the approvals of a change, and that none is missing that its rule asks for. */
export async function auditPasskeys(
  { row, decisions }: Kept,
  sealed: Sealed | null,
  by: { readonly keys: VerificationKeys; readonly people?: People | undefined },
  tell: Tell,
): Promise<PasskeyCounts> {
  const isAsked = sealed !== null && asksForPasskey(sealed.body.review);
  const counts = { checked: 0, unchecked: 0 };
  for (const { verb, issuer, envelope } of decisions) {
    if (isAutomatic({ issuer })) continue;
    const said = verb === 'approve' ? signed(by.keys, envelope) : null;
    if (!said || (!said.assertion && !isAsked)) continue;
    const found = await checkPasskey(said, by.people);
    if (found === 'unchecked') counts.unchecked += 1;
    else counts.checked += 1;
    const message = told[found];
    if (message !== undefined) tell('passkey', row.id, message);
  }
  return counts;
}

/** That no key signed it is found elsewhere. */
function signed(keys: VerificationKeys, envelope: string): Decision | null {
  try {
    return verifyDecision(keys, envelope);
  } catch {
    return null;
  }
}
