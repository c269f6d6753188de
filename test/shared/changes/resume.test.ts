import { afterEach, beforeEach, expect, test } from 'vitest';
import { requestRestore } from '#shared/changes/request-restore.ts';
import { requestResume, stepsLeft } from '#shared/changes/resume.ts';
import { unseal } from '#shared/changes/sealed.ts';
import { findAfter } from '#shared/ledger/after.ts';
import { eventsOf, verifyEvents } from '#shared/ledger/events.ts';
import { findSealed } from '#shared/ledger/proposals.ts';
import { alice, type NotesKit, notesKit, workAll } from '#test/fakes/notes-kit.ts';

let kit: NotesKit;
beforeEach(async () => {
  kit = await notesKit();
});
afterEach(() => kit.close());

const nothing = () => undefined;

/** A change of which the first note is written, and the second was refused. */
async function partial(): Promise<string> {
  const id = await kit.approved({ a: 'one', b: 'two' });
  kit.store.fail('put', nothing, 'refuse');
  await workAll(kit.context);
  expect(await kit.status(id)).toBe('partial');
  return id;
}

const resume = (changeId: string) =>
  requestResume({ ledger: kit.ledger, now: kit.clock.now }, { changeId, reason: 'It works again.', person: alice });

const restore = (id: string) =>
  requestRestore(
    { ledger: kit.ledger, now: kit.clock.now },
    { person: alice },
    { change_id: id, choice: 'refuse', reason: 'no' },
  );

async function left(id: string): Promise<readonly string[]> {
  const kept = await findSealed(kit.ledger.db, id);
  return kept ? stepsLeft(kit.ledger.db, unseal(kept)) : [];
}

const events = async (id: string) => (await eventsOf(kit.ledger.db, id)).map(({ type }) => type);

test('a partial change stays at rest until a person asks, and then does only what was left', async () => {
  const id = await partial();
  await workAll(kit.context);
  expect(await kit.status(id)).toBe('partial');
  expect(await left(id)).toEqual(['write b']);
  await resume(id);
  await workAll(kit.context);
  expect(await kit.status(id)).toBe('applied');
  expect([kit.store.writes('a'), kit.store.writes('b')]).toEqual([1, 1]);
  expect(await left(id)).toEqual([]);
  expect(await verifyEvents(kit.ledger.db)).toBeNull();
});

test('the state that it left in the end is what a restore goes by', async () => {
  const id = await partial();
  await resume(id);
  await workAll(kit.context);
  expect(JSON.parse((await findAfter(kit.ledger.db, id))?.body ?? '')).toMatchObject({
    notes: [{ version: 1 }, { version: 1 }],
  });
  const undo = await restore(id);
  await workAll(kit.context);
  await kit.decide(undo);
  await workAll(kit.context);
  expect(await kit.status(undo)).toBe('applied');
  expect([kit.store.get('a').text, kit.store.get('b').text]).toEqual([null, null]);
});

test('it may stop again, and be taken up again', async () => {
  const id = await partial();
  for (let again = 0; again < 2; again += 1) {
    await resume(id);
    kit.store.fail('put', 'refuse');
    await workAll(kit.context);
    expect(await kit.status(id)).toBe('partial');
  }
  await resume(id);
  await workAll(kit.context);
  expect(await kit.status(id)).toBe('applied');
  expect(kit.store.writes('a')).toBe(1);
});

test('it goes no further over what somebody else wrote since', async () => {
  const id = await partial();
  kit.store.write('b', 'foreign');
  await resume(id);
  await workAll(kit.context);
  expect(await kit.status(id)).toBe('partial');
  expect(kit.store.get('b').text).toBe('foreign');
});

test('it stays partial, and says why, when its blueprint is gone; and goes on when it is back', async () => {
  const id = await partial();
  kit.blueprints.clear();
  await resume(id);
  await workAll(kit.context);
  expect(await kit.status(id)).toBe('partial');
  const [refusal] = (await eventsOf(kit.ledger.db, id)).filter(({ type }) => type === 'resume.refused');
  expect(refusal?.body['note']).toMatch(/blueprint is gone/);
  kit.blueprints.set(kit.blueprint.name, kit.blueprint);
  await workAll(kit.context);
  expect(await kit.status(id)).toBe('partial');
  await resume(id);
  await workAll(kit.context);
  expect(await kit.status(id)).toBe('applied');
});

test('it is refused when its approval has ended', async () => {
  const id = await partial();
  kit.clock.advance(24 * 3_600_000);
  await expect(resume(id)).rejects.toMatchObject({ code: 'expired' });
  expect(await events(id)).not.toContain('resume.asked');
});

test('and when a restore of it was asked for, or the same was proposed anew', async () => {
  const id = await partial();
  const undo = await restore(id);
  await expect(resume(id)).rejects.toMatchObject({ code: 'wrong_state', message: expect.stringContaining(undo) });
  const other = await partialOfC();
  const { changeId } = await kit.propose({ c: 'one', b: 'two' });
  await expect(resume(other)).rejects.toMatchObject({ message: expect.stringContaining(changeId) });
});

async function partialOfC(): Promise<string> {
  const id = await kit.approved({ c: 'one', b: 'two' });
  kit.store.fail('put', nothing, 'refuse');
  await workAll(kit.context);
  expect(await kit.status(id)).toBe('partial');
  return id;
}

test('nothing but a partial change is taken up again', async () => {
  const id = await kit.approved({ a: 'one' });
  await expect(resume(id)).rejects.toMatchObject({ code: 'wrong_state' });
  await expect(resume('chg_none')).rejects.toMatchObject({ code: 'not_found' });
});

test('an executor that dies when it has taken it up leaves it to the next', async () => {
  const id = await partial();
  await resume(id);
  let seen = 0;
  const dying = kit.executor('dying', {
    ledger: {
      ...kit.ledger,
      write: async (work) => {
        seen += 1;
        if (seen > 2) throw new Error('it died');
        return kit.ledger.write(work);
      },
    },
  });
  await workAll(dying, 1).catch(() => {});
  expect(await kit.status(id)).toBe('dispatched');
  kit.clock.advance(kit.context.leaseMs + 1);
  await workAll(kit.executor('next'));
  expect(await kit.status(id)).toBe('applied');
  expect(kit.store.writes('b')).toBe(1);
});
