import { commandReaches } from '#capabilities/common/commands.ts';
import type { NamedText } from '#capabilities/common/hidden-flags.ts';
import { shorten } from '#capabilities/common/text.ts';
import type { RepoState } from '#capabilities/repo/types.ts';
import type { ContentReader, Description, Effect, FileEffect, Restoring } from '#shared/tools/index.ts';
import { attributionFlags } from '../attribution.ts';
import { commitRestoring } from '../commit-description.ts';
import { allOnce, type CommitEffects, commitEffects } from '../commit-effects.ts';
import { fieldEffects } from '../effects.ts';
import { flagsOf } from '../flags.ts';
import { joinMessage } from '../message.ts';
import { pullRequestRestoring } from '../pull-request/compare.ts';
import { audienceOf, leavesOrganisation } from '../reaches.ts';
import { sumOf } from '../since-base.ts';
import { branchKey } from '../tool.ts';
import { type PushPlan, plannedOf } from './plan.ts';

const staysOpen = 'A pull request that a push onto a branch that was there opened stays open.';

export const pushRestoring: Restoring = {
  kept: [...commitRestoring.kept, 'Where the push makes the branch: the commit that it begins on.'],
  back: [
    'Where the branch was there: every file as it was before the push, byte for byte, by one new signed commit.',
    'Where the push made the branch: the branch is deleted and its pull request is closed, which a restore of that takes back.',
  ],
  cannot: [...commitRestoring.cannot, ...pullRequestRestoring.cannot, staysOpen].filter(
    (one, index, all) => all.indexOf(one) === index,
  ),
};

/** What the approver is shown of a push: what it comes to, then each commit with what it alone does. */
export function describePush(plan: PushPlan, before: RepoState, contents: ContentReader): Description {
  const effects = commitEffects(plan.commits.map(plannedOf), before, contents);
  const texts = textsOf(plan);
  return {
    summary: summaryOf(plan, effects),
    effects: [...placeEffects(plan), ...pullRequestEffects(plan), ...effects.sum, ...shownOf(plan, effects)],
    touches: [branchKey(plan)],
    flags: [...flagsOf({ effects: allOnce(effects), texts, contents }), ...attributionFlags(texts, plan.credit)],
    reaches: [
      {
        code: 'runs_ci',
        message: `New commits on ${plan.branch} may start CI, which has the secrets of the repository.`,
      },
      { code: 'notifies', message: 'Who watches the branch, or a pull request from it, may be notified.' },
      ...commandReaches(texts),
      ...leavesOrganisation(plan.repository),
    ],
    reversible: { kind: 'partial', lost: lostBy(plan) },
    ...audienceOf(plan.repository),
    ...sumOf(effects.sum, before),
  };
}

function summaryOf({ commits, branch, repository, from, pullRequest }: PushPlan, { sum }: CommitEffects): string {
  const count = (number: number, what: string) => `${number} ${what}${number === 1 ? '' : 's'}`;
  const place = `${from === null ? 'the new branch ' : ''}${branch} of ${repository.name}`;
  const opens = pullRequest === null ? '' : ` and open a ${pullRequest.draft ? 'draft ' : ''}pull request`;
  const said = shorten(pullRequest?.title ?? commits.at(-1)?.headline ?? '', 120);
  return `Push ${count(commits.length, 'commit')} (${count(sum.length, 'file')}) to ${place}${opens}: ${said}`;
}

function placeEffects({ branch, from, base, commits }: PushPlan): readonly Effect[] {
  const many = commits.length === 1 ? 'one new signed commit' : `${commits.length} new signed commits`;
  return fieldEffects(`branch ${branch}`, { head: [from, `${many} on ${from === null ? base.oid : 'top of it'}`] });
}

function pullRequestEffects({ pullRequest, branch, base }: PushPlan): readonly Effect[] {
  if (pullRequest === null) return [];
  const { title, body, draft } = pullRequest;
  return fieldEffects('pull request', {
    title: [null, title],
    text: [null, body],
    draft: [null, draft ? 'yes' : 'no'],
    from: [null, branch],
    to: [null, base.name],
  });
}

/** A lone commit does what the sum does. */
function shownOf({ commits }: PushPlan, { each }: CommitEffects): readonly Effect[] {
  return commits.flatMap((commit, index): readonly Effect[] => {
    const target = commits.length === 1 ? 'commit' : `commit ${index + 1} of ${commits.length}`;
    const fields = fieldEffects(target, {
      message: [null, joinMessage(commit)],
      'author as pushed (the signed commit names the App instead)': [null, commit.author],
    });
    return [...fields, ...(each[index] ?? []).map((file): FileEffect => ({ ...file, commit: index + 1 }))];
  });
}

function textsOf({ commits, pullRequest }: PushPlan): readonly NamedText[] {
  const texts = commits.flatMap((commit, index) => [
    { name: `the message of commit ${index + 1}`, text: joinMessage(commit) },
    { name: `the author of commit ${index + 1}`, text: commit.author },
  ]);
  if (pullRequest === null) return texts;
  const { title, body } = pullRequest;
  return [...texts, { name: 'the title', text: title }, { name: 'the pull request’s text', text: body }];
}

function lostBy({ from, pullRequest }: PushPlan): string[] {
  if (from === null)
    return pullRequest === null ? pullRequestRestoring.cannot.slice(1, 2) : pullRequestRestoring.cannot.slice(0, 2);
  return [...commitRestoring.cannot, ...(pullRequest === null ? [] : [staysOpen])];
}
