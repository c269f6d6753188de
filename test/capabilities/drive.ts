import { mergePullRequest } from '#capabilities/repo-merge/merge_pull_request.ts';
import { commentOnPullRequest } from '#capabilities/repo-write/comment_on_pull_request.ts';
import { commitFiles } from '#capabilities/repo-write/commit_files.ts';
import { deleteBranch } from '#capabilities/repo-write/delete_branch.ts';
import { proposePullRequest } from '#capabilities/repo-write/propose_pull_request.ts';
import { pushCommits } from '#capabilities/repo-write/push_commits.ts';
import { requestReviews } from '#capabilities/repo-write/request_reviews.ts';
import { resolveReviewThread } from '#capabilities/repo-write/resolve_review_thread.ts';
import { updateBranch } from '#capabilities/repo-write/update_branch.ts';
import { updatePullRequest } from '#capabilities/repo-write/update_pull_request.ts';
import { stageContents } from '#shared/changes/contents.ts';
import type { Contents, Description, Json, Mark, Refusal, RestoreChoice } from '#shared/tools/index.ts';
import { decidedOrigin } from '#test/fakes/origin.ts';
import { FakeRepository } from '#test/fakes/repository.ts';

export const writeTools = {
  commit_files: commitFiles,
  propose_pull_request: proposePullRequest,
  update_pull_request: updatePullRequest,
  comment_on_pull_request: commentOnPullRequest,
  resolve_review_thread: resolveReviewThread,
  request_reviews: requestReviews,
  update_branch: updateBranch,
  delete_branch: deleteBranch,
  push_commits: pushCommits,
  merge_pull_request: mergePullRequest,
};

export const mark: Mark = { changeId: 'chg_01hzzzzzzzzzzzzzzzzzzzzzzz', token: '0123456789abcdef0123456789abcdef' };
export const otherMark: Mark = { ...mark, token: 'ffffffffffffffffffffffffffffffff' };

/** What each of them asks last: that the default branch is held as the scope requires. */
export const safeguardsAsk = {
  ...{ want: 'write', repository: 'acme/web', defaultBranch: 'main' },
  safeguards: new FakeRepository({}).safeguards,
};

/** One change and what it left, as the mechanism keeps it: everything has been through JSON and the tool's schemas. */
export type Done = {
  readonly name: keyof typeof writeTools;
  readonly plan: unknown;
  readonly before: unknown;
  readonly after: unknown;
  readonly receipts: { readonly [step: string]: Json };
  readonly contents: Contents;
};

export type Proposal = Omit<Done, 'after' | 'receipts'> & { readonly description: Description };

/** Takes a call of a write tool as far as the approver. */
export async function propose(
  repository: FakeRepository,
  name: keyof typeof writeTools,
  args: Record<string, unknown>,
): Promise<Proposal> {
  const tool = writeTools[name];
  const contents = stageContents();
  const input = tool.input.parse({ repository: 'acme/web', reason: 'because', ...args });
  tool.asks(input);
  const before = tool.state.parse(throughJson(await tool.snapshot(input, repository.reader(), contents)));
  tool.resolved(input, before);
  return describe(
    name,
    tool.prepare(input, before, contents, () => true),
    before,
    contents,
  );
}

function describe(name: keyof typeof writeTools, made: unknown, before: unknown, contents: Contents): Proposal {
  const tool = writeTools[name];
  const plan = tool.plan.parse(throughJson(made));
  return { name, plan, before, contents, description: tool.describe(plan, before, contents) };
}

/** Runs the steps of a plan, all of them unless `until` names the last one, and looks at what they left. */
export async function carryOut(
  repository: FakeRepository,
  proposal: Proposal,
  options: { readonly mark?: Mark; readonly until?: string } = {},
): Promise<Done> {
  const tool = writeTools[proposal.name];
  const { plan, before, contents } = proposal;
  const receipts: Record<string, Json> = {};
  for (const step of tool.steps(plan)) {
    const use = {
      write: repository.writer(),
      mark: options.mark ?? mark,
      earlier: receipts,
      contents,
      origin: decidedOrigin,
      goOn: async () => {},
    };
    receipts[step.name] = throughJson(await step.run(use)) as Json;
    if (step.name === options.until) break;
  }
  const after = tool.state.parse(
    throughJson(await tool.observe(plan, before, receipts, repository.reader(), contents)),
  );
  return { ...proposal, after, receipts };
}

/** Plans the undo of a change from what is there now. */
export async function planRestore(
  repository: FakeRepository,
  done: Done,
  choice: RestoreChoice = 'refuse',
): Promise<Proposal | Refusal> {
  const tool = writeTools[done.name];
  const observed = await tool.observe(done.plan, done.before, done.receipts, repository.reader(), done.contents);
  const now = tool.state.parse(throughJson(observed));
  const result = tool.restore(single(done), now, choice);
  return 'refused' in result ? result : describe(done.name, result.plan, now, done.contents);
}

/** A change that stands for itself. */
export const single = (done: Done) => ({ ...done, first: done.before, between: [] as readonly string[] });

/** Plans and carries out the undo of a change; throws when it is refused. */
export async function restore(repository: FakeRepository, done: Done, choice: RestoreChoice = 'refuse'): Promise<Done> {
  const planned = await planRestore(repository, done, choice);
  if ('refused' in planned) throw new Error(planned.refused);
  return carryOut(repository, planned, { mark: otherMark });
}

/** What every plan of a commit says. */
export const proposed = ({ plan }: Pick<Done, 'plan'>) => plan as { readonly expectedHead: string };

/** The step of a plan by its name. */
export function stepOf(proposal: Proposal, name: string) {
  const step = writeTools[proposal.name].steps(proposal.plan).find((each) => each.name === name);
  if (step === undefined) throw new Error(`no step ${name}`);
  return step;
}

/** Asks a step whether it took effect. */
export function landed(repository: FakeRepository, proposal: Proposal, name: string) {
  return stepOf(proposal, name).landed(repository.reader(), mark, {}, proposal.contents);
}

function throughJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
