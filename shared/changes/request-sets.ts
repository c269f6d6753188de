import { canonical } from '#shared/crypto/canonical.ts';
import type { ChangeRow } from '#shared/ledger/changes.ts';
import type { Ledger } from '#shared/ledger/ledger.ts';
import { findSealed } from '#shared/ledger/proposals.ts';
import type { LedgerDb } from '#shared/ledger/schema.ts';
import { type Approver, mostDecided } from './decision.ts';
import { enterSet, type SetAsked, type SetContents, setContents } from './request-set.ts';
import { personsRestoreRule } from './restore-rule.ts';
import { unseal } from './sealed.ts';

type Groups = SetContents['groups'];

/**
 * Asks that changes be put back, as one set for each kind of people who decide the restores, so that none waits for
 * somebody who could decide all of it and does not exist. Answers the ids of the sets, none when nothing is to be put back.
 */
export async function requestSets(
  { ledger, now }: { readonly ledger: Ledger; readonly now: () => Date },
  person: Approver,
  asked: SetAsked,
): Promise<readonly string[]> {
  const at = now();
  return ledger.write(async (tx) => {
    const { groups, leftOut } = await setContents(tx, asked);
    const ids: string[] = [];
    for (const part of await byDeciders(tx, groups)) {
      // What is left out is told once.
      const contents = { groups: part, leftOut: ids.length === 0 ? leftOut : [] };
      ids.push(await enterSet(tx, person, asked, contents, new Date(at.getTime() + ids.length)));
    }
    return ids;
  });
}

/** Groups whose restores are decided by the same people, at most as many as one decision can be over. */
async function byDeciders(db: LedgerDb, groups: Groups): Promise<readonly Groups[]> {
  const parts = new Map<string, (readonly ChangeRow[])[]>();
  for (const group of groups) {
    const rule = await deciders(db, group[0]?.id ?? '');
    parts.set(rule, [...(parts.get(rule) ?? []), group]);
  }
  return [...parts.values()].flatMap((part) => {
    const pieces: Groups[] = [];
    for (let from = 0; from < part.length; from += mostDecided) pieces.push(part.slice(from, from + mostDecided));
    return pieces;
  });
}

/** Who decides a restore of a change; what is not as it was sealed has no restore, and stays by itself. */
async function deciders(db: LedgerDb, id: string): Promise<string> {
  const kept = await findSealed(db, id);
  try {
    return kept ? canonical(personsRestoreRule(unseal(kept))) : id;
  } catch {
    return id;
  }
}
