import { thingOf } from '#capabilities/repo/things.ts';
import type { RepoState } from '#capabilities/repo/types.ts';
import type { Foundation, Left, Receipts } from '#shared/tools/index.ts';
import { committed, openedBy } from '../receipts.ts';
import type { PullRequestPlan } from './plan.ts';

/** What closing or reopening builds on; opening makes all that is its own. */
export function pullRequestStandsOn(plan: PullRequestPlan, before: RepoState): readonly Foundation[] {
  if (plan.kind === 'open') return [];
  const { branch, pullRequest } = before;
  return [
    ...(branch.oid === null ? [] : [{ thing: thingOf(plan), version: branch.oid }]),
    ...(pullRequest === null ? [] : [pullRequestAsFound(pullRequest)]),
  ];
}

/** A pull request among what a plan builds on: a merged or closed one is over. */
export function pullRequestAsFound(pullRequest: { readonly nodeId: string; readonly state: string }): Foundation {
  const ended = pullRequest.state === 'open' ? {} : ({ ended: true } as const);
  return { thing: thingOf({ pullRequest }), version: null, ...ended };
}

/** The branch and the pull request, as far as its steps came. */
export function pullRequestLeaves(plan: PullRequestPlan, _before: RepoState, receipts: Receipts): readonly Left[] {
  const branch = thingOf(plan);
  if (plan.kind === 'open') {
    const pullRequest = openedBy(receipts);
    return [
      ...(receipts['create_branch'] === undefined && committed(receipts) === null
        ? []
        : [{ thing: branch, version: committed(receipts) ?? plan.base.oid, made: true }]),
      ...(pullRequest === undefined ? [] : [{ thing: thingOf({ pullRequest }), version: null, made: true }]),
    ];
  }
  const [turned, moved] =
    plan.kind === 'withdraw'
      ? (['close_pull_request', 'delete_branch'] as const)
      : (['reopen_pull_request', 'create_branch'] as const);
  const { pullRequest } = plan;
  return [
    ...(receipts[moved] === undefined
      ? []
      : [{ thing: branch, version: plan.kind === 'reopen' ? plan.createAt : null, made: false }]),
    ...(receipts[turned] === undefined || pullRequest === null
      ? []
      : [{ thing: thingOf({ pullRequest }), version: null, made: false }]),
  ];
}
