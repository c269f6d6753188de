import { commandReaches } from '#capabilities/common/commands.ts';
import { shorten } from '#capabilities/common/text.ts';
import type { RepoState } from '#capabilities/repo/types.ts';
import type { RepoReader } from '#capabilities/repo-read/ports.ts';
import type { ContentReader, Credit, Description, Refusal, RestoreChoice, StillHolds } from '#shared/tools/index.ts';
import { withCoAuthor } from '../attribution.ts';
import { allOnce, commitEffects, commitsShown } from '../commit-effects.ts';
import { fieldEffects } from '../effects.ts';
import { flagsOf } from '../flags.ts';
import { joinMessage } from '../message.ts';
import { audienceOf, leavesOrganisation } from '../reaches.ts';
import { isSameRepository } from '../state.ts';
import { branchKey } from '../tool.ts';
import { type DonePullRequest, isMoved, othersOn, pullRequestRestoring } from './compare.ts';
import { commitsOf, existingOf, type OpenPlan, type WithdrawPlan } from './plan.ts';

export function describeOpen(plan: OpenPlan, before: RepoState, contents: ContentReader): Description {
  const commits = commitsOf(plan);
  const files = commitEffects(commits, before, contents);
  const { title, body, draft } = plan.pullRequest;
  const texts = [
    { name: 'the title', text: title },
    { name: 'the pull request’s text', text: body },
    ...commits.map((commit, index) => ({ name: nameOf(commits.length, index), text: joinMessage(commit) })),
  ];
  const made = commits.length === 1 ? '' : `${commits.length} commits of `;
  const count = `${made}${files.sum.length === 1 ? '1 file' : `${files.sum.length} files`}`;
  return {
    summary: `Open a ${draft ? 'draft ' : ''}pull request from ${plan.branch} to ${plan.base.name} of ${plan.repository.name} with ${count}: ${shorten(title, 120)}`,
    effects: [
      ...fieldEffects(`branch ${plan.branch}`, { head: [null, `${newCommits(commits.length)} on ${plan.base.oid}`] }),
      ...fieldEffects('pull request', {
        title: [null, title],
        text: [null, body],
        draft: [null, draft ? 'yes' : 'no'],
        from: [null, plan.branch],
        to: [null, plan.base.name],
      }),
      ...commitsShown(commits, files),
    ],
    touches: [branchKey(plan)],
    flags: flagsOf({ effects: allOnce(files), texts, contents }),
    reaches: [
      // From a fork they would get none.
      {
        code: 'runs_ci',
        message: 'The new branch and the pull request may start CI, which has the secrets of the repository.',
      },
      { code: 'notifies', message: 'Watchers, code owners and whoever is mentioned are notified.' },
      ...commandReaches(texts),
      ...leavesOrganisation(plan.repository),
    ],
    reversible: { kind: 'partial', lost: pullRequestRestoring.cannot.slice(0, 2) },
    ...audienceOf(plan.repository),
  };
}

function nameOf(count: number, index: number): string {
  return count === 1 ? 'the commit message' : `the message of commit ${index + 1}`;
}

function newCommits(count: number): string {
  return count === 1 ? 'one new signed commit' : `${count} new signed commits`;
}

/** The texts that may refer to an earlier change; not those of one line, which people read in lists. */
export function openTexts(plan: OpenPlan, each: (text: string) => string): OpenPlan {
  const { pullRequest, more } = plan;
  return {
    ...plan,
    body: each(plan.body),
    ...(more && { more: more.map((commit) => ({ ...commit, body: each(commit.body) })) }),
    pullRequest: { ...pullRequest, body: each(pullRequest.body) },
  };
}

/** Every commit names its co-author. */
export function creditedOpen(plan: OpenPlan, credit: Credit): OpenPlan {
  const named = <T extends { readonly body: string }>(commit: T): T => {
    return { ...commit, body: withCoAuthor(commit.body, credit) };
  };
  return { ...named(plan), ...(plan.more && { more: plan.more.map(named) }) };
}

/** Whether the repository is the same. The base branch may move on: the branch starts from the sealed commit. */
export async function openStillHolds(plan: OpenPlan, reader: RepoReader): Promise<StillHolds> {
  const now = await reader.look(plan.repository.name, { branches: [plan.branch, plan.base.name] });
  const same = isSameRepository(plan.repository, now.repository);
  if (same !== 'holds') return same;
  const [branch, base] = [plan.branch, plan.base.name].map((each) => now.heads.get(each) ?? null);
  if (branch !== null) return { stale: `A branch ${plan.branch} exists by now.` };
  return base === null ? { stale: `The base branch ${plan.base.name} is gone.` } : 'holds';
}

/** Closes the pull request and deletes the branch, unless someone else's work would go with it. */
export function withdrawOf(
  done: DonePullRequest,
  now: RepoState,
  choice: RestoreChoice,
): { readonly plan: WithdrawPlan } | Refusal {
  const { base, branch } = done.plan;
  if (now.pullRequest?.state === 'merged') {
    return {
      refused: `Pull request ${now.pullRequest.number} was merged: closing it would undo nothing. Propose a change that reverts it.`,
      conflicts: [],
    };
  }
  const moved = isMoved(done, now);
  if (moved && choice === 'refuse')
    return { refused: `Others have changed ${branch} since.`, conflicts: conflictsOf(now) };
  const pullRequest = now.pullRequest?.state === 'open' ? existingOf(now) : null;
  const deleteAt = moved && choice === 'untouched' ? null : now.branch.oid;
  if (pullRequest === null && deleteAt === null) {
    return { refused: 'There is nothing left to undo.', conflicts: moved ? conflictsOf(now) : [] };
  }
  return {
    plan: {
      kind: 'withdraw',
      repository: now.repository,
      base,
      branch,
      pullRequest,
      deleteAt,
      overwrites: moved && deleteAt !== null ? othersOn(now) : [],
    },
  };
}

function conflictsOf(now: RepoState): readonly string[] {
  return othersOn(now).map(({ oid, author }) => `commit ${oid} by ${author ?? 'unknown'} on ${now.branch.name}`);
}
