import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { expireOverdue } from '#shared/changes/expire.ts';
import { mintPermit } from '#shared/changes/mint-permit.ts';
import type { Permit } from '#shared/changes/permit.ts';
import { toolbox } from '#shared/changes/toolbox.ts';
import { findChange } from '#shared/ledger/changes.ts';
import { eventsOf } from '#shared/ledger/events.ts';
import { takeLease } from '#shared/ledger/leases.ts';
import { findSnapshot } from '#shared/ledger/proposals.ts';
import type { NotesTarget } from '#test/fakes/notes.ts';
import { type NotesKit, notesBlueprint, notesKit, workAll, workOnce } from '#test/fakes/notes-kit.ts';
import { notesCapability } from '#test/fakes/notes-tool.ts';

let kit: NotesKit;
beforeEach(async () => {
  kit = await notesKit({ more: 'delegation: { granted_by: bob, reason: OPS-1, expires: 2027-01-31 }' });
});
afterEach(() => kit.close());

const day = 24 * 3_600_000;
const noteOf = async (id: string) => (await findChange(kit.ledger.db, id))?.note;
const afterOf = async (id: string) => JSON.parse((await findSnapshot(kit.ledger.db, id, 'after'))?.body ?? 'null');
const wrote = () => kit.store.log.filter((call) => /^(open|put)/.test(call));

describe('an approved change', () => {
  test('is carried out once, with one write a note, and the state it left is kept', async () => {
    const id = await kit.approved({ a: 'one', b: 'two' });
    await workAll(kit.context);
    expect(await kit.status(id)).toBe('applied');
    expect([kit.store.get('a').text, kit.store.get('b').text]).toEqual(['one', 'two']);
    expect([kit.store.writes('a'), kit.store.writes('b')]).toEqual([1, 1]);
    expect(await afterOf(id)).toMatchObject({ notes: [{ version: 1 }, { version: 1 }] });
    expect(await workOnce(kit.context)).toEqual([]);
  });

  test('is carried out by one of two executors', async () => {
    const ids = [await kit.approved({ a: 'one' }), await kit.approved({ b: 'one' })];
    await Promise.all(['x', 'y', 'z'].map((name) => workOnce(kit.executor(name))));
    for (const id of ids) expect(await kit.status(id)).toBe('applied');
    expect([kit.store.writes('a'), kit.store.writes('b')]).toEqual([1, 1]);
  });

  test('is stale, and nothing is opened, when its target changed before the start', async () => {
    const id = await kit.approved({ a: 'one' });
    kit.store.write('a', 'foreign');
    await workAll(kit.context);
    expect(await kit.status(id)).toBe('stale');
    expect(wrote()).toEqual([]);
  });

  test('waits when it cannot be asked whether it still holds, and goes on later', async () => {
    const id = await kit.approved({ a: 'one' });
    kit.store.fail('find', 'fail_before');
    expect(await workOnce(kit.context)).toMatchObject([{ id, result: { later: expect.any(String) } }]);
    expect(await kit.status(id)).toBe('approved');
    await workAll(kit.context);
    expect(await kit.status(id)).toBe('applied');
  });
});

test('what was not as approved when it was read right afterwards is told with the change', async () => {
  const id = await kit.approved({ a: 'one' });
  const open: typeof kit.store.door.open = async (permit) => {
    const writer = await kit.store.door.open(permit);
    return {
      ...writer,
      put: async (note) => ({ ...(await writer.put(note)), differs: ['labels', 'labels', 'Fixed in'] }),
    };
  };
  await workAll(kit.executor('other', { door: { ...kit.store.door, open } }));
  expect(await kit.status(id)).toBe('applied');
  expect(await noteOf(id)).toMatch(/not all of it was as approved .*: "labels", "Fixed in"\./);
});

