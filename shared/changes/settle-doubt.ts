import { type Progress, progressOf } from '#shared/ledger/attempts.ts';
import { findChange } from '#shared/ledger/changes.ts';
import type { LedgerTx } from '#shared/ledger/schema.ts';
import type { Json } from '#shared/tools/index.ts';
import type { ExecutorContext, WorkResult } from './executor-context.ts';
import { type Halt, haltFrom } from './halt.ts';
import { endHeld, type Holder, moveHeld } from './held.ts';
import { settleUnknown } from './settle.ts';
import { answerFor, type Settlement } from './settlement.ts';

/**
 * Settles a change in doubt: by what can be found, and where nothing can be, by the word of a person. It looks first:
 * what it finds has the receipt that later steps may need, and counts whatever was said.
 */
export async function settleDoubt<R, W, A, T extends Json>(
  context: ExecutorContext<R, W, A, T>,
  id: string,
): Promise<WorkResult> {
  const { ledger, keys } = context;
  const { open } = await progressOf(ledger.db, id);
  const said = open && (await answerFor(ledger.db, keys(), id, open));
  const looked = await settleUnknown(context, id).catch((error: unknown) => {
    const halt = haltFrom(error);
    if (halt) return halt;
    throw error;
  });
  if (isHalt(looked)) return endUnverifiable(context, id, { halt: looked, open, said });
  if (looked === 'done' || !open || !said || !(await stillOpen(context, id, open))) return looked;
  await ledger.write((tx) => endByWord(tx, context, id, said));
  return settleUnknown(context, id);
}

function isHalt(result: WorkResult | Halt): result is Halt {
  return typeof result === 'object' && 'status' in result;
}

type Open = NonNullable<Progress['open']>;

async function stillOpen<R, W, A, T extends Json>(
  { ledger }: ExecutorContext<R, W, A, T>,
  id: string,
  before: Open,
): Promise<boolean> {
  const [row, { open }] = await Promise.all([findChange(ledger.db, id), progressOf(ledger.db, id)]);
  return row?.status === 'unknown' && open?.step === before.step && open.attempt === before.attempt;
}

/** How the attempt ended, as the person said. What cannot be found has no receipt but that word. */
function endByWord(tx: LedgerTx, holder: Holder, changeId: string, said: Settlement): Promise<void> {
  const { step, attempt, answer, person, settled_at, reason } = said;
  const end = { changeId, step, attempt };
  if (answer === 'did_not_happen') return endHeld(tx, holder, { ...end, outcome: 'not_done' });
  return endHeld(tx, holder, { ...end, outcome: 'landed', receipt: { settled_by: person, settled_at, reason } });
}

/**
 * Ends a change that can no longer be verified, and so not looked at either, once a person has said what became of the
 * step in doubt. No state after it is kept.
 */
async function endUnverifiable<R, W, A, T extends Json>(
  context: ExecutorContext<R, W, A, T>,
  id: string,
  { halt, open, said }: { readonly halt: Halt; readonly open: Open | null; readonly said: Settlement | null },
): Promise<WorkResult> {
  if (open && !said) return { later: `${halt.why} A person has to say whether the step in doubt took effect.` };
  await context.ledger.write(async (tx) => {
    if (said) await endByWord(tx, context, id, said);
    const { next } = await progressOf(tx, id);
    const to = next === 0 ? 'failed' : 'partial';
    await moveHeld(tx, context, { id, from: 'unknown', to, note: halt.why });
  });
  return 'done';
}
