import type { Answered } from '#test/e2e/people.ts';
import type { Bench } from './bench.ts';
import type { VendorName } from './vendors/vendor.ts';

/** How often a step took effect at the backend, as git and forge have it, whatever the ledger says. */
export type Effects = Readonly<Record<string, number>>;

/** What begins at a person's word, and how to find out what it did. */
export type Prepared = {
  /** Gives that word; answers the change that a fault is played in. */
  readonly begin: () => Promise<string>;
  readonly effects: () => Promise<Effects>;
  /** Of the pull request, where requests name it. */
  readonly number?: number;
};

/** A change that waits for its approval. */
export type Proposed = Prepared & {
  readonly id: string;
  /** The changes of a chain that the tracker is written to by, in order; the change alone unless given. */
  readonly writes?: readonly string[];
};

/** What writes go to besides GitHub: the embedded tracker, the embedded pages, or a vendor's stand-in. */
export type On = 'tickets' | 'pages' | VendorName;

/** A kind of write: everything before its approval, without a fault. */
export type Kind = {
  readonly name: string;
  readonly prepare: (bench: Bench) => Promise<Proposed>;
  /** What it writes to; GitHub unless given. */
  readonly on?: On;
  /** What it needs besides. */
  readonly also?: 'tickets';
  /** It is several changes, one after the other. */
  readonly several?: true;
  /** It is written as another kind is, of which everything is tried: of this one, only what is done right at the write. */
  readonly like?: string;
  /** The backend would do it twice, so that what was not answered and is not found is for a person to settle. */
  readonly once?: true;
};

/** Work that begins otherwise than by an approval, and ends in front of the approvers. */
export type Planning = {
  readonly name: string;
  readonly on?: never;
  readonly prepare: (bench: Bench) => Promise<Prepared>;
};

export const proposed = (bench: Bench, id: string, effects: Prepared['effects'], number?: number): Proposed => ({
  id,
  effects,
  ...(number === undefined ? {} : { number }),
  begin: async () => {
    await bench.person.approve(id);
    return id;
  },
});

/** Approves a change that waits for it; one that does not any more is left alone. */
export async function approveWaiting(bench: Bench, id: string): Promise<void> {
  const { status } = await bench.person.change(id);
  if (status === 'pending_approval') await bench.person.approve(id);
}

export const repository = 'acme/storefront';

export async function carryOut(bench: Bench, id: string): Promise<string> {
  const done = await bench.person.carryOut(id);
  if (done.status !== 'applied') throw new Error(`a change without a fault is ${done.status}: ${done.note}`);
  return id;
}

export async function restoreOf(bench: Bench, id: string): Promise<string> {
  const planned = await bench.person.restore(id);
  if (planned.status !== 'pending_approval') throw new Error(`a restore is ${planned.status}: ${planned.note}`);
  return planned.change_id;
}

export async function proposePullRequest(bench: Bench, branch: string): Promise<string> {
  const files = [{ path: 'docs/soak.md', content: `${branch}\n` }];
  const args = { repository, branch, title: `Work on ${branch}`, reason: 'a fault is tried', files };
  return (await bench.agent().call('propose_pull_request', args)).change_id;
}

export async function proposeCommit(bench: Bench, branch: string): Promise<string> {
  const files = [
    { path: 'docs/soak.md', content: 'changed\n' },
    { path: 'docs/more.md', content: 'added\n' },
  ];
  const args = { repository, branch, message: 'Change files', reason: 'a fault is tried', files };
  return (await bench.agent().call('commit_files', args)).change_id;
}

/** Commits files onto a branch, without a fault. */
export async function addCommit(bench: Bench, branch: string, files: readonly object[]): Promise<string> {
  const asked = { repository, branch, message: 'Change files', reason: 'a fault is tried', files };
  return carryOut(bench, (await bench.agent().call('commit_files', asked)).change_id);
}

export const commitsOf = ({ git }: Bench, branch: string, id: string): number =>
  git.branches()[branch] === undefined
    ? 0
    : git.run('rev-list', `--grep=^Change-Id: ${id}/`, `refs/heads/${branch}`).split('\n').filter(Boolean).length;

export async function pullRequestsOf(bench: Bench, branch: string): Promise<readonly Answered[]> {
  const found = await bench.agent().call('list_pull_requests', { repository, state: 'all', head: branch });
  return found.pull_requests;
}

export const onBranch = (bench: Bench, branch: string, id: string): Proposed =>
  proposed(bench, id, async () => ({ commit: commitsOf(bench, branch, id) }));

export async function pullRequestOf(bench: Bench, branch: string): Promise<Answered> {
  const [{ number }] = await pullRequestsOf(bench, branch);
  return bench.agent().call('get_pull_request', { repository, number });
}
