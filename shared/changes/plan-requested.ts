import { AppError } from '#shared/errors.ts';
import { type ChangeRow, findChange, moveChange } from '#shared/ledger/changes.ts';
import { findSealed } from '#shared/ledger/proposals.ts';
import { findRequested } from '#shared/ledger/requested.ts';
import type { RequestedTable } from '#shared/ledger/schema.ts';
import type { Json, WriteTool } from '#shared/tools/index.ts';
import { parseArguments } from './arguments.ts';
import { stageContents } from './contents.ts';
import type { ExecutorContext, WorkResult } from './executor-context.ts';
import { refusable } from './refusable.ts';
import { ruleOfChanges, ruleOfPlace } from './request-rule.ts';
import { argumentsOf } from './requested.ts';
import { enterPlan, type SealedPlan, type Standing, sealPlan } from './seal-plan.ts';
import { requester, type Sealed, type SealedBody, unseal } from './sealed.ts';

/** Makes the plan of what a person asked for, from what is there now, and puts it before those who decide it. */
export async function planRequested<R, W, A, T extends Json>(
  context: ExecutorContext<R, W, A, T>,
  id: string,
): Promise<WorkResult> {
  const { ledger, now, server } = context;
  const [row, asked] = await Promise.all([findChange(ledger.db, id), findRequested(ledger.db, id)]);
  if (!row || !asked) throw new AppError('internal', 'Only what people ask for is planned here.');
  const planned = await refusable(() => planOf(context, row, asked));
  const actor = { kind: 'server', server } as const;
  const at = now().toISOString();
  await ledger.write((tx) =>
    'refused' in planned
      ? moveChange(tx, { id, from: 'planning', to: 'failed', at, actor, note: planned.refused })
      : enterPlan(tx, ledger.vault, planned, at, actor),
  );
  return 'done';
}

async function planOf<R, W, A, T extends Json>(
  context: ExecutorContext<R, W, A, T>,
  row: ChangeRow,
  asked: RequestedTable,
): Promise<SealedPlan> {
  const found = context.tools.find(row.tool);
  if (found?.tool.kind !== 'write' || found.tool.door !== 'people') {
    throw new AppError('unknown_tool', `There is no ${row.tool} here that people could ask for.`);
  }
  const { tool, capability } = found;
  const args = argumentsOf(asked);
  const input = parseArguments(tool.input, args);
  const original = asked.about === null ? null : await changeAbout(context, asked.about);
  if ((tool.about?.(input) ?? null) !== asked.about) {
    throw new AppError('invalid_arguments', 'The change that it is about is not the one that it names.');
  }
  const contents = stageContents();
  const before = tool.state.parse(await tool.snapshot(input, context.readerFor({ kind: 'people' }), contents));
  const plan = tool.prepare(input, before, contents, () => true);
  const included = original
    ? await Promise.all(includedIn(tool, before, original).map((id) => changeAbout(context, id)))
    : [];
  const review = original
    ? ruleOfChanges([original.body, ...included.map(({ body }) => body)])
    : ruleOfPlace(context.blueprints?.() ?? [], capability, [...tool.asks(input), ...tool.resolved(input, before)]);
  return sealPlan(context, standingOf(row, args, review, original), tool, { plan, before, contents });
}

/** The changes that are let through with the one that it is about. */
function includedIn<R, W, A, T extends Json>(
  tool: WriteTool<R, W, A, T>,
  before: unknown,
  { body }: Sealed,
): readonly string[] {
  return [...new Set(tool.including?.(before))].filter((id) => id !== body.change_id);
}

async function changeAbout<R, W, A, T extends Json>(
  { ledger, backend, server }: ExecutorContext<R, W, A, T>,
  id: string,
): Promise<Sealed> {
  const kept = await findSealed(ledger.db, id);
  const sealed = kept && unseal(kept);
  if (sealed?.body.server !== server) throw new AppError('not_found', 'The change that it is about is not here.');
  if (sealed.body.backend === backend) return sealed;
  throw new AppError('wrong_state', 'The change was made on another system than this server writes to now.');
}

function standingOf(row: ChangeRow, args: Json, review: SealedBody['review'], original: Sealed | null): Standing {
  const by = requester.parse(JSON.parse(row.requester));
  return {
    change_id: row.id,
    created_at: row.created_at,
    requester: by,
    // Who may not approve what an agent wrote for them may not let others find it either.
    sponsor: original?.body.sponsor ?? (by.kind === 'person' ? by.subject : ''),
    blueprint: null,
    terms: async () => ({ review, expires_at: row.expires_at }),
    arguments: args,
    restores: null,
  };
}
