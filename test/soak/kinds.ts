import type { Answered } from '#test/e2e/people.ts';
import { ended, pauses } from '#test/e2e/people.ts';
import type { Bench } from './bench.ts';
import { commentsOf } from './conversation.ts';

/** How often a step took effect at the backend, as git and forge have it, whatever the ledger says. */
export type Effects = Readonly<Record<string, number>>;

/** What begins at a person's word, and how to find out what it did. */
export type Prepared = {
  /** Gives that word; answers the change that a fault is played in. */
  readonly begin: () => Promise<string>;
  readonly effects: () => Promise<Effects>;
};

/** A change that waits for its approval. */
export type Proposed = Prepared & { readonly id: string };

/** A kind of write: everything before its approval, without a fault. */
export type Kind = {
  readonly name: string;
  readonly prepare: (bench: Bench) => Promise<Proposed>;
  /** The backend would do it twice, so that what was not answered and is not found is for a person to settle. */
  readonly once?: true;
};

/** Work that begins otherwise than by an approval, and ends in front of the approvers. */
export type Planning = { readonly name: string; readonly prepare: (bench: Bench) => Promise<Prepared> };

const proposed = (bench: Bench, id: string, effects: Prepared['effects']): Proposed => ({
  id,
  effects,
  begin: async () => {
    await bench.person.approve(id);
    return id;
  },
});

const repository = 'acme/storefront';

async function carryOut(bench: Bench, id: string): Promise<string> {
  const done = await bench.person.carryOut(id);
  if (done.status !== 'applied') throw new Error(`a change without a fault is ${done.status}: ${done.note}`);
  return id;
}

async function restoreOf(bench: Bench, id: string): Promise<string> {
  const planned = await bench.person.restore(id);
  if (planned.status !== 'pending_approval') throw new Error(`a restore is ${planned.status}: ${planned.note}`);
  return planned.change_id;
}

async function proposePullRequest(bench: Bench, branch: string): Promise<string> {
  const files = [{ path: 'docs/soak.md', content: `${branch}\n` }];
  const args = { repository, branch, title: `Work on ${branch}`, reason: 'a fault is tried', files };
  return (await bench.agent().call('propose_pull_request', args)).change_id;
}

async function proposeCommit(bench: Bench, branch: string): Promise<string> {
  const files = [
    { path: 'docs/soak.md', content: 'changed\n' },
    { path: 'docs/more.md', content: 'added\n' },
  ];
  const args = { repository, branch, message: 'Change files', reason: 'a fault is tried', files };
  return (await bench.agent().call('commit_files', args)).change_id;
}

const commitsOf = ({ git }: Bench, branch: string, id: string): number =>
  git.branches()[branch] === undefined
    ? 0
    : git.run('rev-list', `--grep=^Change-Id: ${id}/`, `refs/heads/${branch}`).split('\n').filter(Boolean).length;

async function pullRequestsOf(bench: Bench, branch: string): Promise<readonly Answered[]> {
  const found = await bench.agent().call('list_pull_requests', { repository, state: 'all', head: branch });
  return found.pull_requests;
}

const onBranch = (bench: Bench, branch: string, id: string): Proposed =>
  proposed(bench, id, async () => ({ commit: commitsOf(bench, branch, id) }));

const open: Kind = {
  name: 'open',
  prepare: async (bench) => {
    const branch = bench.fresh();
    const id = await proposePullRequest(bench, branch);
    const effects = async (): Promise<Effects> => ({
      create_branch: bench.git.branches()[branch] === undefined ? 0 : 1,
      commit: commitsOf(bench, branch, id),
      open_pull_request: (await pullRequestsOf(bench, branch)).length,
    });
    return proposed(bench, id, effects);
  },
};

const commit: Kind = {
  name: 'commit',
  prepare: async (bench) => {
    const branch = bench.fresh();
    await carryOut(bench, await proposePullRequest(bench, branch));
    return onBranch(bench, branch, await proposeCommit(bench, branch));
  },
};

