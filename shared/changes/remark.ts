import * as z from 'zod';
import type { Json, Receipts } from '#shared/tools/index.ts';

/** What people and the agent should be told of what was made, although it was made; null when there is nothing. */
export function remarkOn(receipts: Receipts): string | null {
  const steps = Object.entries(receipts).flatMap(([step, receipt]) => (isUnverified(receipt) ? [step] : []));
  if (steps.length === 0) return null;
  return `Done, but the system does not confirm the signature on it (${steps.join(', ')}): treat it as unsigned.`;
}

const unsigned = z.object({ verified: z.literal(false) });

/** A receipt that says `verified` tells whether the backend found the signature on what was made good. */
const isUnverified = (receipt: Json): boolean => unsigned.safeParse(receipt).success;