describe('what was made without a good signature', () => {
  /** An executor whose backend says so of everything it makes, as GitHub may of a commit. */
  const unsigned = () => {
    const open: typeof kit.store.door.open = async (permit) => {
      const writer = await kit.store.door.open(permit);
      return { ...writer, put: async (note) => ({ ...(await writer.put(note)), verified: false }) };
    };
    return kit.executor('unsigned', { door: { ...kit.store.door, open } });
  };

  test('is applied, and the change says so', async () => {
    const id = await kit.approved({ a: 'one' });
    await workAll(unsigned());
    expect(await kit.status(id)).toBe('applied');
    expect(await noteOf(id)).toMatch(/does not confirm the signature on it \(write a\)/);
    const told = (await eventsOf(kit.ledger.db, id)).find(({ type }) => type === 'signature.missing');
    expect(told?.body).toEqual({ note: await noteOf(id) });
  });

  test('is told of a partial change, too', async () => {
    const id = await kit.approved({ a: 'one', b: 'two' });
    kit.store.fail('put', () => {}, 'refuse');
    await workAll(unsigned());
    expect(await kit.status(id)).toBe('partial');
    expect(await noteOf(id)).toMatch(/Done before that: write a\. .*signature on it \(write a\)/);
  });
});

describe('a step that certainly did not happen', () => {
  test.each([
    ['put', 'refuse', 'failed'],
    ['open', 'refuse', 'failed'],
  ] as const)('ends its change: %s %s', async (operation, fault, end) => {
    const id = await kit.approved({ a: 'one', b: 'two' });
    kit.store.fail(operation, fault);
    await workAll(kit.context);
    expect(await kit.status(id)).toBe(end);
    expect(kit.store.writes('a') + kit.store.writes('b')).toBe(0);
  });

  test('because the backend’s own precondition failed makes its change stale', async () => {
    const id = await kit.approved({ a: 'one', b: 'two' });
    kit.store.fail('put', () => kit.store.write('a', 'foreign'));
    await workAll(kit.context);
    expect(await kit.status(id)).toBe('stale');
    expect(kit.store.get('a').text).toBe('foreign');
    expect(kit.store.writes('b')).toBe(0);
  });

  test.each([
    ['put', 'unavailable'],
    ['open', 'unavailable'],
    ['open', 'fail_before'],
    ['open', 'lose_answer'],
  ] as const)('is tried again later: %s %s', async (operation, fault) => {
    const id = await kit.approved({ a: 'one', b: 'two' });
    kit.store.fail(operation, fault);
    await workOnce(kit.context);
    expect(await kit.status(id)).toBe('dispatched');
    await workAll(kit.context);
    expect(await kit.status(id)).toBe('applied');
    expect([kit.store.writes('a'), kit.store.writes('b')]).toEqual([1, 1]);
  });

  test.each(['refuse', 'stale'] as const)('after another one did leaves the change partial: %s', async (fault) => {
    const id = await kit.approved({ a: 'one', b: 'two' });
    kit.store.fail('put', () => {}, fault === 'refuse' ? 'refuse' : () => kit.store.write('b', 'foreign'));
    await workAll(kit.context);
    expect(await kit.status(id)).toBe('partial');
    expect(await noteOf(id)).toContain('Done before that: write a.');
    expect(await afterOf(id)).toMatchObject({ notes: [{ id: 'a', version: 1 }, { id: 'b' }] });
    expect(kit.store.get('b').text).toBe(fault === 'refuse' ? null : 'foreign');
  });

  test('leaves the change to be ended later when the state it left cannot be read', async () => {
    const id = await kit.approved({ a: 'one', b: 'two' });
    kit.store.fail('put', () => {}, 'refuse', 'refuse');
    kit.store.fail('find', ...[0, 1].map(() => () => {}), 'fail_before');
    await workOnce(kit.context);
    expect(await kit.status(id)).toBe('dispatched');
    await workAll(kit.context);
    expect(await kit.status(id)).toBe('partial');
    expect([kit.store.writes('a'), kit.store.writes('b')]).toEqual([1, 0]);
  });
});

