import { afterEach, expect, test, vi } from 'vitest';
import { startWorker } from '#shared/changes/worker.ts';
import { AppError } from '#shared/errors.ts';
import { findChange } from '#shared/ledger/changes.ts';
import { eventsOf } from '#shared/ledger/events.ts';
import { takeLease } from '#shared/ledger/leases.ts';
import { NotDone } from '#shared/tools/index.ts';
import { type NotesKit, notesKit } from '#test/fakes/notes-kit.ts';

let kit: NotesKit;
afterEach(() => kit.close());

const down = (message: string) => () => {
  throw new AppError('backend_unavailable', message);
};

/** What the record has of a change's delays. */
async function delays(id: string): Promise<unknown[]> {
  const events = await eventsOf(kit.ledger.db, id);
  return events.filter(({ type }) => type === 'change.delayed').map(({ body }) => body['note']);
}

/** Lets a worker try a change until it has done so as often as this, each time later than it asked to wait. */
async function tries(count: number): Promise<void> {
  const done = Promise.withResolvers<void>();
  let failed = 0;
  const worker = startWorker(kit.context, () => {
    failed += 1;
    if (failed === count) done.resolve();
  });
  const quiet = kit.ledger.onCommit(() => kit.clock.advance(5_000));
  await done.promise;
  quiet();
  await worker.stop();
}

test('a change that waits for its backend says why, where people and its agent see it, and keeps its approval', async () => {
  kit = await notesKit();
  const id = await kit.approved({ a: 'one' });
  kit.store.fail('find', down('The notes take no more requests until noon.'));
  await tries(1);
  const row = await findChange(kit.ledger.db, id);
  expect(row).toMatchObject({ status: 'approved', note: 'The notes take no more requests until noon.' });
  expect(await delays(id)).toEqual(['The notes take no more requests until noon.']);
});

test('the same reason is recorded once, another one as well, and the note is gone when it goes on', async () => {
  kit = await notesKit();
  const id = await kit.approved({ a: 'one' });
  const noon = down('Not before noon.');
  kit.store.fail('find', noon, noon, down('Not before one.'), noon);
  await tries(4);
  expect(await delays(id)).toEqual(['Not before noon.', 'Not before one.']);
  expect((await findChange(kit.ledger.db, id))?.note).toBe('Not before noon.');
  kit.clock.advance(60_000);
  const applied = Promise.withResolvers<void>();
  const quiet = kit.ledger.onCommit(() => {
    kit.status(id).then((status) => status === 'applied' && applied.resolve(), applied.reject);
  });
  const worker = startWorker(kit.context, () => {});
  await applied.promise;
  quiet();
  await worker.stop();
  expect((await findChange(kit.ledger.db, id))?.note).toBeNull();
});

test('what a backend says is not told, only that it could not be done', async () => {
  kit = await notesKit();
  const id = await kit.approved({ a: 'one' });
  kit.store.fail('find', 'fail_before');
  await tries(1);
  expect(await delays(id)).toEqual(['It could not be carried out now.']);
});

test('a change that was held when the clock was set back by hours is taken up as soon as without that', async () => {
  kit = await notesKit();
  const id = await kit.approved({ a: 'one' });
  const [now, hours] = [kit.clock.now().getTime(), 5 * 3_600_000];
  const hold = { id, status: 'approved', executor: 'dead', now, until: now + hours } as const;
  await kit.ledger.write((tx) => takeLease(tx, hold));
  const applied = Promise.withResolvers<void>();
  const quiet = kit.ledger.onCommit(() => {
    // The first commit is the one that shortens the lease.
    if (kit.clock.now().getTime() === now) kit.clock.advance(1_000);
    kit.status(id).then((status) => status === 'applied' && applied.resolve(), applied.reject);
  });
  const worker = startWorker({ ...kit.context, leaseMs: 600 }, () => {});
  await applied.promise;
  quiet();
  await worker.stop();
  expect(kit.clock.now().getTime()).toBeLessThan(now + 60_000);
});

test('a hundred changes that a limit of 80 a minute meets are all applied, each once', {
  timeout: 120_000,
}, async () => {
  const notes = Array.from({ length: 100 }, (_, index) => `n${index}`);
  kit = await notesKit({ notes, more: 'limits: { writes_per_hour: 999, pending: 999 }' });
  const ids: string[] = [];
  for (const note of notes) ids.push(await kit.approved({ [note]: 'one' }));
  const sent: number[] = [];
  let refused = 0;
  kit.store.intercept = (call, moment) => {
    if (!call.startsWith('put') || moment === 'after') return;
    const now = kit.clock.now().getTime();
    if (sent.filter((one) => one > now - 60_000).length < 80) {
      sent.push(now);
      return;
    }
    refused += 1;
    throw new NotDone('unavailable', 'The notes take no more requests until noon.');
  };
  const worker = startWorker(kit.context, () => {});
  const applied = async (): Promise<number> =>
    (await Promise.all(ids.map(kit.status))).filter((s) => s === 'applied').length;
  await vi.waitFor(
    async () => {
      // Time passes once the limit is met.
      if (refused > 0) kit.clock.advance(1_000);
      expect(await applied()).toBe(100);
    },
    { timeout: 60_000, interval: 50 },
  );
  await worker.stop();
  expect(refused).toBeGreaterThan(0);
  for (const note of notes) expect(kit.store.writes(note), note).toBe(1);
});
