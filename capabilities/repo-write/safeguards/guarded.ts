import type { Safeguards } from '#capabilities/repo/safeguards.ts';
import type { RepoAsk, RepositoryRef, RepoTarget } from '#capabilities/repo/types.ts';
import type { RepoReader } from '#capabilities/repo-read/ports.ts';
import { AppError } from '#shared/errors.ts';
import type { Description } from '#shared/tools/index.ts';
import type { WriteSpec } from '#shared/tools/tool.ts';
import type { RepoWriter } from '../ports.ts';
import { safeguardFlags } from './flags.ts';
import { loosened } from './loosened.ts';

/** What every tool that writes to a repository knows of it. */
export type Placed = { readonly repository: RepositoryRef };
export type RepoWriteSpec<In, State, Plan> = WriteSpec<In, State, Plan, RepoReader, RepoWriter, RepoAsk, RepoTarget>;

/**
 * The same tool, looking beside its own at what holds the repository's default branch: kept with the state before, asked
 * of the scope, flagged where commits are written, and stale once less of it holds than was shown.
 */
export function guarded<In extends { readonly repository: string }, State extends Placed, Plan>(
  spec: RepoWriteSpec<In, State, Plan>,
): RepoWriteSpec<In, State, Plan> {
  return {
    ...spec,
    snapshot: async (input, reader, contents) => {
      const [state, found] = await both(
        spec.snapshot(input, reader, contents),
        safeguardsUnder(reader, input.repository),
      );
      return withSafeguards(state, found ?? (await reader.safeguards(state.repository.name)));
    },
    resolved: (input, before) => [...spec.resolved(input, before), requirementAsk(before.repository)],
    describe: (plan, before, contents) => {
      const description = spec.describe(plan, before, contents);
      const more = bringsCommits(description) ? safeguardFlags(before.repository) : [];
      return { ...description, flags: [...description.flags, ...more] };
    },
    still: async (plan, before, reader) => {
      const { name, defaultBranch, safeguards: was } = before.repository;
      const looking = was ? safeguardsUnder(reader, name) : Promise.resolve(null);
      const [still, now] = await both(spec.still(plan, before, reader), looking);
      if (still !== 'holds' || !was || !now) return still;
      const lost = loosened(was, now);
      if (lost.length === 0) return 'holds';
      return {
        stale: `${defaultBranch} of ${name} is less safe than when this was proposed: it ${lost.join(', and ')}.`,
      };
    },
    observe: async (plan, before, receipts, reader, contents) => {
      const state = await spec.observe(plan, before, receipts, reader, contents);
      return withSafeguards(state, await reader.safeguards(state.repository.name));
    },
  };
}

/** Waits for the end of both, so that no request goes on when the call was answered; the first one's error goes first. */
async function both<A, B>(one: Promise<A>, other: Promise<B>): Promise<readonly [A, B]> {
  await Promise.allSettled([one, other]);
  return [await one, await other];
}

/** A former name leads to another one, which the state tells. */
async function safeguardsUnder(reader: RepoReader, name: string): Promise<Safeguards | null> {
  return reader.safeguards(name).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'not_found') return null;
    throw error;
  });
}

function withSafeguards<State extends Placed>(state: State, safeguards: Safeguards): State {
  return { ...state, repository: { ...state.repository, safeguards } };
}

function requirementAsk({ name, defaultBranch, safeguards }: RepositoryRef): RepoAsk {
  return { want: 'write', repository: name, defaultBranch, safeguards: safeguards ?? null };
}

function bringsCommits({ effects }: Description): boolean {
  return effects.some((effect) => effect.kind === 'field' && effect.field === 'head' && effect.after !== null);
}
