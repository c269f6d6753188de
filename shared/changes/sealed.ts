import * as z from 'zod';
import { canonical, sha256 } from '#shared/crypto/canonical.ts';
import { AppError } from '#shared/errors.ts';
import {
  audience,
  effect,
  flag,
  foundation,
  type Json,
  reach,
  restoring,
  reversible,
  reviewable,
  session,
  sinceBase,
  trust,
} from '#shared/tools/index.ts';
import { codeOwners } from './code-owners.ts';
import { grantTerms } from './grant-terms.ts';
import { changeIdPattern, setIdPattern } from './ids.ts';

const json = z.json() as z.ZodType<Json>;
const hex64 = z.string().regex(/^[0-9a-f]{64}$/);
const instant = z.iso.datetime({ precision: 3 });

/** Who asked for a change. */
export const requester = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('agent'), agent: z.string() }),
  z.strictObject({ kind: z.literal('person'), issuer: z.string(), subject: z.string() }),
]);
export type Requester = z.infer<typeof requester>;

const id = z.string().regex(changeIdPattern);

/** What a restore puts back, and what it does about parts that someone changed since. */
export const restoreRequest = z.strictObject({
  change_id: id,
  /** Later changes of the same target that are put back with it as one, oldest first. */
  also: z.array(id).min(1).readonly().exactOptional(),
  /** Only to be compared with what is there: nothing of it is put before anybody to decide. */
  dry_run: z.literal(true).exactOptional(),
  /** The set that it is decided with. */
  set: z.string().regex(setIdPattern).exactOptional(),
  choice: z.enum(['refuse', 'untouched', 'overwrite']),
  reason: z.string(),
});
export type RestoreRequest = z.infer<typeof restoreRequest>;

/** The changes that a restore puts back, oldest first. */
export function restoredIds({ change_id, also = [] }: RestoreRequest): readonly string[] {
  return [change_id, ...also];
}

/** Who may decide, as the blueprint said when the change was sealed. */
const reviewRule = z.strictObject({
  by: z.array(z.string()).min(1),
  quorum: z.number().int().positive(),
  /** From when on it is told once more that it waits; absent when it is not. */
  remind_at: instant.exactOptional(),
  /** From when on some of those in `by` are told that it still waits. It lets nobody decide who could not before. */
  escalate: z.strictObject({ at: instant, to: z.array(z.string()).min(1) }).exactOptional(),
  /** Who may not approve; absent when nobody is left out. */
  exclude: z.array(z.literal('sponsor')).min(1).exactOptional(),
  /** What each approval needs besides; absent when nothing. */
  step_up: z.literal('passkey').exactOptional(),
  /** Which of the blueprint's rules said so, counted from 0; absent for its default. */
  rule: z.strictObject({ index: z.number().int().nonnegative(), name: z.string().exactOptional() }).exactOptional(),
  /** Present where the rule wants code owners: one of the owners of each file has to approve. */
  owners: codeOwners.exactOptional(),
  /** The rule itself decides, as long as it holds; these people do when it does not. */
  decide: z.literal('policy').exactOptional(),
  /** What whoever approves it may allow its follow-ups; absent when nothing. */
  grant: grantTerms.exactOptional(),
});

/** Everything an approver answers for. Whatever is not in here does not count when the change is carried out. */
export const sealedBody = z.strictObject({
  format: z.literal('countersign/change@1'),
  change_id: id,
  nonce: hex64,
  created_at: instant,
  expires_at: instant,
  requester,
  sponsor: z.string(),
  /** Present where nobody could tell what the sponsor may do there, and the blueprint says that this is meant. */
  sponsor_access: z.literal('unverified').exactOptional(),
  /** Null for a person's restore, which runs under that person's authority. */
  blueprint: z.strictObject({ name: z.string(), digest: hex64 }).nullable(),
  review: reviewRule,
  server: z.string(),
  /** The backend's host, so that an approval for one system is none for another. */
  backend: z.string(),
  /** What is written to, by immutable id. */
  target: json,
  tool: z.string(),
  /** Digest of the tool's name, description and schemas: an approval of one version of a tool is none of another. */
  contract: hex64,
  arguments: json,
  restores: restoreRequest.nullable(),
  /** The change that has to be applied first, as it was sealed; absent when there is none. */
  after: z.strictObject({ change_id: z.string().regex(changeIdPattern), seal: hex64 }).exactOptional(),
  /** The version before this one, as it was sealed, and which version this is; absent from a first one. */
  supersedes: z.strictObject({ change_id: id, seal: hex64, version: z.number().int().min(2) }).exactOptional(),
  plan: json,
  summary: z.string(),
  effects: z.array(effect).readonly(),
  touches: z.array(z.string()).readonly(),
  flags: z.array(flag).readonly(),
  reaches: z.array(reach).readonly(),
  reversible,
  /** Absent where the tool does not know. */
  audience: audience.exactOptional(),
  assigned: z.boolean().exactOptional(),
  /** All that the branch comes to with it, as people are shown beside it; absent where a tool tells none. */
  since_base: sinceBase.exactOptional(),
  /**
   * For how long back what its agent read counts, and what of that was untrusted, the latest first; `more` are left out.
   * Absent where a person asked, and from what was sealed before reads were looked at.
   */
  session: z
    .strictObject({
      ...session.shape,
      untrusted: z
        .array(
          z.strictObject({
            server: z.string(),
            thing: z.string(),
            name: z.string(),
            revision: z.string().nullable(),
            at: instant,
          }),
        )
        .readonly(),
      more: z.number().int().nonnegative(),
    })
    .exactOptional(),
  /**
   * How far the words can be relied on that what a person asked for puts back, or leaves there: they are not that person's.
   * Absent where an agent asked, and where the tool does not tell.
   */
  carries: trust.exactOptional(),
  /** Whether its backend can hold what it writes unseen until a person accepts it; absent where it puts nothing before others. */
  quarantine: z.enum(['possible', 'impossible']).exactOptional(),
  /** What the plan builds on; absent where the tool does not say. */
  stands_on: z.array(foundation).readonly().exactOptional(),
  /** What people can review on the backend itself; absent where they cannot. */
  reviewable: reviewable.exactOptional(),
  /** What the tool says of its restores; absent from what was sealed before it was said. */
  restoring: restoring.exactOptional(),
  steps: z.array(z.string()).min(1),
  /** Digest of the snapshot of the state before, base versions included. */
  snapshot: hex64,
});
export type SealedBody = z.infer<typeof sealedBody>;

/** A sealed body as it is kept: the very text that was hashed, and the hash. */
export type Sealed = { readonly seal: string; readonly text: string; readonly body: SealedBody };

/** Seals a body: SHA-256 over its RFC 8785 canonical JSON. */
export function seal(body: SealedBody): Sealed {
  const parsed = sealedBody.parse(body);
  const text = canonical(parsed as Json);
  return { seal: sha256(text), text, body: parsed };
}

/** Reads a kept body. Throws AppError `seal_mismatch` when it is not exactly what was sealed. */
export function unseal(kept: { readonly seal: string; readonly body: string }): Sealed {
  if (sha256(kept.body) !== kept.seal) throw broken();
  const parsed = sealedBody.safeParse(JSON.parse(kept.body));
  if (!parsed.success || canonical(parsed.data as Json) !== kept.body) throw broken();
  return { seal: kept.seal, text: kept.body, body: parsed.data };
}

function broken(): AppError {
  return new AppError('seal_mismatch', 'The change in the ledger is not the one that was sealed.');
}
