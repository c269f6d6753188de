import * as z from 'zod';
import { canonical, sha256 } from '#shared/crypto/canonical.ts';
import { AppError } from '#shared/errors.ts';
import type { SetRow, SetSealRow } from '#shared/ledger/sets.ts';
import type { Json } from '#shared/tools/index.ts';
import { approver } from './decision.ts';
import { changeIdPattern, setIdPattern } from './ids.ts';

const id = z.string().regex(changeIdPattern);
const setId = z.string().regex(setIdPattern);
const hex64 = z.string().regex(/^[0-9a-f]{64}$/);
const instant = z.iso.datetime({ precision: 3 });

/** A change that the set does not put back, and why. */
const leftOut = z.strictObject({ change_id: id, why: z.string() });
export type LeftOut = z.infer<typeof leftOut>;

/** What was asked for: what to put back, and how. */
const setRequest = z.strictObject({
  requester: approver,
  /** Whose changes since when, or null when they were named one by one. */
  agent: z.strictObject({ name: z.string(), since: instant }).nullable(),
  choice: z.enum(['refuse', 'untouched', 'overwrite']),
  reason: z.string(),
  expires_at: instant,
  left_out: z.array(leftOut).readonly(),
});
export type SetRequest = z.infer<typeof setRequest>;

/** What one decision over a set answers for. */
const setBody = z.strictObject({
  format: z.literal('countersign/set@1'),
  set_id: setId,
  nonce: hex64,
  created_at: instant,
  requester: approver,
  /** In the order in which they are to be carried out. */
  members: z.array(z.strictObject({ change_id: id, seal: hex64 })).readonly(),
  left_out: z.array(leftOut).readonly(),
});
export type SetBody = z.infer<typeof setBody>;

/** What was asked for, as it is kept. */
export function requestOf(row: SetRow): SetRequest {
  return setRequest.parse(JSON.parse(row.body));
}

/** Seals a set: SHA-256 over its RFC 8785 canonical JSON. */
export function sealSetBody(body: SetBody): { readonly seal: string; readonly text: string } {
  const text = canonical(setBody.parse(body) as Json);
  return { seal: sha256(text), text };
}

/** Reads what was sealed of a set. Throws AppError `seal_mismatch` when it is not exactly that. */
export function unsealSet(kept: SetSealRow): SetBody {
  const parsed = sha256(kept.body) === kept.seal ? setBody.safeParse(JSON.parse(kept.body)) : null;
  if (!parsed?.success || parsed.data.set_id !== kept.set_id) {
    throw new AppError('seal_mismatch', 'The set in the ledger is not the one that was sealed.');
  }
  return parsed.data;
}
