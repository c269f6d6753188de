import { Buffer } from 'node:buffer';
import { sign, verify } from 'node:crypto';
import * as z from 'zod';
import { canonical } from '#shared/crypto/canonical.ts';
import { AppError } from '#shared/errors.ts';
import type { Json } from '#shared/tools/index.ts';
import type { SigningKey, VerificationKeys } from './keys.ts';

/** A kind of statement that the approvals server signs: its own type, so that none passes for another. */
export type StatementType<T> = { readonly payloadType: string; readonly schema: z.ZodType<T> };

/** DSSE 1.0 envelope: github.com/secure-systems-lab/dsse, `envelope.md`. */
const envelope = z.strictObject({
  payloadType: z.string(),
  payload: z.base64(),
  signatures: z.array(z.strictObject({ keyid: z.string(), sig: z.base64() })).min(1),
});

/** DSSE's pre-authentication encoding: what is signed names its own type and length. */
function preAuthentication(payloadType: string, payload: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `), payload]);
}

/** Signs a statement (Ed25519) and returns its envelope as JSON text. */
export function signStatement<T>({ payloadType, schema }: StatementType<T>, key: SigningKey, statement: T): string {
  const payload = Buffer.from(canonical(schema.parse(statement) as Json));
  const { id: keyid, privateKey } = key;
  const sig = sign(null, preAuthentication(payloadType, payload), privateKey).toString('base64');
  return canonical({ payloadType, payload: payload.toString('base64'), signatures: [{ keyid, sig }] });
}

/** The statement in an envelope that one of the keys signed. Throws AppError `seal_mismatch` otherwise. */
export function verifyStatement<T>({ payloadType, schema }: StatementType<T>, keys: VerificationKeys, text: string): T {
  const parsed = envelope.safeParse(parseJson(text));
  if (!parsed.success || parsed.data.payloadType !== payloadType) throw unsigned();
  const payload = Buffer.from(parsed.data.payload, 'base64');
  const signed = parsed.data.signatures.some(({ keyid, sig }) => {
    const key = keys.get(keyid);
    return key !== undefined && verify(null, preAuthentication(payloadType, payload), key, Buffer.from(sig, 'base64'));
  });
  if (!signed) throw unsigned();
  const statement = schema.safeParse(parseJson(payload.toString('utf8')));
  if (!statement.success) throw unsigned();
  return statement.data;
}

/** The statement in an envelope as it stands there, null for another kind; nothing is verified. */
export function statementSaid<T>({ payloadType, schema }: StatementType<T>, text: string): T | null {
  const parsed = envelope.safeParse(parseJson(text));
  if (!parsed.success || parsed.data.payloadType !== payloadType) return null;
  const said = schema.safeParse(parseJson(Buffer.from(parsed.data.payload, 'base64').toString('utf8')));
  return said.success ? said.data : null;
}

/** The ids of the keys that an envelope says it is signed with; nothing is verified. */
export function signersOf(text: string): readonly string[] {
  const parsed = envelope.safeParse(parseJson(text));
  return parsed.success ? parsed.data.signatures.map(({ keyid }) => keyid) : [];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unsigned(): AppError {
  return new AppError('seal_mismatch', 'The statement does not carry a signature of the approvals server.');
}
