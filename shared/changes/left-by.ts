import { findSealedOf } from '#shared/ledger/proposals.ts';
import type { LedgerDb } from '#shared/ledger/schema.ts';
import { changesThatLeft } from '#shared/ledger/things.ts';
import type { Origin } from '#shared/tools/index.ts';
import { authorOf } from './origin.ts';
import { type SealedBody, unseal } from './sealed.ts';

/** Whose change left a state of a thing, by what was sealed of it. */
export type LeftBy = Omit<Origin, 'accepted'> & { readonly change: string };

/** A state of a thing; at no version, whichever a change of ours left last. */
export type Wanted = { readonly thing: string; readonly version: string | null };

/**
 * Looks up which changes left some states of things of a server. Answers of each of them, null where no change left it.
 * Throws AppError `seal_mismatch`.
 */
export async function leftBy(
  db: LedgerDb,
  server: string,
  wanted: readonly Wanted[],
): Promise<(wanted: Wanted) => LeftBy | null> {
  const left = (await changesThatLeft(db, server, [...new Set(wanted.map(({ thing }) => thing))])).toReversed();
  const changeOf = ({ thing, version }: Wanted): string | undefined =>
    left.find((one) => one.thing === thing && (version === null || one.version === version))?.changeId;
  const changes = new Set(wanted.flatMap((one) => changeOf(one) ?? []));
  const sealed = await findSealedOf(db, [...changes]);
  const authors = new Map(sealed.map((kept) => [kept.change_id, writerOf(unseal(kept).body)]));
  return (one) => {
    const change = changeOf(one);
    const author = change === undefined ? undefined : authors.get(change);
    return change === undefined || author === undefined ? null : { ...author, change };
  };
}

/** What a person puts back was somebody's before: where it was not sealed how far that can be relied on, it cannot be. */
function writerOf(body: SealedBody): Omit<Origin, 'accepted'> {
  const isUnknown = body.requester.kind === 'person' && body.carries === undefined;
  return { ...authorOf(body), ...(isUnknown && { trust: 'untrusted' as const }) };
}
