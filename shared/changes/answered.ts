import { AppError } from '#shared/errors.ts';
import { type DecisionRow, decisionsOf } from '#shared/ledger/decisions.ts';
import { findGrant } from '#shared/ledger/grants.ts';
import { findSealed } from '#shared/ledger/proposals.ts';
import type { LedgerDb } from '#shared/ledger/schema.ts';
import type { People } from '#shared/people/people.ts';
import { verifyAutomatic } from './automatic.ts';
import { isAutomatic } from './automatic-issuers.ts';
import { automaticWords } from './automatic-words.ts';
import { personNow } from './capacity.ts';
import { covers, verifyDecision } from './decision.ts';
import { verifyGrant } from './grant.ts';
import type { VerificationKeys } from './keys.ts';
import { unseal } from './sealed.ts';

/** Who answered for a change, by what is signed. */
export type Answered = {
  readonly changeId: string;
  readonly sponsor: string;
  /** Keys in the list of people of those who approved it, or allowed it in advance. */
  readonly people: readonly string[];
  /** How many others did, whom the list does not name: any of them could be the sponsor. */
  readonly unknown: number;
  /** What it was decided by where no person decided just this; null where one did. */
  readonly by: string | null;
  /** Whether nobody but the sponsor is known to have answered for it. */
  readonly onlySponsor: boolean;
};

type Given = Pick<Answered, 'people' | 'unknown' | 'by'> & { readonly isRule: boolean };

/** Finds out who answered for a change. What no key signed counts for nothing. Null for what was never sealed. */
export async function answeredFor(
  db: LedgerDb,
  changeId: string,
  known: { readonly keys: VerificationKeys; readonly people: People },
): Promise<Answered | null> {
  const kept = await findSealed(db, changeId);
  if (!kept) return null;
  const { seal, body } = unseal(kept);
  const rows = (await decisionsOf(db, changeId)).filter(({ verb }) => verb === 'approve');
  const given: Given[] = [];
  for (const row of rows) {
    const one = await givenBy(db, row, { change_id: changeId, seal }, known);
    if (one) given.push(one);
  }
  const people = [...new Set(given.flatMap((one) => one.people))].sort();
  const unknown = given.reduce((sum, one) => sum + one.unknown, 0);
  const { sponsor, requester } = body;
  const isAnswered = requester.kind === 'person' || given.some(({ isRule }) => isRule);
  const onlySponsor = !isAnswered && people.every((one) => one === sponsor);
  return { changeId, sponsor, people, unknown, by: given.find(({ by }) => by !== null)?.by ?? null, onlySponsor };
}

async function givenBy(
  db: LedgerDb,
  row: DecisionRow,
  shown: { readonly change_id: string; readonly seal: string },
  { keys, people }: { readonly keys: VerificationKeys; readonly people: People },
): Promise<Given | null> {
  const ofPerson = (key: string | null, by: string | null): Given => ({
    people: key === null ? [] : [key],
    unknown: key === null ? 1 : 0,
    by,
    isRule: false,
  });
  try {
    if (!isAutomatic(row)) {
      const said = verifyDecision(keys, row.envelope);
      return covers(said, shown) ? ofPerson(personNow(said.approver, people).person, null) : null;
    }
    const { by, change_id, seal } = verifyAutomatic(keys, row.envelope);
    if (change_id !== shown.change_id || seal !== shown.seal) return null;
    if (by.kind === 'policy') return { people: [], unknown: 0, by: automaticWords(by), isRule: true };
    if (by.kind === 'review') {
      return { people: by.reviews.map((one) => one.person), unknown: 0, by: 'review on GitHub', isRule: false };
    }
    const grant = await findGrant(db, { id: by.grant });
    return grant
      ? ofPerson(personNow(verifyGrant(keys, grant.envelope).approver, people).person, `the task grant ${by.grant}`)
      : null;
  } catch (error) {
    if (error instanceof AppError && error.code === 'seal_mismatch') return null;
    throw error;
  }
}