describe('a step whose answer was lost', () => {
  test.each(['lose_answer', 'fail_before'] as const)(
    'puts its change in doubt, which the mark settles: %s',
    async (fault) => {
      const id = await kit.approved({ a: 'one', b: 'two' });
      kit.store.fail('put', fault);
      await workOnce(kit.context);
      expect(await kit.status(id)).toBe('unknown');
      await workAll(kit.context);
      expect(await kit.status(id)).toBe('applied');
      expect([kit.store.writes('a'), kit.store.writes('b')]).toEqual([1, 1]);
    },
  );

  test('stays in doubt while nobody can tell', async () => {
    const id = await kit.approved({ a: 'one' });
    kit.store.fail('put', 'fail_before');
    kit.store.tellsHistory = false;
    await workAll(kit.context, 5);
    expect(await kit.status(id)).toBe('unknown');
    kit.clock.advance(day);
    await workAll(kit.context, 5);
    expect(await kit.status(id)).toBe('unknown');
    expect(kit.store.writes('a')).toBe(0);
  });

  test('is settled after the change expired, and no further step starts', async () => {
    const id = await kit.approved({ a: 'one', b: 'two' });
    kit.store.fail('put', 'lose_answer');
    await workOnce(kit.context);
    kit.clock.advance(day);
    await workAll(kit.context, 5);
    expect(await kit.status(id)).toBe('partial');
    expect([kit.store.writes('a'), kit.store.writes('b')]).toEqual([1, 0]);
  });

  test('that was the last makes the change applied, though it expired', async () => {
    const id = await kit.approved({ a: 'one' });
    kit.store.fail('put', 'lose_answer');
    await workOnce(kit.context);
    kit.clock.advance(day);
    await workAll(kit.context, 5);
    expect(await kit.status(id)).toBe('applied');
  });

  test('with somebody else’s write where it should be did not happen', async () => {
    const id = await kit.approved({ a: 'one' });
    kit.store.fail('put', 'fail_before');
    await workOnce(kit.context);
    kit.store.write('a', 'foreign');
    await workAll(kit.context, 5);
    expect(await kit.status(id)).toBe('stale');
    expect(kit.store.get('a').text).toBe('foreign');
  });
});

