import * as z from 'zod';
import { automaticIssuers } from './automatic-issuers.ts';
import { type StatementType, signStatement, verifyStatement } from './envelope.ts';
import { changeIdPattern } from './ids.ts';
import type { SigningKey, VerificationKeys } from './keys.ts';

const hex64 = z.string().regex(/^[0-9a-f]{64}$/);
const instant = z.iso.datetime({ precision: 3 });

/** What decided, when no person did here: a rule of a blueprint, a task grant that a person gave, or reviews on the backend. */
const automaticBy = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('policy'),
    blueprint: z.strictObject({ name: z.string(), digest: hex64 }),
    /** Counted from 0. */
    rule: z.strictObject({ index: z.number().int().nonnegative(), name: z.string().exactOptional() }),
  }),
  z.strictObject({
    kind: z.literal('grant'),
    grant: z.string().min(1),
    /** Which of the changes under the grant it is, counted from 1, and how many bytes it writes. */
    number: z.number().int().positive(),
    bytes: z.number().int().nonnegative(),
  }),
  z.strictObject({
    kind: z.literal('review'),
    blueprint: z.strictObject({ name: z.string(), digest: hex64 }),
    rule: z.strictObject({ index: z.number().int().nonnegative(), name: z.string().exactOptional() }),
    /** What was reviewed on the backend, and at which commit. */
    thing: z.string().min(1),
    head: z.string().min(1),
    /** The approving reviews that counted: whose they are by the list of people, and by which account. */
    reviews: z
      .array(
        z.strictObject({
          id: z.string().min(1),
          person: z.string().min(1),
          account: z.string().min(1),
          login: z.string().min(1),
          submitted_at: z.string().min(1),
        }),
      )
      .min(1),
  }),
]);
export type AutomaticBy = z.infer<typeof automaticBy>;

const automaticDecision = z.strictObject({
  format: z.literal('countersign/automatic-decision@1'),
  change_id: z.string().regex(changeIdPattern),
  seal: hex64,
  decided_at: instant,
  expires_at: instant,
  by: automaticBy,
});

/** An approval that the approvals server gave by itself. The executor finds out by itself whether it had to. */
export type AutomaticDecision = z.infer<typeof automaticDecision>;

const automaticType: StatementType<AutomaticDecision> = {
  payloadType: 'application/vnd.countersign.automatic-decision+json',
  schema: automaticDecision,
};

/** Signs an automatic decision (Ed25519) and returns its envelope as JSON text. */
export function signAutomatic(key: SigningKey, decision: Omit<AutomaticDecision, 'format'>): string {
  return signStatement(automaticType, key, { format: 'countersign/automatic-decision@1', ...decision });
}

/** The automatic decision in an envelope that one of the keys signed. Throws AppError `seal_mismatch` otherwise. */
export function verifyAutomatic(keys: VerificationKeys, text: string): AutomaticDecision {
  return verifyStatement(automaticType, keys, text);
}

/** By whom the row of an automatic decision says that it is. */
export function issuedBy(by: AutomaticBy): { readonly issuer: string; readonly subject: string } {
  const issuer = automaticIssuers[by.kind];
  if (by.kind === 'grant') return { issuer, subject: by.grant };
  return { issuer, subject: `${by.blueprint.name}#${by.rule.index}` };
}
