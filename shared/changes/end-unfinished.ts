import { progressOf } from '#shared/ledger/attempts.ts';
import type { Json } from '#shared/tools/index.ts';
import { endOf } from './course.ts';
import type { ExecutorContext, WorkResult } from './executor-context.ts';
import { lookAfter } from './finish.ts';
import { moveHeld } from './held.ts';
import { keepRemark, remarkOn } from './remark.ts';
import type { VerifiedChange } from './verify.ts';

/** How a change that goes no further is called when none of its steps took effect. */
type End = { readonly from: 'dispatched' | 'unknown'; readonly undone: 'stale' | 'failed'; readonly why: string };

/** Ends a change that goes no further: as nothing done or as partial, whichever is true. */
export async function endUnfinished<R, W, A, T extends Json>(
  context: ExecutorContext<R, W, A, T>,
  change: VerifiedChange<R, W, A, T>,
  end: End,
): Promise<WorkResult> {
  const { ledger } = context;
  const { receipts } = await progressOf(ledger.db, change.row.id);
  const done = Object.keys(receipts);
  const move = { id: change.row.id, from: end.from } as const;
  const to = endOf({ ...end, done: done.length });
  if (to !== 'partial') {
    await ledger.write((tx) => moveHeld(tx, context, { ...move, to, note: end.why }));
    return 'done';
  }
  const remark = remarkOn(receipts);
  const note = [`${end.why} Done before that: ${done.join(', ')}.`, ...(remark ? [remark] : [])].join(' ');
  const keep = await lookAfter(context, change, receipts);
  await ledger.write(async (tx) => {
    await keep(tx);
    await keepRemark(tx, {
      changeId: change.row.id,
      receipts,
      at: context.now().toISOString(),
      server: context.server,
    });
    await moveHeld(tx, context, { ...move, to, note });
  });
  return 'done';
}
