import { Buffer } from 'node:buffer';
import { sign, verify } from 'node:crypto';
import * as z from 'zod';
import { canonical } from '#shared/crypto/canonical.ts';
import { AppError } from '#shared/errors.ts';
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

/** DSSE 1.0 envelope: github.com/secure-systems-lab/dsse, `envelope.md`. */
const envelope = z.strictObject({
  payloadType: z.literal('application/vnd.countersign.decision+json'),
  payload: z.base64(),
  signatures: z.array(z.strictObject({ keyid: z.string(), sig: z.base64() })).min(1),
});

const payloadType = 'application/vnd.countersign.decision+json';

/** DSSE's pre-authentication encoding: what is signed names its own type and length. */
function preAuthentication(payload: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `), payload]);
}

/** Signs a statement (Ed25519) and returns its envelope as JSON text. */
export function signDecision(key: SigningKey, statement: DecisionStatement): string {
  const payload = Buffer.from(canonical(decisionStatement.parse(statement)));
  const sig = sign(null, preAuthentication(payload), key.privateKey).toString('base64');
  return canonical({ payloadType, payload: payload.toString('base64'), signatures: [{ keyid: key.id, sig }] });
}

/** The statement in an envelope that one of the keys signed. Throws AppError `seal_mismatch` otherwise. */
export function verifyDecision(keys: VerificationKeys, text: string): DecisionStatement {
  const parsed = envelope.safeParse(parseJson(text));
  if (!parsed.success) throw unsigned();
  const payload = Buffer.from(parsed.data.payload, 'base64');
  const signed = parsed.data.signatures.some(({ keyid, sig }) => {
    const key = keys.get(keyid);
    return key !== undefined && verify(null, preAuthentication(payload), key, Buffer.from(sig, 'base64'));
  });
  if (!signed) throw unsigned();
  const statement = decisionStatement.safeParse(parseJson(payload.toString('utf8')));
  if (!statement.success) throw unsigned();
  return statement.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unsigned(): AppError {
  return new AppError('seal_mismatch', 'The decision does not carry a signature of the approvals server.');
}
