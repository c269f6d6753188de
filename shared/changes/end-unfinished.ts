import { AppError } from '#shared/errors.ts';
import { progressOf } from '#shared/ledger/attempts.ts';
import { moveChange } from '#shared/ledger/changes.ts';
import type { Json } from '#shared/tools/index.ts';
import { endOf } from './course.ts';
import type { ExecutorContext, WorkResult } from './executor-context.ts';
import { finish, lookAfter } from './finish.ts';
import type { VerifiedChange } from './verify.ts';

/** How a change that goes no further is called when none of its steps took effect. */
type End = { readonly from: 'dispatched' | 'unknown'; readonly undone: 'stale' | 'failed'; readonly why: string };

/** Ends a change that goes no further: as nothing done or as partial, whichever is true. */
export async function endUnfinished<R, W, A, T extends Json>(
  context: ExecutorContext<R, W, A, T>,
  change: VerifiedChange<R, W, A, T>,
  end: End,
): Promise<WorkResult> {
  const { ledger, now, server } = context;
  const { receipts, next } = await progressOf(ledger.db, change.row.id);
  if (next === change.sealed.body.steps.length) return finish(context, change, receipts, end.from);
  const done = Object.keys(receipts);
  const move = { id: change.row.id, from: end.from, actor: { kind: 'server', server } } as const;
  const to = endOf({ ...end, done: done.length });
  if (to !== 'partial') {
    await ledger.write((tx) => moveChange(tx, { ...move, to, at: now().toISOString(), note: end.why }));
    return 'done';
  }
  const note = `${end.why} Done before that: ${done.join(', ')}.`;
  const keep = await lookAfter(context, change, receipts);
  await ledger.write(async (tx) => {
    // An executor that was frozen may have lost the change to another, which goes on with it.
    if ((await progressOf(tx, change.row.id)).next !== next) throw new AppError('wrong_state', 'The change went on.');
    await keep(tx);
    await moveChange(tx, { ...move, to, at: now().toISOString(), note });
  });
  return 'done';
}
