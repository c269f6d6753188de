import { digest } from '#shared/crypto/canonical.ts';
import { AppError } from '#shared/errors.ts';
import { findAfter } from '#shared/ledger/after.ts';
import { progressOf } from '#shared/ledger/attempts.ts';
import { findSealed, findSnapshot } from '#shared/ledger/proposals.ts';
import type { DoneBy, Json, WriteTool } from '#shared/tools/index.ts';
import type { ExecutorContext } from './executor-context.ts';
import { type Sealed, unseal } from './sealed.ts';
import type { Granted } from './toolbox.ts';

/** A change that was carried out, as it is kept: what was sealed, and what it did. */
export type Original<R, W, A, T extends Json> = {
  readonly sealed: Sealed;
  readonly granted: Granted<WriteTool<R, W, A, T>, R, W, A, T>;
  readonly done: DoneBy;
};

/** Reads a change to put back. Throws AppError `not_found`, `wrong_state` or `seal_mismatch`. */
export async function originalOf<R, W, A, T extends Json>(
  { ledger, tools }: ExecutorContext<R, W, A, T>,
  id: string,
): Promise<Original<R, W, A, T>> {
  const kept = await findSealed(ledger.db, id);
  const sealed = kept && unseal(kept);
  const found = sealed && tools.find(sealed.body.tool);
  if (!sealed || found?.tool.kind !== 'write') throw new AppError('not_found', 'The change to put back is not here.');
  const { tool, capability } = found;
  const [before, after, progress] = await Promise.all([
    findSnapshot(ledger.db, id, 'before'),
    findAfter(ledger.db, id),
    progressOf(ledger.db, id),
  ]);
  if (!before || !after || before.digest !== sealed.body.snapshot) {
    throw new AppError(
      'wrong_state',
      'The state that this change left was not kept, so it cannot be put back by itself.',
    );
  }
  const first = tool.state.parse(intact(before));
  const done = {
    tool: tool.name,
    plan: tool.plan.parse(sealed.body.plan),
    before: first,
    first,
    after: tool.state.parse(intact(after)),
    receipts: progress.receipts,
    between: [],
  };
  return { sealed, granted: { tool, capability }, done };
}

/** Changes of one target, oldest first, as few as they can be put back as: each a run that counts as one. */
export function combined<R, W, A, T extends Json>(
  originals: readonly Original<R, W, A, T>[],
): readonly (Original<R, W, A, T> & { readonly ids: readonly string[] })[] {
  const runs: (Original<R, W, A, T> & { ids: readonly string[] })[] = [];
  for (const one of originals) {
    const id = one.sealed.body.change_id;
    const last = runs.at(-1);
    const both = last?.granted.tool.combine(last.done, one.done);
    if (last && both) runs.splice(-1, 1, { ...last, done: { ...both, tool: last.done.tool }, ids: [...last.ids, id] });
    else runs.push({ ...one, ids: [id] });
  }
  return runs;
}

function intact(snapshot: { readonly body: string; readonly digest: string }): Json {
  const body = JSON.parse(snapshot.body) as Json;
  if (digest(body) !== snapshot.digest) throw new AppError('seal_mismatch', 'A snapshot is not what was kept.');
  return body;
}
