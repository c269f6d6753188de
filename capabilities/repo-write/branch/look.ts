import { shorten } from '#capabilities/common/text.ts';
import type { RepoReader } from '#capabilities/repo-read/ports.ts';
import type { StillHolds } from '#shared/tools/index.ts';
import { commitsAfter, laterOf, refOf, sameRepositoryStill } from '../state.ts';
import { type BranchPlan, type BranchState, closing, keptBecause } from './plan.ts';

/** A branch as it is now; `madeAt` is the commit at which we made it again. */
export async function lookAtBranch(
  reader: RepoReader,
  at: { readonly repository: string; readonly branch: string },
  madeAt: string | null = null,
): Promise<BranchState> {
  const repository = refOf(await reader.repository(at.repository));
  const { name, defaultBranch } = repository;
  const all = { limit: 50, state: 'open' } as const;
  const [head, main, from, into] = await Promise.all([
    reader.head(name, at.branch),
    reader.head(name, defaultBranch),
    reader.pullRequests(name, { ...all, head: at.branch }),
    reader.pullRequests(name, { ...all, base: at.branch }),
  ]);
  const [newest, changed, later] = await Promise.all([
    head === null ? undefined : reader.history(name, at.branch, 1).then(([commit]) => commit),
    head === null || main === null ? null : reader.changed(name, main, head),
    head === null || madeAt === null || head === madeAt
      ? []
      : commitsAfter(reader, { repository: name, branch: at.branch, commit: madeAt }),
  ]);
  return {
    repository,
    branch: { name: at.branch, oid: head },
    newest:
      newest === undefined
        ? null
        : { headline: shorten(newest.message.split('\n', 1)[0] ?? '', 120), author: newest.author },
    ahead: changed === null ? null : { files: changed.paths.length, cut: changed.cut },
    open: from.items.map(({ number, nodeId, base }) => ({ number, nodeId, base })),
    into: into.items.map(({ number }) => number),
    later: later.map(laterOf),
  };
}

/** A pull request that was opened from the branch since would be closed without anybody having been asked. */
export async function branchStill(plan: BranchPlan, before: BranchState, reader: RepoReader): Promise<StillHolds> {
  const same = await sameRepositoryStill(reader, before.repository);
  if (same !== 'holds') return same;
  const now = await lookAtBranch(reader, { repository: plan.repository.name, branch: plan.branch });
  const { oid } = now.branch;
  if (oid !== (plan.kind === 'delete' ? plan.oid : null)) {
    return { stale: `The branch ${plan.branch} is ${oid === null ? 'gone' : `at ${oid}`} by now.` };
  }
  if (plan.kind === 'create') return 'holds';
  const kept = keptBecause(now);
  if (kept !== null) return { stale: kept };
  const numbers = (closes: readonly { readonly number: number }[]) => closes.map(({ number }) => number).join();
  return numbers(closing(now)) === numbers(plan.closes)
    ? 'holds'
    : { stale: `Other pull requests are open from ${plan.branch} by now.` };
}
