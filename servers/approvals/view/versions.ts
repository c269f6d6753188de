import type { VerificationKeys } from '#shared/changes/keys.ts';
import type { SealedBody } from '#shared/changes/sealed.ts';
import { mostVersions } from '#shared/changes/versions.ts';
import { decisionsOf } from '#shared/ledger/decisions.ts';
import type { LedgerDb } from '#shared/ledger/schema.ts';
import { nextVersionOf } from '#shared/ledger/versions.ts';
import { shownStatus } from '../status.ts';
import { decisionView } from './decision.ts';
import { type Found, findWhole, sealedOf } from './sealed.ts';

/** A version before, and what was said of it by whoever decided it. */
type EarlierVersion = {
  readonly change_id: string;
  readonly version: number;
  readonly status: string;
  /** Null where nobody rejected it, or where that is for others to read. */
  readonly rejected: ReturnType<typeof decisionView> | null;
};

/** Which version of what a change is, by what is sealed of it, what became of those before, and whether there is a newer. */
export async function versionsView(db: LedgerDb, id: string, sealed: Found['sealed'], keys: () => VerificationKeys) {
  const earlier: EarlierVersion[] = [];
  let at = typeof sealed === 'object' ? sealed.body.supersedes : undefined;
  while (at !== undefined && earlier.length < mostVersions) {
    earlier.unshift(await earlierVersion(db, at, keys));
    at = await versionBefore(db, at);
  }
  const newer = await nextVersionOf(db, id);
  return {
    version: versionOf(sealed),
    /** Whether there can be a further one. */
    last: versionOf(sealed) >= mostVersions,
    earlier,
    newer: newer === undefined ? null : { change_id: newer, status: await statusOf(db, newer) },
  };
}

/** Counted from 1, which also stands for what has no plan yet. */
export function versionOf(sealed: Found['sealed']): number {
  return typeof sealed === 'object' ? (sealed.body.supersedes?.version ?? 1) : 1;
}

type Link = NonNullable<SealedBody['supersedes']>;

/** Undefined also when the one in the ledger is not the one that was sealed with the next. */
async function versionBefore(db: LedgerDb, { change_id: id, seal }: Link): Promise<Link | undefined> {
  const sealed = await sealedOf(db, id);
  return typeof sealed === 'object' && sealed.seal === seal ? sealed.body.supersedes : undefined;
}

async function earlierVersion(
  db: LedgerDb,
  { change_id: id, version }: Link,
  keys: () => VerificationKeys,
): Promise<EarlierVersion> {
  const rejection = (await decisionsOf(db, id)).find(({ verb }) => verb === 'reject');
  return {
    change_id: id,
    version: version - 1,
    status: await statusOf(db, id),
    rejected: rejection ? decisionView(rejection, keys) : null,
  };
}

async function statusOf(db: LedgerDb, id: string): Promise<string> {
  return shownStatus((await findWhole(db, id)).row.status);
}
