import * as z from 'zod';
import { findSealed } from '#shared/ledger/proposals.ts';
import type { LedgerDb } from '#shared/ledger/schema.ts';
import { approver } from './decision.ts';
import { type StatementType, signStatement, verifyStatement } from './envelope.ts';
import { changeIdPattern } from './ids.ts';
import type { SigningKey, VerificationKeys } from './keys.ts';

/** What a person found out about a step whose answer was lost. */
const settlement = z.strictObject({
  format: z.literal('countersign/settlement@1'),
  change_id: z.string().regex(changeIdPattern),
  seal: z.string().regex(/^[0-9a-f]{64}$/),
  step: z.number().int().nonnegative(),
  attempt: z.number().int().positive(),
  answer: z.enum(['happened', 'did_not_happen']),
  person: approver,
  settled_at: z.iso.datetime({ precision: 3 }),
  reason: z.string().min(1),
});
export type Settlement = z.infer<typeof settlement>;

const settlementType: StatementType<Settlement> = {
  payloadType: 'application/vnd.countersign.settlement+json',
  schema: settlement,
};

/** The type of the event that carries a settlement. */
export const settledEvent = 'doubt.settled';

export function signSettlement(key: SigningKey, statement: Settlement): string {
  return signStatement(settlementType, key, statement);
}

/** Throws AppError `seal_mismatch` when none of the keys signed it. */
export function verifySettlement(keys: VerificationKeys, envelope: string): Settlement {
  return verifyStatement(settlementType, keys, envelope);
}

/** The envelope of what a person said about this very attempt, not checked yet; null when nobody has. */
export async function settlementOf(
  db: LedgerDb,
  changeId: string,
  of: { readonly step: number; readonly attempt: number },
): Promise<string | null> {
  const rows = await db
    .selectFrom('events')
    .select('body')
    .where('change_id', '=', changeId)
    .where('type', '=', settledEvent)
    .orderBy('seq')
    .execute();
  const bodies = rows.map((row) => JSON.parse(row.body) as { step: number; attempt: number; envelope: string });
  return bodies.find((body) => body.step === of.step && body.attempt === of.attempt)?.envelope ?? null;
}

/**
 * What a person said about this attempt, when the approvals server signed it for this very change; null when nobody has.
 * Throws AppError `seal_mismatch` for one that it did not sign.
 */
export async function answerFor(
  db: LedgerDb,
  keys: VerificationKeys,
  changeId: string,
  of: { readonly step: number; readonly attempt: number },
): Promise<Settlement | null> {
  const envelope = await settlementOf(db, changeId, of);
  if (envelope === null) return null;
  const said = verifySettlement(keys, envelope);
  const sealed = await findSealed(db, changeId);
  const same =
    said.change_id === changeId && said.seal === sealed?.seal && said.step === of.step && said.attempt === of.attempt;
  return same ? said : null;
}