describe('what was stopped does not start', () => {
  const stops: Readonly<Record<string, () => void>> = {
    'its blueprint is gone': () => kit.blueprints.clear(),
    'its blueprint no longer grants the note': () => edit(notesBlueprint(['b'])),
    'its delegation has ended': () => kit.clock.advance(30 * day - 7_200_000),
    'another agent has its blueprint': () => edit({ ...notesBlueprint(['a', 'b']), agent: 'other' }),
    'another sponsor stands for it': () => edit({ ...notesBlueprint(['a', 'b']), sponsor: 'other' }),
    'it would need another quorum now': () => {
      const blueprint = notesBlueprint(['a', 'b']);
      edit({ ...blueprint, review: { ...blueprint.review, quorum: 2 as 1 } });
    },
    'its tool is not granted any more': () => {
      const blueprint = notesBlueprint(['a', 'b']);
      const grant = { capability: 'notes-write', scope: { notes: ['a', 'b'] }, tools: new Set<string>() };
      edit({ ...blueprint, grants: new Map([['notes-write', grant]]) });
    },
  };
  const edit = (blueprint: NotesKit['blueprint']): void => {
    // Another digest, as an edited file has.
    kit.blueprints.set('note-keeper', { ...blueprint, digest: 'e'.repeat(64) });
  };

  test.each(Object.keys(stops))('when %s', async (what) => {
    kit.blueprint = notesBlueprint(['a', 'b'], 'review: { default: { expires: 30d } }');
    kit.blueprint = { ...kit.blueprint, delegation: { grantedBy: 'bob', reason: 'x', expires: '2027-01-31' } };
    kit.blueprints.set('note-keeper', kit.blueprint);
    const id = await kit.approved({ a: 'one' });
    stops[what]?.();
    await workAll(kit.context, 3);
    expect(await kit.status(id)).toBe('revoked');
    expect(wrote()).toEqual([]);
  });

  test.each(Object.keys(stops))('between two steps when %s', async (what) => {
    const id = await kit.approved({ a: 'one', b: 'two' });
    kit.store.intercept = (call, moment) => {
      if (call.startsWith('put a') && moment === 'after') stops[what]?.();
    };
    await workAll(kit.context, 3);
    expect(await kit.status(id)).toBe('partial');
    expect([kit.store.writes('a'), kit.store.writes('b')]).toEqual([1, 0]);
  });

  test('while its writer is being opened', async () => {
    const id = await kit.approved({ a: 'one' });
    kit.store.fail('open', () => kit.blueprints.clear());
    await workAll(kit.context, 3);
    expect(await kit.status(id)).toBe('failed');
    expect(wrote()).toEqual(['open write a']);
  });

  test('but an edit of its blueprint that still covers it changes nothing', async () => {
    const id = await kit.approved({ a: 'one' });
    edit(notesBlueprint(['a']));
    await workAll(kit.context);
    expect(await kit.status(id)).toBe('applied');
  });

  test('when it is too late, even by nothing', async () => {
    const id = await kit.approved({ a: 'one' });
    kit.clock.advance(day);
    await workAll(kit.context);
    expect(await kit.status(id)).toBe('expired');
    expect(wrote()).toEqual([]);
  });

  test('when its tool has other schemas than when it was approved', async () => {
    const id = await kit.approved({ a: 'one' });
    const tools = { ...toolbox([notesCapability()]), contract: () => 'f'.repeat(64) };
    await workAll(kit.executor('upgraded', { tools }));
    expect(await kit.status(id)).toBe('revoked');
  });

  test('when it is for another backend', async () => {
    const id = await kit.approved({ a: 'one' });
    await workAll(kit.executor('other', { backend: 'elsewhere.test' }));
    expect(await kit.status(id)).toBe('revoked');
    expect(wrote()).toEqual([]);
  });

  test('and ends, if its tool was changed after the first of its steps', async () => {
    const id = await kit.approved({ a: 'one', b: 'two' });
    kit.store.fail('put', () => {}, 'unavailable');
    await workOnce(kit.context);
    const tools = { ...toolbox([notesCapability()]), contract: () => 'f'.repeat(64) };
    await workAll(kit.executor('upgraded', { tools }));
    expect(await kit.status(id)).toBe('partial');
  });
});

describe('changes that touch the same note', () => {
  test('are carried out one at a time, in the order of approval', async () => {
    const { changeId: first } = await kit.propose({ a: 'first', b: 'first' });
    const { changeId: second } = await kit.propose({ b: 'second', c: 'second' });
    await kit.decide(second);
    kit.clock.advance(1);
    await kit.decide(first);
    const gate = Promise.withResolvers<void>();
    kit.store.fail('put', gate.promise);
    const working = workOnce(kit.executor('x'));
    while (wrote().length < 2) await new Promise(setImmediate);
    expect(await workOnce(kit.executor('y'))).toEqual([]);
    gate.resolve();
    await working;
    expect(await kit.status(second)).toBe('applied');
    await workAll(kit.executor('y'));
    expect(await kit.status(first)).toBe('stale');
    expect(kit.store.get('b').text).toBe('second');
    expect(kit.store.writes('a')).toBe(0);
  });

  test('do not overtake one that was approved earlier and is held by somebody', async () => {
    const first = await kit.approved({ a: 'first' });
    kit.clock.advance(1);
    const second = await kit.approved({ b: 'second', c: 'second' });
    kit.clock.advance(1);
    const third = await kit.approved({ c: 'third' });
    kit.clock.advance(1);
    const fourth = await kit.propose({ a: 'fourth' });
    await kit.decide(fourth.changeId);
    const now = kit.clock.now().getTime();
    for (const id of [first, second]) {
      const lease = { id, status: 'approved', executor: 'other', now, until: now + 1 } as const;
      expect(await kit.ledger.write((tx) => takeLease(tx, lease))).toBe(true);
    }
    expect(await workOnce(kit.context)).toEqual([]);
    expect(wrote()).toEqual([]);
    expect([await kit.status(third), await kit.status(fourth.changeId)]).toEqual(['approved', 'approved']);
  });

  test('wait while one of them is in doubt', async () => {
    const first = await kit.approved({ a: 'first' });
    kit.store.fail('put', 'fail_before');
    await workOnce(kit.context);
    kit.store.tellsHistory = false;
    kit.clock.advance(1);
    const second = await kit.approved({ a: 'second' });
    const third = await kit.approved({ b: 'third' });
    await workAll(kit.context, 4);
    expect([await kit.status(first), await kit.status(second)]).toEqual(['unknown', 'approved']);
    expect(await kit.status(third)).toBe('applied');
  });
});

