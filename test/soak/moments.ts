import Database from 'better-sqlite3';
import { ended, patienceMs } from '#test/e2e/people.ts';
import type { Bench } from './bench.ts';
import { holdLock, lockedFor } from './lock.ts';
import { pause } from './pause.ts';
import type { Random } from './random.ts';

/** What is done to the suite at a moment that no request of the backend marks. Answers whether it came to that. */
export type Moment = {
  readonly name: string;
  readonly play: (bench: Bench, id: string, random: Random) => Promise<boolean>;
};

/**
 * Calls `work` right after the n-th commit that the ledger (or another file) shows from now on, whoever made it. Commits that follow each
 * other within a look count as one. Answers false when the change ended before.
 */
export async function atCommit(
  bench: Bench,
  id: string,
  nth: number,
  work: () => Promise<void>,
  file = bench.ledger,
): Promise<boolean> {
  const database = new Database(bench.ledger, { readonly: true, timeout: 10_000 });
  const watched = file === bench.ledger ? database : new Database(file, { readonly: true, timeout: 10_000 });
  try {
    const version = watched.prepare('pragma data_version').pluck();
    const status = database.prepare('select status from changes where id = ?').pluck();
    const deadline = performance.now() + patienceMs;
    let seen = version.get();
    let count = 0;
    while (performance.now() < deadline) {
      const now = version.get();
      if (now === seen) {
        // In another file than the ledger, the end of the change is no commit.
        const isOver = watched !== database && ended.includes(String(status.get(id)));
        if (isOver && version.get() === seen) return false;
        // Others need the core too, on a machine with few of them.
        await new Promise((resolve) => setImmediate(resolve));
        continue;
      }
      seen = now;
      count += 1;
      if (count === nth) {
        await work();
        return true;
      }
      if (ended.includes(String(status.get(id)))) return false;
    }
    return false;
  } finally {
    watched.close();
    database.close();
  }
}

const commits = 14;

const killGithub = (nth: number): Moment => ({
  name: `kill github at commit ${nth}`,
  play: async (bench, id) => {
    const killed = atCommit(bench, id, nth, () => bench.kill('github'));
    await bench.person.approve(id);
    const reached = await killed;
    if (reached) await bench.start('github');
    return reached;
  },
});

const lockAtCommit = (nth: number): Moment => ({
  name: `ledger locked 2 s at commit ${nth}`,
  play: async (bench, id) => {
    const locked = atCommit(bench, id, nth, () => lockedFor(bench.ledger, 2_000));
    await bench.person.approve(id);
    return locked;
  },
});

/** A decision that nobody knows the fate of is looked at, and made again where it is not there. */
async function decideAgain(bench: Bench, id: string): Promise<void> {
  await bench.start('approvals');
  const { status } = await bench.person.change(id);
  if (status === 'pending_approval') await bench.person.approve(id);
}

export const killApprovals: readonly Moment[] = [
  {
    name: 'kill approvals while it decides',
    play: async (bench, id, random) => {
      const { seal } = await bench.person.change(id);
      const decision = { decision: 'approve', seal, reason: '' };
      const answer = bench.person.post(`/api/changes/${id}/decision`, decision).catch(() => undefined);
      await pause(Math.floor(random() * 20));
      await bench.kill('approvals');
      await answer;
      await decideAgain(bench, id);
      return true;
    },
  },
  {
    name: 'kill approvals at the commit of its decision',
    play: async (bench, id) => {
      const killed = atCommit(bench, id, 1, () => bench.kill('approvals'));
      await bench.person.approve(id).catch(() => undefined);
      const reached = await killed;
      if (reached) await decideAgain(bench, id);
      return reached;
    },
  },
];

export const lockedDecision: Moment = {
  name: 'ledger locked while it is decided',
  play: async (bench, id) => {
    const { seal } = await bench.person.change(id);
    const letGo = await holdLock(bench.ledger);
    const answer = bench.person.post(`/api/changes/${id}/decision`, { decision: 'approve', seal, reason: '' });
    await pause(12_000);
    await letGo();
    const { status } = await answer;
    if (status !== 200) await bench.person.approve(id);
    return true;
  },
};

/** Every fault of a moment. */
export const moments: readonly Moment[] = [
  ...Array.from({ length: commits }, (_, index) => [killGithub(index + 1), lockAtCommit(index + 1)]).flat(),
  ...killApprovals,
  lockedDecision,
];
