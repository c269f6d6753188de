import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSigningKey, publishKey } from '#shared/changes/keys.ts';
import { doubtOf, settleByPerson } from '#shared/changes/settle-by-person.ts';
import { progressOf } from '#shared/ledger/attempts.ts';
import { eventsOf, verifyEvents } from '#shared/ledger/events.ts';
import { alice, type NotesKit, notesKit, workAll } from '#test/fakes/notes-kit.ts';

let kit: NotesKit;
beforeEach(async () => {
  kit = await notesKit();
});
afterEach(() => kit.close());

const tenMinutes = 10 * 60_000;

/** A change of which a step's answer was lost, where nobody can tell from the backend who wrote what. */
async function inDoubt(notes: Record<string, string>, ...faults: ('lose_answer' | 'fail_before')[]): Promise<string> {
  const id = await kit.approved(notes);
  kit.store.tellsHistory = false;
  kit.store.fail('put', ...faults);
  await workAll(kit.context, 3);
  expect(await kit.status(id)).toBe('unknown');
  return id;
}

async function settle(id: string, answer: 'happened' | 'did_not_happen', other: object = {}, key = kit.key) {
  const doubt = await doubtOf(kit.ledger.db, id);
  const input = { changeId: id, step: doubt?.name ?? '', seal: doubt?.seal ?? '', reason: 'I looked.', person: alice };
  return settleByPerson({ ledger: kit.ledger, key, now: kit.clock.now }, { ...input, answer, ...other });
}

const typesOf = async (id: string) => (await eventsOf(kit.ledger.db, id)).map(({ type }) => type);

test('what happened by a person’s word counts, and the rest is carried out under the same approval', async () => {
  const id = await inDoubt({ a: 'one', b: 'two' }, 'lose_answer');
  kit.clock.advance(tenMinutes);
  await settle(id, 'happened');
  await workAll(kit.context);
  expect(await kit.status(id)).toBe('applied');
  expect([kit.store.writes('a'), kit.store.writes('b')]).toEqual([1, 1]);
  const { receipts } = await progressOf(kit.ledger.db, id);
  expect(receipts['write a']).toMatchObject({ settled_by: alice, reason: 'I looked.' });
  expect(await typesOf(id)).toContain('doubt.settled');
  expect(await verifyEvents(kit.ledger.db)).toBeNull();
});

test('what did not happen is done then, once', async () => {
  const id = await inDoubt({ a: 'one' }, 'fail_before');
  kit.clock.advance(tenMinutes);
  await settle(id, 'did_not_happen');
  await workAll(kit.context);
  expect(await kit.status(id)).toBe('applied');
  expect(kit.store.writes('a')).toBe(1);
});

test('a wrong word writes nothing over what is there: the backend’s precondition refuses', async () => {
  const id = await inDoubt({ a: 'one' }, 'lose_answer');
  kit.clock.advance(tenMinutes);
  await settle(id, 'did_not_happen');
  await workAll(kit.context);
  expect(await kit.status(id)).toBe('stale');
  expect(kit.store.writes('a')).toBe(1);
});

test('what the server finds after all counts more, with its own receipt', async () => {
  const id = await inDoubt({ a: 'one' }, 'lose_answer');
  kit.clock.advance(tenMinutes);
  await settle(id, 'did_not_happen');
  kit.store.tellsHistory = true;
  await workAll(kit.context);
  expect(await kit.status(id)).toBe('applied');
  expect((await progressOf(kit.ledger.db, id)).receipts['write a']).toEqual({ id: 'a', version: 1 });
  expect(kit.store.writes('a')).toBe(1);
});

test.each([
  ['nothing was done', ['fail_before'], 'failed'],
  ['a step before was done', [() => undefined, 'fail_before'], 'partial'],
] as const)('under an approval that has ended it ends: %s', async (_what, faults, end) => {
  const id = await kit.approved({ a: 'one', b: 'two' });
  kit.store.tellsHistory = false;
  kit.store.fail('put', ...faults);
  await workAll(kit.context, 3);
  kit.clock.advance(24 * 3_600_000);
  await settle(id, 'did_not_happen');
  await workAll(kit.context);
  expect(await kit.status(id)).toBe(end);
  expect(kit.store.writes('b')).toBe(0);
});

test('nobody settles while the request may be under way, another step, another seal, or twice', async () => {
  const id = await inDoubt({ a: 'one' }, 'fail_before');
  await expect(settle(id, 'happened')).rejects.toMatchObject({ code: 'wrong_state' });
  kit.clock.advance(tenMinutes);
  await expect(settle(id, 'happened', { step: 'write b' })).rejects.toMatchObject({ code: 'wrong_state' });
  await expect(settle(id, 'happened', { seal: '0'.repeat(64) })).rejects.toMatchObject({ code: 'seal_mismatch' });
  await expect(settle('chg_none', 'happened')).rejects.toMatchObject({ code: 'not_found' });
  await settle(id, 'did_not_happen');
  await expect(settle(id, 'happened')).rejects.toMatchObject({ code: 'wrong_state' });
  await workAll(kit.context);
  await expect(settle(id, 'happened')).rejects.toMatchObject({ code: 'wrong_state' });
});

test('a word that the approvals server did not sign counts for nothing', async () => {
  const id = await inDoubt({ a: 'one' }, 'fail_before');
  kit.clock.advance(tenMinutes);
  await settle(id, 'did_not_happen', {}, openSigningKey(join(kit.dir, 'keys/other.pem')));
  await workAll(kit.context, 3);
  expect(await kit.status(id)).toBe('unknown');
  expect(kit.store.writes('a')).toBe(0);
});

test('a change that can no longer be verified ends by a person’s word alone', async () => {
  const id = await inDoubt({ a: 'one' }, 'lose_answer');
  const newKey = openSigningKey(join(kit.dir, 'keys/new.pem'));
  publishKey(join(kit.dir, 'keys/public.json'), newKey);
  kit.clock.advance(tenMinutes);
  await workAll(kit.context, 3);
  expect(await kit.status(id)).toBe('unknown');
  await settle(id, 'happened', {}, newKey);
  await workAll(kit.context, 3);
  expect(await kit.status(id)).toBe('partial');
});
