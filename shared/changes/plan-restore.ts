import type { Blueprint } from '#shared/blueprints/blueprint.ts';
import { liveness } from '#shared/blueprints/grants.ts';
import { AppError } from '#shared/errors.ts';
import { type ChangeRow, findChange, moveChange } from '#shared/ledger/changes.ts';
import { keepContents, readContents } from '#shared/ledger/contents.ts';
import type { LedgerTx } from '#shared/ledger/schema.ts';
import type { Beforehand, DoneBy, Json, Refusal, WriteTool } from '#shared/tools/index.ts';
import { beforehandOf } from './beforehand.ts';
import { type StagedContents, stageContents } from './contents.ts';
import { contentsOf, type Difference, keepDifference, type Outcome } from './difference.ts';
import type { ExecutorContext, WorkResult } from './executor-context.ts';
import { withStandIns } from './long-texts.ts';
import { viewerOf } from './origin.ts';
import { combined, type Original, originalOf } from './original.ts';
import { type Refused, refusable } from './refusable.ts';
import { personsRestoreRule } from './restore-rule.ts';
import { restoreTermsOf } from './review.ts';
import { assertInScope } from './scope.ts';
import { enterPlan, type SealedPlan, type Standing, sealPlan } from './seal-plan.ts';
import { type RestoreRequest, requester, restoredIds, restoreRequest, type Sealed } from './sealed.ts';
import { sponsorAges, unverified } from './sponsors.ts';

/** What the planning of a restore comes to: a plan, or why there is none, and what was found there. */
type Planned = {
  readonly end: SealedPlan | Refused | 'compared';
  readonly found?: { readonly difference: Difference; readonly contents: StagedContents };
};

/** Makes the plan of a restore that was asked for, from what is there now, and puts it before the approvers. */
export async function planRestore<R, W, A, T extends Json>(
  context: ExecutorContext<R, W, A, T>,
  id: string,
): Promise<WorkResult> {
  const row = await findChange(context.ledger.db, id);
  if (!row?.restores) throw new AppError('internal', 'Only restores are planned here.');
  const request = restoreRequest.parse(JSON.parse(row.restores));
  const planned = await refusable(() => planOf(context, row, request));
  const found = 'refused' in planned ? { end: planned } : planned;
  await context.ledger.write((tx) => enter(tx, context, id, found));
  return 'done';
}

async function enter<R, W, A, T extends Json>(
  tx: LedgerTx,
  { ledger, now, server }: ExecutorContext<R, W, A, T>,
  id: string,
  { end, found }: Planned,
): Promise<void> {
  const actor = { kind: 'server', server } as const;
  const at = now().toISOString();
  if (found) {
    const shown = contentsOf(found.difference.parts);
    const contents = [...found.contents.all].filter(([sha256]) => shown.has(sha256));
    await keepContents(tx, ledger.vault, id, new Map(contents));
    await keepDifference(tx, id, found.difference);
  }
  if (end === 'compared') await moveChange(tx, { id, from: 'planning', to: 'compared', at, actor });
  else if ('refused' in end) {
    await moveChange(tx, { id, from: 'planning', to: 'failed', at, actor, note: end.refused });
  } else await enterPlan(tx, ledger.vault, end, at, actor);
}

