import * as z from 'zod';
import { appendEvent } from '#shared/ledger/events.ts';
import type { LedgerTx } from '#shared/ledger/schema.ts';
import type { Json, Receipts } from '#shared/tools/index.ts';

/** Whether something was made whose signature the backend does not find good. */
export function isUnsigned(receipts: Receipts): boolean {
  return Object.values(receipts).some(isUnverified);
}

/** What people and the agent should be told of what was made, although it was made; null when there is nothing. */
export function remarkOn(receipts: Receipts): string | null {
  const steps = Object.entries(receipts).flatMap(([step, receipt]) => (isUnverified(receipt) ? [step] : []));
  if (steps.length === 0) return null;
  return `Done, but the system does not confirm the signature on it (${steps.join(', ')}): treat it as unsigned, restore it unless it was to be so, and have the operator find out why.`;
}

/** Records what there is to be told as an event of its own, by which it is found. */
export async function keepRemark(
  tx: LedgerTx,
  { receipts, ...of }: { readonly changeId: string; readonly at: string; readonly server: string; receipts: Receipts },
): Promise<void> {
  const note = remarkOn(receipts);
  if (note === null) return;
  const actor = { kind: 'server', server: of.server } as const;
  await appendEvent(tx, { at: of.at, type: 'signature.missing', changeId: of.changeId, actor, body: { note } });
}

const unsigned = z.object({ verified: z.literal(false) });

/** A receipt that says `verified` tells whether the backend found the signature on what was made good. */
const isUnverified = (receipt: Json): boolean => unsigned.safeParse(receipt).success;
