import type { Json } from '#shared/tools/index.ts';
import type { ExecutorContext } from './executor-context.ts';
import type { Halt } from './halt.ts';
import { withStandIns } from './long-texts.ts';
import { sponsorDenial } from './sponsors.ts';
import type { VerifiedChange } from './verify.ts';

/**
 * Null when the sponsor may do what an agent's change does for them, by what the backend says now, or said at most
 * `maxAgeMs` ago. What a person restores runs under that person's authority. Rejects when it cannot be told now.
 */
export async function sponsorHalt<R, W, A, T extends Json>(
  { sponsors, blueprint: find }: ExecutorContext<R, W, A, T>,
  { sealed: { body }, granted: { tool }, before }: VerifiedChange<R, W, A, T>,
  maxAgeMs: number,
): Promise<Halt | null> {
  const blueprint = body.blueprint && find(body.blueprint.name);
  if (!blueprint) return null;
  const input = tool.input.parse(withStandIns(body.arguments));
  try {
    if (sponsors.standing(blueprint) === 'unverified' && body.sponsor_access === undefined)
      return revoked(nowUnverified);
    await sponsors.assert(blueprint, [...tool.asks(input), ...tool.resolved(input, before)], maxAgeMs);
    return null;
  } catch (error) {
    const denial = sponsorDenial(error);
    if (denial === null) throw error;
    return revoked(denial.message);
  }
}

const nowUnverified =
  'What its sponsor may do there can no longer be told, which nobody was shown who approved it; propose it again.';

function revoked(why: string): Halt {
  return { status: 'revoked', why };
}