const restoreCommit = (times: 1 | 2): Kind => ({
  name: times === 1 ? 'restore-commit' : 'restore-restore-commit',
  prepare: async (bench) => {
    const branch = bench.fresh();
    await carryOut(bench, await proposePullRequest(bench, branch));
    let last = await carryOut(bench, await proposeCommit(bench, branch));
    if (times === 2) last = await carryOut(bench, await restoreOf(bench, last));
    return onBranch(bench, branch, await restoreOf(bench, last));
  },
});

const withdraw: Kind = {
  name: 'restore-open',
  prepare: async (bench) => {
    const branch = bench.fresh();
    const id = await restoreOf(bench, await carryOut(bench, await proposePullRequest(bench, branch)));
    const effects = async (): Promise<Effects> => ({
      close_pull_request: (await pullRequestsOf(bench, branch)).filter(({ state }) => state === 'closed').length,
      delete_branch: bench.git.branches()[branch] === undefined ? 1 : 0,
    });
    return proposed(bench, id, effects);
  },
};

const reopen: Kind = {
  name: 'restore-restore-open',
  prepare: async (bench) => {
    const branch = bench.fresh();
    const made = await carryOut(bench, await proposePullRequest(bench, branch));
    const head = bench.git.branches()[branch];
    const id = await restoreOf(bench, await carryOut(bench, await restoreOf(bench, made)));
    const effects = async (): Promise<Effects> => ({
      create_branch: bench.git.branches()[branch] === head ? 1 : 0,
      reopen_pull_request: (await pullRequestsOf(bench, branch)).filter(({ state }) => state === 'open').length,
    });
    return proposed(bench, id, effects);
  },
};

async function pullRequestOf(bench: Bench, branch: string): Promise<Answered> {
  const [{ number }] = await pullRequestsOf(bench, branch);
  return bench.agent().call('get_pull_request', { repository, number });
}

/** Does something to a pull request of its own, and puts it back as often as it says. */
const onPullRequest =
  (tool: string, args: object, restores: 0 | 1, effects: (bench: Bench, branch: string) => Prepared['effects']) =>
  async (bench: Bench): Promise<Proposed> => {
    const branch = bench.fresh();
    await carryOut(bench, await proposePullRequest(bench, branch));
    const { number } = await pullRequestOf(bench, branch);
    const asked = { repository, number, reason: 'a fault is tried', ...args };
    const { change_id: made } = await bench.agent().call(tool, asked);
    const id = restores === 0 ? made : await restoreOf(bench, await carryOut(bench, made));
    return proposed(bench, id, effects(bench, branch));
  };

const changed = { body: 'Another text', draft: false, state: 'closed' };
const updated =
  (restored: boolean) =>
  (bench: Bench, branch: string): Prepared['effects'] =>
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
  (gone: boolean) =>
  (bench: Bench, branch: string): Prepared['effects'] =>
  async () => {
    const { number } = await pullRequestOf(bench, branch);
    const count = (await commentsOf(bench.suite, number)).filter((body) => body.includes(words)).length;
    return gone ? { delete_comment: count === 0 ? 1 : 0 } : { comment: count };
  };

const pullRequestKinds: readonly Kind[] = [
  { name: 'update', prepare: onPullRequest('update_pull_request', changed, 0, updated(false)) },
  { name: 'restore-update', prepare: onPullRequest('update_pull_request', changed, 1, updated(true)) },
  { name: 'comment', once: true, prepare: onPullRequest('comment_on_pull_request', { body: words }, 0, said(false)) },
  { name: 'restore-comment', prepare: onPullRequest('comment_on_pull_request', { body: words }, 1, said(true)) },
];

