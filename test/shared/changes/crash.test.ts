import { afterEach, expect, test } from 'vitest';
import { requestRestore } from '#shared/changes/request-restore.ts';
import { verifyEvents } from '#shared/ledger/events.ts';
import { type NotesExecutor, type NotesKit, notesKit, workAll, workOnce } from '#test/fakes/notes-kit.ts';

let kit: NotesKit;
afterEach(() => kit.close());

/** An executor that dies at the n-th point where it waits: before or after a commit, before or after a backend call. */
function dyingAt(point: number, name = 'first'): { context: NotesExecutor; died: Promise<'died'>; seen: () => number } {
  const { promise: died, resolve } = Promise.withResolvers<'died'>();
  let seen = 0;
  const here = async (): Promise<void> => {
    seen += 1;
    if (seen <= point) return;
    resolve('died');
    await new Promise<never>(() => {});
  };
  kit.store.intercept = here;
  const ledger: NotesExecutor['ledger'] = {
    ...kit.ledger,
    write: async (work) => {
      await here();
      const result = await kit.ledger.write(work);
      await here();
      return result;
    },
  };
  return { context: kit.executor(name, { ledger }), died, seen: () => seen };
}

/** Lets an executor work until it dies there; answers whether it got that far. */
async function workUntil(point: number, name?: string): Promise<boolean> {
  const { context, died } = dyingAt(point, name);
  const outcome = await Promise.race([workAll(context).then(() => 'lived' as const), died]);
  kit.store.intercept = () => {};
  kit.clock.advance(kit.context.leaseMs + 1);
  return outcome === 'died';
}

const ids = (prefix: string, count: number): string[] => Array.from({ length: count }, (_, index) => prefix + index);

test('a change whose executor dies at any point is carried out exactly once by the next', async () => {
  kit = await notesKit({ notes: [...ids('a', 60), ...ids('b', 60)], more: 'limits: { writes_per_hour: 999 }' });
  let point = 0;
  for (; ; point += 1) {
    const id = await kit.approved({ [`a${point}`]: 'one', [`b${point}`]: 'two' });
    const died = await workUntil(point);
    await workAll(kit.executor('second'));
    expect(await kit.status(id), `point ${point}`).toBe('applied');
    for (const note of [`a${point}`, `b${point}`]) expect(kit.store.writes(note), `${note}`).toBe(1);
    if (!died) break;
  }
  expect(point).toBeGreaterThan(25);
  expect(await verifyEvents(kit.ledger.db)).toBeNull();
});

test('nor does it matter where the second executor dies', async () => {
  const notes = ids('a', 999);
  kit = await notesKit({ notes, more: 'limits: { writes_per_hour: 999 }' });
  let tried = 0;
  // Before and after the write of a step, and before its receipt is kept.
  for (const first of [8, 10, 11]) {
    for (let second = 0; ; second += 1) {
      const note = `a${tried}`;
      tried += 1;
      const id = await kit.approved({ [note]: 'one' });
      await workUntil(first, 'first');
      const died = await workUntil(second, 'second');
      await workAll(kit.executor('third'));
      expect(await kit.status(id), `points ${first}, ${second}`).toBe('applied');
      expect(kit.store.writes(note), `points ${first}, ${second}`).toBe(1);
      if (!died) break;
    }
  }
  expect(tried).toBeGreaterThan(40);
});

test('where a repetition could do it twice, a step that is not found waits for a person', async () => {
  const ends = new Set<unknown>();
  for (let point = 0; ; point += 1) {
    if (point > 0) await kit.close();
    kit = await notesKit({ repeat: 'never' });
    const id = await kit.approved({ a: 'one' });
    const died = await workUntil(point);
    await workAll(kit.executor('second'), 4);
    const status = await kit.status(id);
    expect(kit.store.writes('a'), `point ${point}`).toBe(status === 'applied' ? 1 : 0);
    ends.add(status);
    if (!died) break;
  }
  expect([...ends].sort()).toEqual(['applied', 'unknown']);
});

