import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { findChange } from '#shared/ledger/changes.ts';
import { decisionsOf } from '#shared/ledger/decisions.ts';
import { verifyEvents } from '#shared/ledger/events.ts';
import { basics } from '#test/fakes/environment.ts';
import type { NotesKit } from '#test/fakes/notes-kit.ts';
import type { Got, Order } from './rival.ts';

const rivalFile = fileURLToPath(new URL('./rival.ts', import.meta.url));

/** Starts a process that does what it is told once it may go. */
export async function rival(order: Order): Promise<{ go: () => Promise<Got> }> {
  const child: ChildProcess = fork(rivalFile, { execArgv: [], env: { ...basics() } });
  child.send(order);
  await once(child, 'message');
  return {
    go: async () => {
      const answer = once(child, 'message') as Promise<[Got]>;
      child.send('go');
      const [got] = await answer;
      await once(child, 'exit');
      return got;
    },
  };
}

/** Two processes that come to the same changes at once, one change to each of these notes. */
export function racesOfTwo(kitOf: () => NotesKit, notes: readonly string[]): void {
  async function race(work: Pick<Order, 'decide' | 'claim'>): Promise<readonly [Got, Got]> {
    const kit = kitOf();
    const order = { ledger: kit.ledgerPath, key: join(kit.dir, 'keys/decision.pem'), now: kit.clock.now().getTime() };
    const rivals = await Promise.all(['a', 'b'].map((name) => rival({ ...order, ...work, name })));
    const [a, b] = await Promise.all(rivals.map(({ go }) => go()));
    if (!a || !b) throw new Error('two rivals');
    return [a, b];
  }

  test('that decide the same changes at once: one decision counts, the other is told', async () => {
    const kit = kitOf();
    const ids: string[] = [];
    for (const note of notes) ids.push((await kit.propose({ [note]: 'x' })).changeId);
    const [a, b] = await race({ decide: ids, claim: [] });
    for (const id of ids) {
      const status = await kit.status(id);
      expect([a[id], b[id]], id).toEqual(
        status === 'approved' ? ['approved', 'wrong_state'] : ['wrong_state', 'rejected'],
      );
      expect(await decisionsOf(kit.ledger.db, id)).toHaveLength(1);
    }
    expect(await verifyEvents(kit.ledger.db)).toBeNull();
  });

  test('that claim the same changes at once: one of them holds each', async () => {
    const kit = kitOf();
    const ids: string[] = [];
    for (const note of notes) ids.push(await kit.approved({ [note]: 'x' }));
    const [a, b] = await race({ decide: [], claim: ids });
    for (const id of ids) {
      expect([a[id], b[id]].sort(), id).toEqual(['false', 'true']);
      expect((await findChange(kit.ledger.db, id))?.claimed_by).toBe(a[id] === 'true' ? 'a' : 'b');
    }
  });
}
