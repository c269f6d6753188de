import type { Blueprint } from '#shared/blueprints/blueprint.ts';
import { liveness } from '#shared/blueprints/grants.ts';
import { digest } from '#shared/crypto/canonical.ts';
import { AppError } from '#shared/errors.ts';
import { findAfter } from '#shared/ledger/after.ts';
import { progressOf } from '#shared/ledger/attempts.ts';
import { type ChangeRow, findChange, moveChange } from '#shared/ledger/changes.ts';
import { readContents } from '#shared/ledger/contents.ts';
import { findSealed, findSnapshot } from '#shared/ledger/proposals.ts';
import type { Json, WriteTool } from '#shared/tools/index.ts';
import { stageContents } from './contents.ts';
import type { ExecutorContext, WorkResult } from './executor-context.ts';
import { withStandIns } from './long-texts.ts';
import { assertInScope } from './scope.ts';
import { enterPlan, type SealedPlan, type Standing, sealPlan } from './seal-plan.ts';
import { type RestoreRequest, requester, restoreRequest, type Sealed, unseal } from './sealed.ts';
import type { Granted } from './toolbox.ts';

/** Makes the plan of a restore that was asked for, from what is there now, and puts it before the approvers. */
export async function planRestore<R, W, A, T extends Json>(
  context: ExecutorContext<R, W, A, T>,
  id: string,
): Promise<WorkResult> {
  const actor = { kind: 'server', server: context.server } as const;
  const at = context.now().toISOString();
  const row = await findChange(context.ledger.db, id);
  if (!row?.restores) throw new AppError('internal', 'Only restores are planned here.');
  const plan = await refusable(() => planOf(context, row, restoreRequest.parse(JSON.parse(row.restores ?? ''))));
  await context.ledger.write((tx) =>
    'refused' in plan
      ? moveChange(tx, { id, from: 'planning', to: 'failed', at, actor, note: plan.refused })
      : enterPlan(tx, context.ledger.vault, plan, at, actor),
  );
  return 'done';
}

/** An AppError that no later try can mend is an answer: the restore ends and says why. */
async function refusable(
  plan: () => Promise<SealedPlan | { refused: string }>,
): Promise<SealedPlan | { refused: string }> {
  try {
    return await plan();
  } catch (error) {
    if (error instanceof AppError && !error.retryable && error.code !== 'internal') return { refused: error.message };
    throw error;
  }
}

async function planOf<R, W, A, T extends Json>(
  context: ExecutorContext<R, W, A, T>,
  row: ChangeRow,
  request: RestoreRequest,
): Promise<SealedPlan | { refused: string }> {
  const original = await originalOf(context, request.change_id);
  if (original.sealed.body.backend !== context.backend) {
    return { refused: 'The change was made on another system than this server writes to now.' };
  }
  const { tool, capability } = original.granted;
  const contents = stageContents(await readContents(context.ledger.db, context.ledger.vault, request.change_id));
  const { plan, before, after, receipts } = original;
  const now = tool.state.parse(await tool.observe(plan, before, receipts, context.reader, contents));
  const blueprint = row.blueprint === null ? null : liveBlueprint(context, row.blueprint);
  if (blueprint) {
    const input = tool.input.parse(withStandIns(original.sealed.body.arguments));
    if (!blueprint.grants.get(capability.name)?.tools.has(tool.name)) {
      return { refused: `${tool.name} is not granted any more.` };
    }
    assertInScope(blueprint, capability, [...tool.asks(input), ...tool.resolved(input, now)]);
  }
  const result = tool.restore({ plan, before, after }, now, request.choice);
  if ('refused' in result)
    return { refused: [result.refused, ...result.conflicts.map((one) => `- ${one}`)].join('\n') };
  const standing = standingOf(row, request, original.sealed, blueprint);
  return sealPlan(context, standing, tool, { plan: result.plan, before: now, contents });
}

type Original<R, W, A, T extends Json> = {
  readonly sealed: Sealed;
  readonly granted: Granted<WriteTool<R, W, A, T>, R, W, A, T>;
  readonly plan: unknown;
  readonly before: unknown;
  readonly after: unknown;
  readonly receipts: { readonly [step: string]: Json };
};

async function originalOf<R, W, A, T extends Json>(
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
  return {
    sealed,
    granted: { tool, capability },
    plan: tool.plan.parse(sealed.body.plan),
    before: tool.state.parse(intact(before)),
    after: tool.state.parse(intact(after)),
    receipts: progress.receipts,
  };
}

function intact(snapshot: { readonly body: string; readonly digest: string }): Json {
  const body = JSON.parse(snapshot.body) as Json;
  if (digest(body) !== snapshot.digest) throw new AppError('seal_mismatch', 'A snapshot is not what was kept.');
  return body;
}

function liveBlueprint<R, W, A, T extends Json>(context: ExecutorContext<R, W, A, T>, name: string): Blueprint {
  const blueprint = context.blueprint(name);
  if (!blueprint) throw new AppError('not_permitted', 'The blueprint is gone or cannot be used.');
  const live = liveness(blueprint, context.now());
  if (!live.live) throw new AppError('not_permitted', live.why);
  return blueprint;
}

function standingOf(row: ChangeRow, request: RestoreRequest, original: Sealed, blueprint: Blueprint | null): Standing {
  const asked = requester.parse(JSON.parse(row.requester));
  return {
    change_id: row.id,
    created_at: row.created_at,
    expires_at: row.expires_at,
    requester: asked,
    sponsor: blueprint?.sponsor ?? (asked.kind === 'person' ? asked.subject : original.body.sponsor),
    blueprint: blueprint && { name: blueprint.name, digest: blueprint.digest },
    // A person's restore is decided by the people of this machine, whatever the agent's blueprint says.
    review: blueprint ? { by: [...blueprint.review.by], quorum: blueprint.review.quorum } : operatorsRestoreRule,
    arguments: original.body.arguments,
    restores: request,
  };
}

const operatorsRestoreRule = { by: ['local'], quorum: 1 };