async function planOf<R, W, A, T extends Json>(
  context: ExecutorContext<R, W, A, T>,
  row: ChangeRow,
  request: RestoreRequest,
): Promise<Planned> {
  const { db, vault } = context.ledger;
  const originals: Original<R, W, A, T>[] = [];
  const kept = new Map<string, Uint8Array>();
  for (const id of restoredIds(request)) {
    originals.push(await originalOf(context, id));
    for (const [sha256, bytes] of await readContents(db, vault, id)) kept.set(sha256, bytes);
  }
  if (originals.some(({ sealed }) => sealed.body.backend !== context.backend)) {
    return refused('The change was made on another system than this server writes to now.');
  }
  const contents = stageContents(kept);
  const runs = combined(originals);
  const [whole] = runs;
  if (!whole || runs.length > 1) {
    const apart = runs.map(({ ids }) => ids);
    return { ...refused(cannotBeOne), found: { difference: { ...nothing, apart }, contents } };
  }
  const { done } = whole;
  const { tool } = whole.granted;
  const reader = context.readerFor(viewerOf(requester.parse(JSON.parse(row.requester))));
  const now = tool.state.parse(await tool.observe(done.plan, done.before, done.receipts, reader, contents));
  const blueprint = row.blueprint === null ? null : liveBlueprint(context, row.blueprint);
  if (blueprint) for (const one of originals) await assertMayRestore(context, blueprint, one, now);
  const beforehand = await beforehandOf(db, row, request);
  const found = { difference: differenceOf(tool, done, { now, contents, beforehand }), contents };
  if (request.dry_run) return { end: 'compared', found };
  const result = tool.restore(done, now, request.choice, beforehand);
  if ('refused' in result) return { end: { refused: whyRefused(result) }, found };
  const carried = [done.before, done.first].flatMap((state) => tool.told?.(state) ?? []);
  const standing = {
    ...standingOf(row, request, whole.sealed, blueprint),
    ...(blueprint ? unverified(context.sponsors, blueprint) : carriesOf(tool, done, now, result.plan)),
  };
  const made = { plan: result.plan, before: now, contents, carried };
  return { end: await sealPlan(context, standing, tool, made), found };
}

/** How far the words can be relied on that a person's restore leaves. */
function carriesOf<R, W, A, T extends Json>(
  tool: WriteTool<R, W, A, T>,
  done: DoneBy,
  now: unknown,
  plan: unknown,
): Pick<Standing, 'carries'> {
  const { told, carries } = tool;
  if (told === undefined) return {};
  const words = carries?.(done, now, plan) ?? [now, done.before, done.first].flatMap((state) => told(state));
  return { carries: words.some(({ trust }) => trust === 'untrusted') ? 'untrusted' : 'trusted' };
}

const cannotBeOne = 'These changes cannot be put back as one; restore them one after the other, the newest first.';
const nothing: Difference = { format: 'countersign/difference@1', parts: [], outcomes: [] };

function refused(why: string): { readonly end: Refused } {
  return { end: { refused: why } };
}

function whyRefused({ refused: why, conflicts }: Refusal): string {
  return [why, ...conflicts.map((one) => `- ${one}`)].join('\n');
}

/** What is there now beside what was and what we left, and what would become of each choice. */
function differenceOf<R, W, A, T extends Json>(
  tool: WriteTool<R, W, A, T>,
  done: DoneBy,
  there: { readonly now: unknown; readonly contents: StagedContents; readonly beforehand: Beforehand },
): Difference {
  const { now, contents, beforehand } = there;
  const outcomes = (['refuse', 'untouched', 'overwrite'] as const).map((choice): Outcome => {
    const result = tool.restore(done, now, choice, beforehand);
    if ('refused' in result) return { choice, summary: null, refused: whyRefused(result) };
    return { choice, summary: tool.describe(result.plan, now, contents).summary, refused: null };
  });
  return { ...nothing, parts: tool.compare(done, now, contents, beforehand), outcomes };
}

async function assertMayRestore<R, W, A, T extends Json>(
  { sponsors }: ExecutorContext<R, W, A, T>,
  blueprint: Blueprint,
  { sealed, granted: { tool, capability } }: Original<R, W, A, T>,
  now: unknown,
): Promise<void> {
  if (!blueprint.grants.get(capability.name)?.tools.has(tool.name)) {
    throw new AppError('not_permitted', `${tool.name} is not granted any more.`);
  }
  const input = tool.input.parse(withStandIns(sealed.body.arguments));
  const asks = [...tool.asks(input), ...tool.resolved(input, now)];
  assertInScope(blueprint, capability, asks);
  await sponsors.assert(blueprint, asks, sponsorAges.call);
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
    requester: asked,
    sponsor: blueprint?.sponsor ?? (asked.kind === 'person' ? asked.subject : original.body.sponsor),
    blueprint: blueprint && { name: blueprint.name, digest: blueprint.digest },
    terms: async (facts, owners) =>
      blueprint
        ? restoreTermsOf(blueprint.review, facts, row, owners)
        : { review: personsRestoreRule(original), expires_at: row.expires_at },
    arguments: original.body.arguments,
    restores: request,
  };
}