test('a restore whose executor dies at any point puts back exactly once', async () => {
  kit = await notesKit({ notes: ids('a', 60), more: 'limits: { writes_per_hour: 999 }' });
  for (let point = 0; ; point += 1) {
    const note = `a${point}`;
    kit.store.write(note, 'before');
    const id = await kit.approved({ [note]: 'after' });
    await workAll(kit.context);
    const person = { issuer: 'countersign:local', subject: 'alice' };
    const restore = await requestRestore(
      { ledger: kit.ledger, now: kit.clock.now },
      { person },
      { change_id: id, choice: 'refuse', reason: 'no' },
    );
    const died = await workUntil(point);
    await workAll(kit.executor('second'));
    if ((await kit.status(restore)) === 'pending') await kit.decide(restore);
    await workAll(kit.executor('third'));
    expect(await kit.status(restore), `point ${point}`).toBe('applied');
    expect(kit.store.get(note), `point ${point}`).toEqual({ id: note, version: 3, text: 'before' });
    if (!died) break;
  }
});

/** Until so many writes were begun. */
async function puts(count: number): Promise<void> {
  while (kit.store.log.filter((call) => call.startsWith('put')).length < count) await new Promise(setImmediate);
}

/** A first executor that hangs in its write, and a second that has taken the change over from it. */
async function hanging(...repeatWaitsFor: Promise<unknown>[]): Promise<{ id: string; wake: () => Promise<unknown> }> {
  kit = await notesKit();
  const id = await kit.approved({ a: 'one' });
  const gate = Promise.withResolvers<void>();
  kit.store.fail('put', gate.promise, ...repeatWaitsFor);
  const first = workOnce(kit.executor('first'));
  await puts(1);
  kit.clock.advance(kit.context.leaseMs + 1);
  return {
    id,
    wake: () => {
      gate.resolve();
      return first;
    },
  };
}

test('a write that wakes up after another executor has repeated it does nothing', async () => {
  const { id, wake } = await hanging();
  await workAll(kit.executor('second'));
  expect(await kit.status(id)).toBe('applied');
  await wake();
  expect(await kit.status(id)).toBe('applied');
  expect(kit.store.writes('a')).toBe(1);
});

test('a write that wakes up while it is being repeated is found, and the repetition does nothing', async () => {
  const landed = Promise.withResolvers<void>();
  const { id, wake } = await hanging(landed.promise);
  kit.store.intercept = (call, moment) => {
    if (call.startsWith('put') && moment === 'after') landed.resolve();
  };
  await workOnce(kit.executor('second'));
  const second = workAll(kit.executor('second'));
  await puts(2);
  await wake();
  await second;
  await workAll(kit.executor('second'));
  expect(await kit.status(id)).toBe('applied');
  expect(kit.store.writes('a')).toBe(1);
});

test('when the repetition is refused and nobody can tell why, the change stays in doubt', async () => {
  const landed = Promise.withResolvers<void>();
  const { id, wake } = await hanging(landed.promise);
  kit.store.intercept = (call, moment) => {
    if (call.startsWith('put') && moment === 'after') {
      kit.store.tellsHistory = false;
      landed.resolve();
    }
  };
  await workOnce(kit.executor('second'));
  const second = workOnce(kit.executor('second'));
  await puts(2);
  await wake();
  await second;
  await workAll(kit.executor('second'), 3);
  expect(await kit.status(id)).toBe('unknown');
  kit.store.tellsHistory = true;
  await workAll(kit.executor('second'));
  expect(await kit.status(id)).toBe('applied');
  expect(kit.store.writes('a')).toBe(1);
});

test('a change that was stopped while a write was under way is not called failed before that write must be over', async () => {
  const { id, wake } = await hanging();
  kit.blueprints.clear();
  await workAll(kit.executor('second'), 3);
  expect(await kit.status(id)).toBe('unknown');
  await wake();
  await workAll(kit.executor('second'), 3);
  expect(await kit.status(id)).toBe('applied');
  expect(kit.store.writes('a')).toBe(1);
});

