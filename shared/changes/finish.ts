import { canonical, digest } from '#shared/crypto/canonical.ts';
import { keepAfter } from '#shared/ledger/after.ts';
import { keepContents } from '#shared/ledger/contents.ts';
import type { LedgerTx } from '#shared/ledger/schema.ts';
import { keepLeft } from '#shared/ledger/things.ts';
import type { Json, Receipts } from '#shared/tools/index.ts';
import { stageContents } from './contents.ts';
import type { ExecutorContext, WorkResult } from './executor-context.ts';
import { moveHeld } from './held.ts';
import { readerOf } from './origin.ts';
import { keepRemark, remarkOn } from './remark.ts';
import type { VerifiedChange } from './verify.ts';

/** Keeps the state that a complete change left, and calls it applied. */
export async function finish<R, W, A, T extends Json>(
  context: ExecutorContext<R, W, A, T>,
  change: VerifiedChange<R, W, A, T>,
  receipts: Receipts,
  from: 'dispatched' | 'unknown',
): Promise<WorkResult> {
  const id = change.row.id;
  const keep = await lookAfter(context, change, receipts);
  await context.ledger.write(async (tx) => {
    await keep(tx);
    await keepRemark(tx, { changeId: id, receipts, at: context.now().toISOString(), server: context.server });
    await moveHeld(tx, context, { id, from, to: 'applied', note: remarkOn(receipts) });
  });
  return 'done';
}

/** Reads the state that a change left, whole or in part, and answers how to keep it, and what it made. */
export async function lookAfter<R, W, A, T extends Json>(
  context: ExecutorContext<R, W, A, T>,
  change: VerifiedChange<R, W, A, T>,
  receipts: Receipts,
): Promise<(tx: LedgerTx) => Promise<void>> {
  const { tool } = change.granted;
  const contents = stageContents();
  const state = await tool.observe(
    change.plan,
    change.before,
    receipts,
    readerOf(context, change.sealed.body),
    contents,
  );
  const kept = tool.state.parse(state);
  const after = kept as Json;
  const left = tool.leaves?.(change.plan, change.before, receipts, kept) ?? [];
  return async (tx) => {
    await keepContents(tx, context.ledger.vault, change.row.id, contents.all);
    const at = context.now().toISOString();
    const actor = { kind: 'server', server: context.server } as const;
    await keepAfter(tx, { changeId: change.row.id, digest: digest(after), body: canonical(after), at, actor });
    await keepLeft(tx, change.row, left, at);
  };
}
