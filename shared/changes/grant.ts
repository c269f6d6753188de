import * as z from 'zod';
import { digest } from '#shared/crypto/canonical.ts';
import type { Json } from '#shared/tools/index.ts';
import { capacity } from './capacity.ts';
import { approver } from './decision.ts';
import { type StatementType, signStatement, verifyStatement } from './envelope.ts';
import { grantBounds } from './grant-terms.ts';
import { changeIdPattern, grantIdPattern } from './ids.ts';
import type { SigningKey, VerificationKeys } from './keys.ts';

const statement = z.strictObject({
  format: z.literal('countersign/task-grant@1'),
  id: z.string().regex(grantIdPattern),
  /** The change that it was given with, as it was sealed: its follow-ups are on what it left. */
  origin: z.strictObject({
    change_id: z.string().regex(changeIdPattern),
    seal: z.string().regex(/^[0-9a-f]{64}$/),
  }),
  agent: z.string().min(1),
  /** Of the blueprint, by name. */
  blueprint: z.string().min(1),
  server: z.string().min(1),
  backend: z.string().min(1),
  target: z.json() as z.ZodType<Json>,
  ...grantBounds.shape,
  granted_at: z.iso.datetime({ precision: 3 }),
  approver,
  /** In which capacity, where a rule asks for one. */
  as: capacity.exactOptional(),
});

/** A person's signed approval, in advance, of what follows on a change, as far as it goes. */
export type TaskGrant = z.infer<typeof statement>;

const grantType: StatementType<TaskGrant> = {
  payloadType: 'application/vnd.countersign.task-grant+json',
  schema: statement,
};

/** Signs a grant (Ed25519) and returns its envelope as JSON text. */
export function signGrant(key: SigningKey, grant: TaskGrant): string {
  return signStatement(grantType, key, grant);
}

/** The grant in an envelope that one of the keys signed. Throws AppError `seal_mismatch` otherwise. */
export function verifyGrant(keys: VerificationKeys, envelope: string): TaskGrant {
  return verifyStatement(grantType, keys, envelope);
}

/** What the decision says of the grant that is given with it, so that whoever signed the one meant the other. */
export function grantDigest(grant: TaskGrant): string {
  return digest(grant as Json);
}
