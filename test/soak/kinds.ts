import { gitKinds } from './git-kinds.ts';
import { pageKinds } from './page-kinds.ts';
import {
  carryOut,
  commitsOf,
  type Effects,
  type Kind,
  onBranch,
  type Planning,
  proposeCommit,
  proposed,
  proposePullRequest,
  pullRequestsOf,
  repository,
  restoreOf,
} from './prepare.ts';
import { pullRequestKinds } from './pull-request-kinds.ts';
import { quarantineKinds } from './quarantine-kinds.ts';
import { ticketKinds } from './ticket-kinds.ts';
import { vendorKinds } from './vendor-kinds.ts';
import { wideKinds } from './wide-kinds.ts';

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
  ...gitKinds,
  ...[deleteBranch(0), deleteBranch(1), merge(0), merge(1)],
  ...ticketKinds,
  ...pageKinds,
  ...quarantineKinds,
  ...wideKinds,
  ...vendorKinds,
];
