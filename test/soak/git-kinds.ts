import { pushTo } from '#test/e2e/push.ts';
import type { Bench } from './bench.ts';
import {
  addCommit,
  carryOut,
  commitsOf,
  type Effects,
  type Kind,
  onBranch,
  proposed,
  proposePullRequest,
  pullRequestsOf,
  repository,
  restoreOf,
} from './prepare.ts';

const script = { path: 'docs/run.sh', content: '#!/bin/sh\n', executable: true };

/** A commit that `createCommitOnBranch` cannot make. */
const commitModes: Kind = {
  name: 'commit-modes',
  prepare: async (bench) => {
    const branch = bench.fresh();
    await carryOut(bench, await proposePullRequest(bench, branch));
    const asked = { repository, branch, message: 'Add a script', reason: 'a fault is tried', files: [script] };
    return onBranch(bench, branch, (await bench.agent().call('commit_files', asked)).change_id);
  },
};

/** How often each of these commits of a change is on its branch. */
function commitsNamed(bench: Bench, { branch, id, headlines }: { branch: string; id: string; headlines: string[] }) {
  if (commitsOf(bench, branch, id) === 0) return headlines.map(() => 0);
  const range = `main..refs/heads/${branch}`;
  const made = bench.git.run('log', '--format=%s', `--grep=^Change-Id: ${id}/`, range).split('\n');
  return headlines.map((headline) => made.filter((each) => each === headline).length);
}

const headlines = ['One', 'Two'];

/** All of them as one step: some of them alone would be neither done nor not done. */
function asOne(counts: readonly number[]): number {
  const [first = 0] = counts;
  if (counts.some((count) => count !== first)) throw new Error(`there are only some of the commits: ${counts}`);
  return first;
}

/** A pull request of several commits, each a step; or, with modes, all of them built before they are seen. */
const openSeveral = (modes: boolean): Kind => ({
  name: modes ? 'open-several-modes' : 'open-several',
  prepare: async (bench) => {
    const branch = bench.fresh();
    const commits = headlines.map((message) => ({
      message,
      files: [{ path: `docs/${message}.md`, content: `${branch}\n` }, ...(modes && message === 'Two' ? [script] : [])],
    }));
    const asked = { repository, branch, title: `Work on ${branch}`, reason: 'a fault is tried', commits };
    const { change_id: id } = await bench.agent().call('propose_pull_request', asked);
    const effects = async (): Promise<Effects> => {
      const counts = commitsNamed(bench, { branch, id, headlines });
      const [commit = 0, commit_2 = 0] = counts;
      const made = bench.git.branches()[branch] === undefined ? 0 : 1;
      return {
        ...(modes ? { commit: asOne(counts) } : { create_branch: made, commit, commit_2 }),
        open_pull_request: (await pullRequestsOf(bench, branch)).length,
      };
    };
    return proposed(bench, id, effects);
  },
});

/** Two commits, pushed; answers the change that came of it. */
function pushTwo({ suite }: Bench, branch: string, from: string, options: readonly string[] = []): string {
  const commits = headlines.map((message) => ({
    message,
    files: { [`docs/${message}.md`]: `${branch}\n`, 'docs/pushed.sh': `${message}\n` },
  }));
  return pushTo(suite, { branch, from, commits, options });
}

/** A push that makes its branch and opens a pull request. */
const pushNew = (restored: boolean): Kind => ({
  name: restored ? 'restore-push' : 'push',
  prepare: async (bench) => {
    const branch = bench.fresh();
    const pushed = pushTwo(bench, branch, 'main', ['-o', 'pr']);
    const pulls = () => pullRequestsOf(bench, branch);
    if (!restored) {
      const commits = () => asOne(commitsNamed(bench, { branch, id: pushed, headlines }));
      return proposed(bench, pushed, async () => ({ commit: commits(), open_pull_request: (await pulls()).length }));
    }
    const id = await restoreOf(bench, await carryOut(bench, pushed));
    const effects = async (): Promise<Effects> => ({
      close_pull_request: (await pulls()).filter(({ state }) => state === 'closed').length,
      delete_branch: bench.git.branches()[branch] === undefined ? 1 : 0,
    });
    return proposed(bench, id, effects);
  },
});

/** A push onto a branch that is there. */
const pushOnto = (restored: boolean): Kind => ({
  name: restored ? 'restore-push-onto' : 'push-onto',
  prepare: async (bench) => {
    const branch = bench.fresh();
    await carryOut(bench, await proposePullRequest(bench, branch));
    const pushed = pushTwo(bench, branch, branch);
    if (restored) return onBranch(bench, branch, await restoreOf(bench, await carryOut(bench, pushed)));
    const commits = () => asOne(commitsNamed(bench, { branch, id: pushed, headlines }));
    return proposed(bench, pushed, async () => ({ commit: commits() }));
  },
});

const updateBranch = (restored: boolean): Kind => ({
  name: restored ? 'restore-update-branch' : 'update-branch',
  prepare: async (bench) => {
    const [base, branch] = [bench.fresh(), bench.fresh()];
    await carryOut(bench, await proposePullRequest(bench, base));
    const files = [{ path: 'docs/mine.md', content: `${branch}\n` }];
    const asked = { repository, reason: 'a fault is tried' };
    const opening = { ...asked, branch, base, title: `Work on ${branch}`, files };
    await carryOut(bench, (await bench.agent().call('propose_pull_request', opening)).change_id);
    await addCommit(bench, base, [{ path: 'docs/theirs.md', content: `${base}\n` }]);
    const [{ number }] = await pullRequestsOf(bench, branch);
    const head = bench.git.branches()[branch];
    const { change_id: made } = await bench.agent().call('update_branch', { ...asked, number });
    if (restored) {
      const id = await restoreOf(bench, await carryOut(bench, made));
      return proposed(bench, id, async () => ({ move_branch: bench.git.branches()[branch] === head ? 1 : 0 }));
    }
    const merges = () =>
      bench.git.run('rev-list', '--merges', `main..refs/heads/${branch}`).split('\n').filter(Boolean).length;
    return proposed(bench, made, async () => ({ update_branch: merges() }));
  },
});

/** Writes that are built from git objects, or of several commits, or come by a push. */
export const gitKinds: readonly Kind[] = [
  ...[commitModes, openSeveral(false), openSeveral(true)],
  ...[pushNew(false), pushNew(true), pushOnto(false), pushOnto(true)],
  ...[updateBranch(false), updateBranch(true)],
];
