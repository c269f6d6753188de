import type { Json } from '#shared/tools/index.ts';
import type { ExecutorContext } from './executor-context.ts';
import type { Halt } from './halt.ts';
import { readerOf } from './origin.ts';
import { mayAsk } from './scope.ts';
import type { VerifiedChange } from './verify.ts';

/**
 * Null when the blueprint still covers what an agent's change writes to, by what the backend says of that now: a thing can
 * leave a scope without being changed in what is written. What a person restores is held against no scope. Rejects when
 * it cannot be told now.
 */
export async function presentScopeHalt<R, W, A, T extends Json>(
  context: ExecutorContext<R, W, A, T>,
  { sealed: { body }, granted: { tool, capability }, plan }: VerifiedChange<R, W, A, T>,
): Promise<Halt | null> {
  const blueprint = body.blueprint && context.blueprint(body.blueprint.name);
  if (!blueprint || tool.asksNow === undefined) return null;
  const asks = await tool.asksNow(plan, readerOf(context, body));
  if (asks.every((ask) => mayAsk(blueprint, capability, ask).may)) return null;
  // Why not could tell of a place that the agent may not know.
  return { status: 'revoked', why: 'What it would write to is no longer such as its blueprint grants.' };
}