test('and is called failed when it was not found by then', async () => {
  const { id } = await hanging();
  kit.blueprints.clear();
  await workAll(kit.executor('second'), 3);
  kit.clock.advance(10 * 60_000);
  await workAll(kit.executor('second'), 3);
  expect(await kit.status(id)).toBe('failed');
  expect(kit.store.writes('a')).toBe(0);
});

test('when the repetition is refused while the first write may still take effect, nobody says that it failed', async () => {
  const { id, wake } = await hanging();
  kit.store.fail('put', 'refuse');
  await workOnce(kit.executor('second'));
  await workOnce(kit.executor('second'));
  expect(await kit.status(id)).toBe('unknown');
  await wake();
  await workAll(kit.executor('second'));
  expect(await kit.status(id)).toBe('applied');
  expect(kit.store.writes('a')).toBe(1);
});

test('and it is called failed when a repetition is refused after the first write must be over', async () => {
  const { id } = await hanging();
  kit.store.fail('put', 'refuse', 'refuse');
  await workOnce(kit.executor('second'));
  await workOnce(kit.executor('second'));
  kit.clock.advance(10 * 60_000);
  await workAll(kit.executor('second'));
  expect(await kit.status(id)).toBe('failed');
  expect(kit.store.writes('a')).toBe(0);
});

/** An executor whose n-th transaction waits. */
function waitingAt(transaction: number): { context: NotesExecutor; there: Promise<void>; goOn: () => void } {
  const [there, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let seen = 0;
  const write: NotesExecutor['ledger']['write'] = async (work) => {
    seen += 1;
    if (seen === transaction) {
      there.resolve();
      await gate.promise;
    }
    return kit.ledger.write(work);
  };
  const context = kit.executor('first', { ledger: { ...kit.ledger, write } });
  return { context, there: there.promise, goOn: gate.resolve };
}

test('an executor that lost its change before a step does not end it, whatever it finds', async () => {
  kit = await notesKit();
  const id = await kit.approved({ a: 'one' });
  const frozen = waitingAt(3);
  const first = workOnce(frozen.context);
  await frozen.there;
  kit.clock.advance(kit.context.leaseMs + 1);
  const looked = Promise.withResolvers<void>();
  kit.store.fail('find', looked.promise);
  const finds = kit.store.log.filter((call) => call === 'find a').length;
  const second = workOnce(kit.executor('second'));
  while (kit.store.log.filter((call) => call === 'find a').length === finds) await new Promise(setImmediate);
  kit.blueprints.clear();
  frozen.goOn();
  expect((await first)[0]?.result).toMatchObject({ cause: { code: 'wrong_state' } });
  expect(await kit.status(id)).toBe('dispatched');
  looked.resolve();
  await second;
  expect(await kit.status(id)).toBe('applied');
  expect(kit.store.writes('a')).toBe(1);
});

test('an executor that was frozen while it opened its writer sends nothing when another has taken the change over', async () => {
  kit = await notesKit();
  const id = await kit.approved({ a: 'one' });
  const gate = Promise.withResolvers<void>();
  const opening = Promise.withResolvers<void>();
  kit.store.intercept = async (call) => {
    if (!call.startsWith('open')) return;
    kit.store.intercept = () => {};
    opening.resolve();
    await gate.promise;
  };
  const first = workOnce(kit.executor('first'));
  await opening.promise;
  kit.clock.advance(kit.context.leaseMs + 1);
  await workAll(kit.executor('second'));
  expect(await kit.status(id)).toBe('applied');
  gate.resolve();
  await first;
  expect(kit.store.log.filter((call) => call.startsWith('put'))).toHaveLength(1);
});

test('nor when its lease is about to end, or it is as good as over', async () => {
  kit = await notesKit();
  const id = await kit.approved({ a: 'one' });
  kit.store.fail('open', () => kit.clock.advance(kit.context.leaseMs - 1));
  await workOnce(kit.context);
  expect(kit.store.log.filter((call) => call.startsWith('put'))).toEqual([]);
  expect(await kit.status(id)).toBe('dispatched');
  await workAll(kit.context);
  expect(await kit.status(id)).toBe('applied');
});
