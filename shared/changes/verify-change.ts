import { stepEvents } from '#shared/ledger/attempts.ts';
import { findChange } from '#shared/ledger/changes.ts';
import { contentStates } from '#shared/ledger/check-contents.ts';
import type { DecisionRow } from '#shared/ledger/decisions.ts';
import { chainStart } from '#shared/ledger/events.ts';
import type { LedgerDb } from '#shared/ledger/schema.ts';
import type { Vault } from '#shared/ledger/vault.ts';
import type { People } from '#shared/people/people.ts';
import type { Tell } from './audit.ts';
import type { ContentCounts } from './audit-contents.ts';
import { auditDecisions, isGood } from './audit-decisions.ts';
import { checkLink, isSigned } from './audit-events.ts';
import { auditGrants } from './audit-grants.ts';
import { auditMoves } from './audit-moves.ts';
import { type Kept, keptOf } from './audit-page.ts';
import { auditPasskeys } from './audit-passkeys.ts';
import { auditReviews } from './audit-reviews.ts';
import { auditSealed } from './audit-sealed.ts';
import { auditSteps } from './audit-steps.ts';
import { type AutomaticBy, verifyAutomatic } from './automatic.ts';
import { isAutomatic } from './automatic-issuers.ts';
import { type Decision, verifyDecision } from './decision.ts';
import { signersOf } from './envelope.ts';
import { type Finding, findings } from './findings.ts';
import type { VerificationKeys } from './keys.ts';
import type { Status } from './transitions.ts';

/** What is checked of one change, each by itself. */
export const checks = ['seal', 'snapshots', 'contents', 'decisions', 'passkeys', 'record', 'steps'] as const;

export type Check = {
  readonly check: (typeof checks)[number];
  /** Null when it was not checked, or not all of it. */
  readonly holds: boolean | null;
  /** What does not. */
  readonly problems: readonly string[];
};

/** A decision as the ledger has it, and what its signature says of it. */
export type SignedDecision = Pick<DecisionRow, 'verb' | 'issuer' | 'subject' | 'decided_at' | 'expires_at' | 'seal'> & {
  /** The keys that it says it is signed with. */
  readonly keys: readonly string[];
  /** Whether a given key signed just this, over the change as it is sealed. */
  readonly holds: boolean;
  /** In which capacity it was made, and what else was decided by the same signature; null when no key is known for it. */
  readonly signed: Pick<Decision, 'as' | 'reason' | 'category' | 'set' | 'changes'> | null;
  /** What decided instead of a person; null where a person did, and when no key is known for it. */
  readonly automatic: AutomaticBy | null;
};

export type ChangeCheck = {
  readonly change_id: string;
  readonly status: Status;
  readonly server: string;
  readonly tool: string;
  /** Who asked, as canonical JSON. */
  readonly requester: string;
  /** Null when nothing was sealed, or when that does not hold. */
  readonly seal: string | null;
  readonly snapshot: string | null;
  readonly contents: ContentCounts | null;
  readonly decisions: readonly SignedDecision[];
  readonly checks: readonly Check[];
};

type Options = {
  readonly keys: VerificationKeys;
  /** Whose passkeys are whose; without it, what passkeys signed is not checked. */
  readonly people?: People | undefined;
  /** With what to read contents, to hash each again; null leaves them out. */
  readonly vault: Vault | null;
};