describe('a writer', () => {
  const purpose = { changeId: 'chg_1', tool: 'set_notes', step: 'x', target: { notebook: 'nb-1' } };
  afterEach(() => {
    vi.useRealTimers();
  });

  test('is opened once with a permit', async () => {
    const permit = mintPermit(purpose);
    await kit.store.door.open(permit);
    await expect(kit.store.door.open(permit)).rejects.toMatchObject({ code: 'not_permitted' });
  });

  test.each([
    {},
    Object.freeze({}),
    structuredClone(mintPermit(purpose)),
    { ...purpose },
    'permit',
    null,
    undefined,
    Object.create(mintPermit(purpose)),
    new Proxy(mintPermit(purpose), {}),
  ])('is not opened with anything else (%#)', async (forged) => {
    await expect(kit.store.door.open(forged as Permit<NotesTarget>)).rejects.toMatchObject({ code: 'not_permitted' });
    expect(kit.store.log).toEqual([]);
  });

  test('is not opened with a permit of more than five seconds ago', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const [early, late] = [mintPermit(purpose), mintPermit(purpose)];
    vi.advanceTimersByTime(5_000);
    await kit.store.door.open(early);
    vi.advanceTimersByTime(1);
    await expect(kit.store.door.open(late)).rejects.toMatchObject({ code: 'not_permitted' });
  });
});

describe('what nobody decided or carried out in time', () => {
  test('expires, and what is under way does not', async () => {
    const under = await kit.approved({ c: 'one' });
    kit.store.fail('put', 'unavailable');
    await workOnce(kit.context);
    const { changeId: pending } = await kit.propose({ a: 'one' });
    const approved = await kit.approved({ b: 'one' });
    kit.clock.advance(day);
    expect(await expireOverdue(kit.ledger, 'approvals', kit.clock.now())).toBe(2);
    expect([await kit.status(pending), await kit.status(approved)]).toEqual(['expired', 'expired']);
    expect(await kit.status(under)).toBe('dispatched');
  });

  test('expires also when one of them is moved by somebody else just then', async () => {
    const [first, second] = [await kit.propose({ a: 'one' }), await kit.propose({ b: 'one' })];
    kit.clock.advance(day);
    let moved = false;
    const ledger: typeof kit.ledger = {
      ...kit.ledger,
      write: async (work) => {
        if (!moved) {
          moved = true;
          await expireOverdue({ ...kit.ledger }, 'other', kit.clock.now());
        }
        return kit.ledger.write(work);
      },
    };
    expect(await expireOverdue(ledger, 'approvals', kit.clock.now())).toBe(0);
    for (const { changeId } of [first, second]) expect(await kit.status(changeId)).toBe('expired');
  });
});