const deleteBranch = (restores: 0 | 1): Kind => ({
  name: restores === 0 ? 'delete-branch' : 'restore-delete-branch',
  prepare: async (bench) => {
    const branch = bench.fresh();
    await carryOut(bench, await proposePullRequest(bench, branch));
    const head = bench.git.branches()[branch];
    const asked = { repository, branch, reason: 'a fault is tried' };
    const { change_id: made } = await bench.agent().call('delete_branch', asked);
    const is = (at: string | undefined): number => (bench.git.branches()[branch] === at ? 1 : 0);
    if (restores === 0) return proposed(bench, made, async () => ({ delete_branch: is(undefined) }));
    const id = await restoreOf(bench, await carryOut(bench, made));
    return proposed(bench, id, async () => ({ create_branch: is(head) }));
  },
});

/** Merges one branch of its own into another: what goes to the default branch, forge wants reviewed. */
const merge = (restores: 0 | 1): Kind => ({
  name: restores === 0 ? 'merge' : 'restore-merge',
  ...(restores === 0 ? {} : { once: true }),
  prepare: async (bench) => {
    const base = bench.fresh();
    const branch = bench.fresh();
    await carryOut(bench, await proposePullRequest(bench, base));
    const files = [{ path: 'docs/merged.md', content: `${branch}\n` }];
    const asked = { repository, reason: 'a fault is tried' };
    const opening = { ...asked, branch, base, title: `Work on ${branch}`, draft: false, files };
    await carryOut(bench, (await bench.agent().call('propose_pull_request', opening)).change_id);
    const [{ number }] = await pullRequestsOf(bench, branch);
    const wanted = { ...asked, number, method: 'merge', expected_head: bench.git.branches()[branch] };
    const { change_id: made } = await bench.agent().call('merge_pull_request', wanted);
    if (restores === 0)
      return proposed(bench, made, async () => ({ merge_pull_request: commitsOf(bench, base, made) }));
    const id = await restoreOf(bench, await carryOut(bench, made));
    const reverts = () => pullRequestsOf(bench, `revert-${number}-${branch}`);
    return proposed(bench, id, async () => ({ revert_pull_request: (await reverts()).length }));
  },
});

/** The plan of a restore: what is asked before anybody may approve it. */
const planRestore: Planning = {
  name: 'plan-restore',
  prepare: async (bench) => {
    const branch = bench.fresh();
    await carryOut(bench, await proposePullRequest(bench, branch));
    const made = await carryOut(bench, await proposeCommit(bench, branch));
    let id = '';
    return {
      begin: async () => {
        const asked = { reason: 'put it back', choice: 'refuse' };
        id = (await bench.person.post(`/api/changes/${made}/restore`, asked)).body.change_id;
        return id;
      },
      effects: async () => ({ commit: commitsOf(bench, branch, id) }),
    };
  },
};

/** What only reads, and is followed by a write without a fault. */
export const plannings: readonly Planning[] = [planRestore];

/** Every kind of write that the tools know, each with its restore and the restore of that. */
export const kinds: readonly Kind[] = [
  ...[open, commit, withdraw, restoreCommit(1), reopen, restoreCommit(2)],
  ...pullRequestKinds,
  ...[deleteBranch(0), deleteBranch(1), merge(0), merge(1)],
];

/** Waits until a change has ended, or waits for its approval; answers how it stands then, or when the time is over. */
export async function planned(bench: Bench, id: string, withinMs: number): Promise<Answered> {
  return reached(bench, id, [...ended, 'pending_approval'], withinMs);
}

/** Waits until a change has ended; answers how it stands after that, or when the time is over. */
export function settled(bench: Bench, id: string, withinMs: number): Promise<Answered> {
  return reached(bench, id, ended, withinMs);
}

/** How long it may take until what was not answered is found. */
const lookMs = 8_000;

/** As {@link settled}, where a change of which nothing is found stays in doubt until a person says what became of it. */
export function settledOrInDoubt(bench: Bench, id: string): Promise<Answered> {
  return reached(bench, id, ended, lookMs);
}

async function reached(bench: Bench, id: string, states: readonly string[], withinMs: number): Promise<Answered> {
  const deadline = performance.now() + withinMs;
  for (const pause of pauses()) {
    const { body } = await bench.person.get(`/api/changes/${id}/progress`);
    if (states.includes(body?.status) || performance.now() > deadline) return body;
    await pause();
  }
}
