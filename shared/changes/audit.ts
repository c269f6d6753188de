import type { LedgerDb } from '#shared/ledger/schema.ts';
import type { Vault } from '#shared/ledger/vault.ts';
import type { People } from '#shared/people/people.ts';
import { auditChanges } from './audit-changes.ts';
import { auditContents, type ContentCounts } from './audit-contents.ts';
import { auditEvents, type Chain } from './audit-events.ts';
import { auditMigrations } from './audit-migrations.ts';
import type { PasskeyCounts } from './audit-passkeys.ts';
import { auditQuarantine } from './audit-quarantine.ts';
import type { Checkpoint } from './checkpoint.ts';
import { type Finding, findings } from './findings.ts';
import type { VerificationKeys } from './keys.ts';

export type Audit = {
  readonly events: number;
  readonly changes: number;
  readonly decisions: number;
  readonly passkeys: PasskeyCounts;
  /** Null when contents were left out. */
  readonly contents: ContentCounts | null;
  /**
   * Whoever can write the ledger can cut off its end and make the chain anew from any point. `excluded`: not before the
   * checkpoint, what came later is not proven. `found`: what a checkpoint saw is not there.
   */
  readonly truncation: 'not proven' | 'excluded' | 'found';
  /** The last checkpoint that was compared. */
  readonly checkpoint: Checkpoint | null;
  /** How many findings there are, of which only so many are kept. */
  readonly found: number;
  readonly findings: readonly Finding[];
};

export type AuditOptions = {
  readonly keys: VerificationKeys;
  /** Whose passkeys are whose; without it, what passkeys signed is only counted. */
  readonly people?: People | undefined;
  /** Oldest first, each verified. */
  readonly checkpoints?: readonly Checkpoint[];
  /** With what to read contents, to hash each again; null leaves them out. */
  readonly vault: Vault | null;
  /** Told of every page that was read. */
  readonly progress?: Progress;
};

export type Progress = (of: 'events' | 'changes' | 'contents', done: number) => void;
export type Tell = (code: Finding['code'], where: string, message: string) => void;

/**
 * Reads the whole ledger, page by page, and checks it against itself, the public keys, and what was noted elsewhere. A
 * ledger of any length takes the same memory.
 */
export async function auditLedger(db: LedgerDb, options: AuditOptions): Promise<Audit> {
  const { keys, people, vault, checkpoints = [], progress = () => {} } = options;
  const found = findings();
  await auditMigrations(db, found.tell);
  const chain = await auditEvents(db, { keys, checkpoints, tell: found.tell, progress });
  const counted = await auditChanges(db, { keys, people, chain, tell: found.tell, progress });
  await auditQuarantine(db, found.tell);
  const contents = vault && (await auditContents(db, { vault, tell: found.tell, progress }));
  return {
    events: chain.events,
    ...counted,
    contents,
    truncation: truncationOf(chain, checkpoints),
    checkpoint: checkpoints.at(-1) ?? null,
    found: found.count(),
    findings: found.kept,
  };
}

function truncationOf({ missed }: Chain, checkpoints: readonly Checkpoint[]): Audit['truncation'] {
  if (missed) return 'found';
  return checkpoints.length === 0 ? 'not proven' : 'excluded';
}