/** Checks one change against itself, its events and the public keys; null when there is none of this id. */
export async function verifyChange(
  db: LedgerDb,
  id: string,
  { keys, people, vault }: Options,
): Promise<ChangeCheck | null> {
  const row = await findChange(db, id);
  const [kept] = row ? await keptOf(db, [row]) : [];
  if (!row || !kept) return null;
  const found = findings();
  await auditLinks(db, kept, keys, found.tell);
  auditMoves(kept, found.tell);
  const sealed = auditSealed(kept, found.tell);
  auditDecisions(kept, sealed, keys, found.tell);
  auditGrants(kept, sealed, keys, found.tell);
  auditReviews(kept, keys, found.tell);
  auditSteps(kept, { steps: await firstStep(db) }, found.tell);
  const passkeys = await auditPasskeys(kept, sealed, { keys, people }, found.tell);
  const contents = vault && (await auditOwnContents(db, id, vault, found.tell));
  const unread = {
    contents: contents === null || contents.locked > 0,
    passkeys: passkeys.unchecked > 0,
  };
  return {
    change_id: id,
    status: row.status,
    server: row.server,
    tool: row.tool,
    requester: row.requester,
    seal: sealed?.seal ?? null,
    snapshot: sealed?.body.snapshot ?? null,
    contents,
    decisions: kept.decisions.map((one) => signed(one, kept.sealed?.seal ?? '', keys)),
    checks: checks.map((check) => verdict(check, found.kept, unread)),
  };
}

/** Each event is what its hash was made of and carries on the one before it. Whether any is missing, the whole audit says. */
async function auditLinks(db: LedgerDb, { row, events }: Kept, keys: VerificationKeys, tell: Tell): Promise<void> {
  for (const event of events) {
    const before = db.selectFrom('events').select('hash').where('seq', '<', event.seq).orderBy('seq', 'desc').limit(1);
    checkLink(event, (await before.executeTakeFirst())?.hash ?? chainStart, tell);
    if (!isSigned(event, keys)) tell('settlement', row.id, 'A word on how a step ended is not signed by a key.');
  }
}

/** From when on steps are recorded in this ledger; see `auditSteps`. */
async function firstStep(db: LedgerDb): Promise<{ seq: number; at: string } | null> {
  const begun = db.selectFrom('events').select(['seq', 'at']).where('type', '=', stepEvents.begun);
  return (await begun.orderBy('seq').limit(1).executeTakeFirst()) ?? null;
}

async function auditOwnContents(db: LedgerDb, id: string, vault: Vault, tell: Tell): Promise<ContentCounts> {
  const counts = { whole: 0, locked: 0, dropped: 0 };
  for await (const { sha256, state } of contentStates(db, vault, id)) {
    if (state === 'damaged') tell('contents', id, `The contents ${sha256} are not what their digest says.`);
    else if (state === 'missing')
      tell('contents', id, `The contents ${sha256} are gone, and no retention dropped them.`);
    else counts[state] += 1;
  }
  return counts;
}

function signed(row: DecisionRow, seal: string, keys: VerificationKeys): SignedDecision {
  const { verb, issuer, subject, decided_at, expires_at } = row;
  const base = {
    verb,
    issuer,
    subject,
    decided_at,
    expires_at,
    seal: row.seal,
    keys: signersOf(row.envelope),
    automatic: null,
  };
  try {
    const holds = isGood(row, seal, keys, () => {});
    if (isAutomatic(row)) return { ...base, holds, signed: null, automatic: verifyAutomatic(keys, row.envelope).by };
    const { as, reason, category, set, changes } = verifyDecision(keys, row.envelope);
    const why = category === undefined ? {} : { category };
    const said = { reason, set, changes, ...why, ...(as === undefined ? {} : { as }) };
    return { ...base, holds, signed: said };
  } catch {
    return { ...base, holds: false, signed: null };
  }
}

const checkOf: Readonly<Partial<Record<Finding['code'], Check['check']>>> = {
  seal: 'seal',
  row: 'seal',
  snapshot: 'snapshots',
  contents: 'contents',
  decision: 'decisions',
  settlement: 'decisions',
  passkey: 'passkeys',
  step: 'steps',
};

function verdict(
  check: Check['check'],
  found: readonly Finding[],
  isUnread: Readonly<Partial<Record<Check['check'], boolean>>>,
): Check {
  const problems = found.filter(({ code }) => (checkOf[code] ?? 'record') === check).map(({ message }) => message);
  if (problems.length > 0) return { check, holds: false, problems };
  return { check, holds: isUnread[check] === true ? null : true, problems };
}
