import * as z from 'zod';
import { canonical } from '#shared/crypto/canonical.ts';
import { type DifferenceRow, insertDifference } from '#shared/ledger/differences.ts';
import type { LedgerTx } from '#shared/ledger/schema.ts';
import { type Json, type Part, part } from '#shared/tools/index.ts';
import { changeIdPattern } from './ids.ts';

const choice = z.enum(['refuse', 'untouched', 'overwrite']);

/** What would become of the restore under one choice: what it would do, or why it cannot be. */
const outcome = z.strictObject({ choice, summary: z.string().nullable(), refused: z.string().nullable() });
export type Outcome = z.infer<typeof outcome>;

/** What a restore found when it was planned: before, as we left it, and now, part by part. */
const difference = z.strictObject({
  format: z.literal('countersign/difference@1'),
  parts: z.array(part).readonly(),
  outcomes: z.array(outcome).readonly(),
  /** Changes that cannot be put back as one: those that can together, oldest first. */
  apart: z
    .array(z.array(z.string().regex(changeIdPattern)).readonly())
    .readonly()
    .exactOptional(),
});
export type Difference = z.infer<typeof difference>;

/** Keeps what a restore found, in the transaction that ends its planning. */
export function keepDifference(tx: LedgerTx, id: string, found: Difference): Promise<void> {
  return insertDifference(tx, { change_id: id, body: canonical(found as Json) });
}

/** A kept difference as it was found. */
export function readDifference({ body }: DifferenceRow): Difference {
  return difference.parse(JSON.parse(body));
}

/** The digests of the contents that the parts show. */
export function contentsOf(parts: readonly Part[]): ReadonlySet<string> {
  const sides = parts.flatMap(({ before, left, now }) => [before, left, now]);
  return new Set(sides.flatMap((side) => (side && 'file' in side ? [side.file.content.sha256] : [])));
}
