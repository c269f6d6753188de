import type { Bench } from './bench.ts';
import { askedOf, conversationOf, openThread } from './conversation.ts';
import {
  carryOut,
  type Kind,
  type Prepared,
  type Proposed,
  proposed,
  proposePullRequest,
  pullRequestOf,
  repository,
  restoreOf,
} from './prepare.ts';

/** What a tool is asked beside the pull request, where something has to be there for it. */
type Asking = (bench: Bench, number: number) => Promise<object>;
type Looking = (bench: Bench, branch: string) => Prepared['effects'];

/** Does something to a pull request of its own, and puts it back as often as it says. */
const onPullRequest =
  (tool: string, args: object | Asking, restores: 0 | 1, effects: Looking) =>
  async (bench: Bench): Promise<Proposed> => {
    const branch = bench.fresh();
    await carryOut(bench, await proposePullRequest(bench, branch));
    const { number } = await pullRequestOf(bench, branch);
    const more = typeof args === 'function' ? await args(bench, number) : args;
    const asked = { repository, number, reason: 'a fault is tried', ...more };
    const { change_id: made } = await bench.agent().call(tool, asked);
    const id = restores === 0 ? made : await restoreOf(bench, await carryOut(bench, made));
    return proposed(bench, id, effects(bench, branch), number);
  };

const changed = { body: 'Another text', draft: false, state: 'closed' };
const updated =
  (restored: boolean): Looking =>
  (bench, branch) =>
  async () => {
    const { body, draft, state } = await pullRequestOf(bench, branch);
    const count = (isChanged: boolean): number => (isChanged === restored ? 0 : 1);
    return {
      ...(restored ? { reopen_pull_request: count(state === 'closed') } : {}),
      edit_pull_request: count(body === changed.body),
      [restored ? 'convert_to_draft' : 'mark_ready']: count(draft === false),
      ...(restored ? {} : { close_pull_request: count(state === 'closed') }),
    };
  };

const words = 'A comment that is written once';
const said =
  (gone: boolean): Looking =>
  (bench, branch) =>
  async () => {
    const { number } = await pullRequestOf(bench, branch);
    const count = timesIn((await conversationOf(bench.suite, number)).said);
    return gone ? { delete_comment: count === 0 ? 1 : 0 } : { comment: count };
  };
const timesIn = (said: readonly string[]): number => said.filter((body) => body.includes(words)).length;

/** A conversation at a line that somebody began. */
const inThread =
  (name: 'thread' | 'in_reply_to'): Asking =>
  async (bench, number) => ({ [name]: await openThread(bench.suite, number, 'docs/soak.md') });

const inReply: Asking = async (bench, number) => ({ body: words, ...(await inThread('in_reply_to')(bench, number)) });
const resolving: Asking = async (bench, number) => ({ reply: words, ...(await inThread('thread')(bench, number)) });
const resolved =
  (restored: boolean): Looking =>
  (bench, branch) =>
  async () => {
    const { number } = await pullRequestOf(bench, branch);
    const { said, threads } = await conversationOf(bench.suite, number);
    const settled = threads.filter(({ isResolved }) => isResolved).length;
    if (!restored) return { comment: timesIn(said), resolve_thread: settled };
    return { delete_comment: timesIn(said) === 0 ? 1 : 0, reopen_thread: 1 - settled };
  };

const reviewer = 'bob';
const asked =
  (restored: boolean): Looking =>
  (bench, branch) =>
  async () => {
    const { number } = await pullRequestOf(bench, branch);
    const count = (await askedOf(bench.suite, number)).filter((login) => login === reviewer).length;
    return restored ? { withdraw_requests: 1 - count } : { request_reviews: count };
  };
const requested = { reviewers: [reviewer] };

export const pullRequestKinds: readonly Kind[] = [
  { name: 'update', prepare: onPullRequest('update_pull_request', changed, 0, updated(false)) },
  { name: 'restore-update', prepare: onPullRequest('update_pull_request', changed, 1, updated(true)) },
  { name: 'comment', once: true, prepare: onPullRequest('comment_on_pull_request', { body: words }, 0, said(false)) },
  { name: 'restore-comment', prepare: onPullRequest('comment_on_pull_request', { body: words }, 1, said(true)) },
  {
    name: 'reply',
    once: true,
    prepare: onPullRequest('comment_on_pull_request', inReply, 0, said(false)),
  },
  { name: 'restore-reply', prepare: onPullRequest('comment_on_pull_request', inReply, 1, said(true)) },
  { name: 'resolve', once: true, prepare: onPullRequest('resolve_review_thread', resolving, 0, resolved(false)) },
  { name: 'restore-resolve', prepare: onPullRequest('resolve_review_thread', resolving, 1, resolved(true)) },
  { name: 'request-reviews', prepare: onPullRequest('request_reviews', requested, 0, asked(false)) },
  { name: 'restore-request-reviews', prepare: onPullRequest('request_reviews', requested, 1, asked(true)) },
];
