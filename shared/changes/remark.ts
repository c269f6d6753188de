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
  const remarks = [unsignedIn(receipts), otherwiseIn(receipts)].filter((each) => each !== null);
  return remarks.length === 0 ? null : remarks.join(' ');
}

function unsignedIn(receipts: Receipts): string | null {
  const steps = Object.entries(receipts).flatMap(([step, receipt]) => (isUnverified(receipt) ? [step] : []));
  if (steps.length === 0) return null;
  return `Done, but the system does not confirm the signature on it (${steps.join(', ')}): treat it as unsigned, restore it unless it was to be so, and have the operator find out why.`;
}

/** A receipt that says `differs` names what was not as written when it was read right afterwards. */
const otherwise = z.object({ differs: z.array(z.string()).min(1) });

/** What a backend made something else of, left out, or somebody changed at the same moment. */
function otherwiseIn(receipts: Receipts): string | null {
  const parts = Object.values(receipts).flatMap((receipt) => otherwise.safeParse(receipt).data?.differs ?? []);
  if (parts.length === 0) return null;
  const named = [...new Set(parts)].map((part) => JSON.stringify(part)).join(', ');
  return `Done, but not all of it was as approved when it was read right afterwards: ${named}. Look at it before you go on.`;
}

/** Records a missing signature as an event of its own, by which it is found. */
export async function keepRemark(
  tx: LedgerTx,
  { receipts, ...of }: { readonly changeId: string; readonly at: string; readonly server: string; receipts: Receipts },
): Promise<void> {
  const note = unsignedIn(receipts);
  if (note === null) return;
  const actor = { kind: 'server', server: of.server } as const;
  await appendEvent(tx, { at: of.at, type: 'signature.missing', changeId: of.changeId, actor, body: { note } });
}

const unsigned = z.object({ verified: z.literal(false) });

/** A receipt that says `verified` tells whether the backend found the signature on what was made good. */
const isUnverified = (receipt: Json): boolean => unsigned.safeParse(receipt).success;
