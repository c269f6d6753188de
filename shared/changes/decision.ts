import * as z from 'zod';
import { type StatementType, signStatement, verifyStatement } from './envelope.ts';
import { changeIdPattern } from './ids.ts';
import type { SigningKey, VerificationKeys } from './keys.ts';

/** A signed-in person, as the identity provider names them; never an e-mail address. */
export const approver = z.strictObject({ issuer: z.string().min(1), subject: z.string().min(1) });
export type Approver = z.infer<typeof approver>;

/** What a person said about one change as it was shown. */
export const decisionStatement = z.strictObject({
  format: z.literal('countersign/decision@1'),
  change_id: z.string().regex(changeIdPattern),
  verb: z.enum(['approve', 'reject']),
  approver,
  seal: z.string().regex(/^[0-9a-f]{64}$/),
  decided_at: z.iso.datetime({ precision: 3 }),
  expires_at: z.iso.datetime({ precision: 3 }),
  reason: z.string(),
});
export type DecisionStatement = z.infer<typeof decisionStatement>;

const decisionType: StatementType<DecisionStatement> = {
  payloadType: 'application/vnd.countersign.decision+json',
  schema: decisionStatement,
};

/** Signs a statement (Ed25519) and returns its envelope as JSON text. */
export function signDecision(key: SigningKey, statement: DecisionStatement): string {
  return signStatement(decisionType, key, statement);
}

/** The statement in an envelope that one of the keys signed. Throws AppError `seal_mismatch` otherwise. */
export function verifyDecision(keys: VerificationKeys, text: string): DecisionStatement {
  return verifyStatement(decisionType, keys, text);
}
