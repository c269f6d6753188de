import type { RepoState } from '#capabilities/repo/types.ts';
import type { Done, DoneBy, Receipts } from '#shared/tools/index.ts';
import type { CommitFilesPlan } from '../commit-description.ts';
import { fileIn } from '../file-plan.ts';
import type { PullRequestPlan } from '../pull-request/plan.ts';
import { pushedPaths } from './input.ts';
import { type PushCommitsPlan, type PushedCommit, type PushPlan, pushCommitsPlan } from './plan.ts';

/**
 * What a push did is what other tools do: files of a branch, as a commit, or a branch and its pull request, as a
 * proposed one. It is compared, put back and joined with other changes as what it is.
 */
export type View =
  | { readonly as: 'commit_files'; readonly plan: CommitFilesPlan }
  | { readonly as: 'propose_pull_request'; readonly plan: PullRequestPlan };

/** `before` is the state that the push began on. */
export function viewOf(plan: PushCommitsPlan, before: RepoState): View {
  if (plan.kind === 'put_back') {
    const { kind: _kind, ...commit } = plan;
    return { as: 'commit_files', plan: commit };
  }
  if (plan.kind !== 'push') return { as: 'propose_pull_request', plan };
  const { repository, branch, base, from } = plan;
  const [first] = plan.commits;
  const files = sumPlan(plan, before);
  const { headline, body } = first ?? { headline: '', body: '' };
  if (from !== null) {
    const at = { repository, branch, expectedHead: from };
    return { as: 'commit_files', plan: { ...at, headline, body, ...files, overwrites: [] } };
  }
  const pullRequest = plan.pullRequest ?? { title: headline, body: '', draft: true };
  const open = { repository, branch, base, headline, body, ...files, pullRequest };
  return { as: 'propose_pull_request', plan: { kind: 'open', ...open } };
}

/** The receipts as the other tools have them: a push that moved a new branch made it. */
export function receiptsOf(plan: PushCommitsPlan, receipts: Receipts): Receipts {
  if (plan.kind !== 'push' || plan.from !== null || receipts['commit'] === undefined) return receipts;
  return { create_branch: { branch: plan.branch, oid: plan.base.oid }, ...receipts };
}

/** What each path is after the last commit that writes it. */
function lastFiles({ commits }: Pick<PushPlan, 'commits'>): readonly PushedCommit['files'][number][] {
  const last = new Map(commits.flatMap(({ files }) => files.map((file) => [file.path, file] as const)));
  return pushedPaths(commits).flatMap((path) => last.get(path) ?? []);
}

/** The files that are otherwise after the push than before it. */
function sumPlan(plan: PushPlan, before: RepoState): Pick<CommitFilesPlan, 'additions' | 'deletions' | 'via'> {
  const files = lastFiles(plan);
  return {
    via: 'git_data',
    additions: files.flatMap((file) => {
      if ('delete' in file) return [];
      const { path, content, mode } = file;
      const there = fileIn(before, path);
      const isSame = there?.content.sha256 === content.sha256 && there.mode === mode;
      return isSame ? [] : [{ path, content, mode, movedFrom: null }];
    }),
    deletions: files.flatMap((file) => ('delete' in file && fileIn(before, file.path) !== null ? [file.path] : [])),
  };
}

/** A push, or its undo, as a change of the tool that it is like; null for a change of any other tool. */
export function viewOfDone(done: DoneBy): (DoneBy & { readonly tool: View['as'] }) | null {
  const plan = pushCommitsPlan.safeParse(done.plan);
  if (done.tool !== 'push_commits' || !plan.success) return null;
  return asView({ ...done, plan: plan.data, before: done.before as RepoState });
}

type DonePush = Omit<Done<unknown, PushCommitsPlan>, 'before'> & { readonly before: RepoState };

/** The same with what it is seen as. */
export function asView(done: DonePush): DoneBy & { readonly tool: View['as'] } {
  const view = viewOf(done.plan, done.before);
  return { ...done, tool: view.as, plan: view.plan, receipts: receiptsOf(done.plan, done.receipts) };
}
