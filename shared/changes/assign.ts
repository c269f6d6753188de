import { canonical } from '#shared/crypto/canonical.ts';
import { AppError } from '#shared/errors.ts';
import { type Assignee, assignmentsOf, insertAssignment } from '#shared/ledger/assignments.ts';
import { findChange } from '#shared/ledger/changes.ts';
import type { Ledger } from '#shared/ledger/ledger.ts';
import { findSealed } from '#shared/ledger/proposals.ts';
import type { LedgerDb } from '#shared/ledger/schema.ts';
import type { People } from '#shared/people/people.ts';
import { capacityFor, type Who, whoNow } from './capacity.ts';
import type { Approver } from './decision.ts';
import { denyApproval, denyDecision } from './entitled.ts';
import { type SealedBody, unseal } from './sealed.ts';

/** Who is to look at a change: whoever says so, somebody of the list of people, or nobody in particular. */
export type AssignTo = 'me' | 'nobody' | { readonly person: string };

export type AssignInput = {
  readonly changeId: string;
  readonly to: AssignTo;
  /** The number of the note that whoever asks has seen; null for none. */
  readonly seen: number | null;
  readonly by: Approver;
  /** Who that is to review rules. */
  readonly known: Parameters<typeof capacityFor>[0];
};

/**
 * Notes who is to look at a change that waits: a note to people, which lets nobody do anything. Throws AppError
 * `not_found`, `wrong_state` when it does not wait or somebody was faster, `not_permitted` for who may not decide it,
 * `invalid_arguments` when the one who is named could not approve it.
 */
export async function assign(
  {
    ledger,
    now,
    people,
  }: { readonly ledger: Ledger; readonly now: () => Date; readonly people?: (() => People) | undefined },
  input: AssignInput,
): Promise<void> {
  const list = people?.();
  await ledger.write(async (tx) => {
    const body = await waiting(tx, input.changeId);
    const as = capacityFor(input.known, [body.review]);
    const who = whoNow({ approver: input.by, as }, list) ?? { approver: input.by, person: null, groups: [] };
    const denial = denyDecision(body, who);
    if (denial) throw new AppError('not_permitted', denial);
    const assignee = assigneeOf(body, input.to, who, list);
    const last = (await assignmentsOf(tx, [input.changeId])).get(input.changeId);
    if ((last?.id ?? null) !== input.seen) {
      throw new AppError('wrong_state', 'Somebody else has said in the meantime who looks at this change.', {
        next: 'Look at it again.',
      });
    }
    if (canonical(last?.assignee ?? null) === canonical(assignee)) return;
    const actor = { kind: 'person', ...input.by } as const;
    await insertAssignment(tx, { changeId: input.changeId, assignee, actor, at: now().toISOString() });
  });
}

/** Keys of those on the list of people who could approve a change, as far as the list says. */
export function assignable(body: SealedBody, people: People): readonly string[] {
  return [...people.all.keys()].filter((key) => denyPerson(body, key, people) === null).sort();
}

async function waiting(db: LedgerDb, id: string): Promise<SealedBody> {
  const row = await findChange(db, id);
  const kept = await findSealed(db, id);
  if (!row) throw new AppError('not_found', 'There is no such change.');
  if (row.status !== 'pending' || !kept) {
    throw new AppError('wrong_state', `The change is ${row.status}, not waiting for a decision.`);
  }
  return unseal(kept).body;
}

function assigneeOf(body: SealedBody, to: AssignTo, me: Who, people: People | undefined): Assignee | null {
  if (to === 'nobody') return null;
  if (to === 'me') {
    const denial = denyApproval(body, me, { people });
    if (denial) throw new AppError('not_permitted', denial);
    return me.person === null ? me.approver : { person: me.person };
  }
  const denial = people ? denyPerson(body, to.person, people) : 'There is no list of people, so nobody else is known.';
  if (denial) throw new AppError('invalid_arguments', denial, { next: 'Name somebody who could approve it.' });
  return { person: to.person };
}

/** Why somebody of the list could not approve a change, however they sign in; null when they could. */
function denyPerson(body: SealedBody, key: string, people: People): string | null {
  const person = people.all.get(key);
  if (!person) return 'Nobody on the list of people has this key.';
  const denials = person.signIn.map((approver) =>
    denyApproval(body, { approver, person: key, groups: person.groups }, { people }),
  );
  if (denials.includes(null)) return null;
  return denials[0] ?? 'This person cannot sign in.';
}
