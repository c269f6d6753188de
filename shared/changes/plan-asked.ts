import { findChange } from '#shared/ledger/changes.ts';
import type { Json } from '#shared/tools/index.ts';
import type { ExecutorContext, WorkResult } from './executor-context.ts';
import { planRequested } from './plan-requested.ts';
import { planRestore } from './plan-restore.ts';

/** Makes the plan of a change that was asked for without one: a restore, or what a person asks for. */
export async function planAsked<R, W, A, T extends Json>(
  context: ExecutorContext<R, W, A, T>,
  id: string,
): Promise<WorkResult> {
  const row = await findChange(context.ledger.db, id);
  return row?.restores === null ? planRequested(context, id) : planRestore(context, id);
}
