import Database from 'better-sqlite3';
import { ended, patienceMs } from '#test/e2e/people.ts';
import { startServer } from '#test/e2e/server-process.ts';
import type { Bench } from './bench.ts';
import { frozen } from './faults.ts';
import { holdLock, isLocked } from './lock.ts';
import { atCommit } from './moments.ts';
import { pause } from './pause.ts';
import type { Proposed } from './prepare.ts';
import { settled } from './waits.ts';

/** A server that keeps what it writes in a file of its own. */
export type Keeper = {
  readonly name: 'tickets' | 'knowledge';
  /** What the file is called in the names of faults. */
  readonly what: string;
  readonly file: (bench: Bench) => string;
};

export const tracker: Keeper = { name: 'tickets', what: 'tracker', file: (bench) => bench.tracker };
export const wiki: Keeper = { name: 'knowledge', what: 'pages', file: (bench) => bench.wiki };

type Doing = (bench: Bench, change: Proposed) => Promise<void>;

/** Killed, and started again. */
export const killed =
  ({ name }: Keeper): Doing =>
  async (bench) => {
    await bench.kill(name);
    await bench.start(name);
  };

/** Stops it for as long as the work takes. */
export const freeze = ({ name }: Keeper, bench: Bench, work: () => Promise<void>): Promise<void> =>
  frozen(bench.suite.server(name).pid, work);

/** The first sleeps past its lease, another carries on, and then it wakes up where it was. */
export async function takenOver(
  keeper: Keeper,
  bench: Bench,
  { id }: Proposed,
  before: () => Promise<void> = async () => {},
): Promise<void> {
  let second: Awaited<ReturnType<typeof startServer>> | undefined;
  while (second === undefined) {
    await freeze(keeper, bench, async () => {
      await before();
      // Whoever sleeps in a transaction of the ledger keeps everybody else out, a second executor too.
      if (isLocked(bench.ledger) || isLocked(keeper.file(bench))) return;
      second = await startServer(keeper.name, bench.suite.environment(keeper.name));
      await settled(bench, id, 5_000);
    });
  }
  await settled(bench, id, patienceMs);
  await second?.stop();
}

/** Right after the n-th commit of a file; of the ledger unless given. */
export const atNth =
  (nth: number, work: Doing, file: (bench: Bench) => string = ({ ledger }) => ledger) =>
  async (bench: Bench, change: Proposed): Promise<boolean> => {
    const reached = atCommit(bench, change.id, nth, () => work(bench, change), file(bench));
    await change.begin();
    return reached;
  };

/** Whether a write to the file is on record as begun, before the change ends. */
async function isBegun({ ledger }: Bench, { id, writes = [id] }: Proposed): Promise<boolean> {
  const database = new Database(ledger, { readonly: true, timeout: 10_000 });
  try {
    const marks = writes.map(() => '?').join();
    const begun = database.prepare(`select count(*) from attempts where change_id in (${marks})`).pluck();
    const status = database.prepare('select status from changes where id = ?').pluck();
    for (const end = performance.now() + patienceMs; performance.now() < end; await pause(2)) {
      if (Number(begun.get(...writes)) > 0) return true;
      if (ended.includes(String(status.get(id)))) return false;
    }
    return false;
  } finally {
    database.close();
  }
}

/** While a write waits for the file, which another process holds; `work` is given how to let it go. */
export const whileItWaits =
  ({ file }: Keeper, work: (bench: Bench, change: Proposed, letGo: () => Promise<void>) => Promise<void>) =>
  async (bench: Bench, change: Proposed): Promise<boolean> => {
    const holder = await holdLock(file(bench));
    let isHeld = true;
    const letGo = async (): Promise<void> => {
      if (isHeld) await holder();
      isHeld = false;
    };
    try {
      await change.begin();
      const begun = await isBegun(bench, change);
      // On its way from the ledger to the file.
      await pause(20);
      if (begun) await work(bench, change, letGo);
      return begun;
    } finally {
      await letGo();
    }
  };
