import { afterEach, describe, expect, test } from 'vitest';
import { auditLedger } from '#shared/changes/audit.ts';
import { decideAutomatically } from '#shared/changes/decide-automatically.ts';
import { grantDecider } from '#shared/changes/decide-by-grant.ts';
import type { Approver } from '#shared/changes/decision.ts';
import { policyDecider } from '#shared/changes/policy.ts';
import { type AskedByPerson, requestByPerson } from '#shared/changes/request-by-person.ts';
import { requestRestore } from '#shared/changes/request-restore.ts';
import { requestResume } from '#shared/changes/resume.ts';
import { unseal } from '#shared/changes/sealed.ts';
import { findChange, listChanges } from '#shared/ledger/changes.ts';
import { findSealed } from '#shared/ledger/proposals.ts';
import { followAllQuarantined, quarantineOf, wronglyQuarantined } from '#shared/ledger/quarantine.ts';
import { alice, type NotesKit, notesKit, workAll } from '#test/fakes/notes-kit.ts';
import { kitsOnEachEngine, lookAt } from '#test/shared/ledger/engines.ts';

const rule = '{ tools: [set_notes], own: true, flags: none, reaches: [notifies], decide: policy }';
const review = (more = '') => `review: { ${more} rules: [${rule}] }`;

let kit: NotesKit;
afterEach(() => kit.close());

async function start(options: Parameters<typeof notesKit>[0] = {}): Promise<void> {
  kit = await notesKit({ quarantine: 'possible', more: review(), ...options });
}

function automatically(id: string): Promise<boolean> {
  const blueprint = (name: string) => kit.blueprints.get(name) ?? null;
  const deciders = [policyDecider({ blueprint, decidable: () => 'by_policy' })];
  return decideAutomatically({ ledger: kit.ledger, key: kit.key, now: kit.clock.now, deciders }, id);
}

const asPerson = async (asked: Partial<AskedByPerson>, person = alice): Promise<string> => {
  kit.clock.advance(1000);
  const whole = { server: 'notes', tool: 'accept_note', args: {}, about: null, ...asked };
  return requestByPerson({ ledger: kit.ledger, now: kit.clock.now }, person, whole);
};

/** Asks that others find a note, and has that planned. */
async function accept(change: string, note = 'a', person = alice): Promise<string> {
  const id = await asPerson({ args: { note, change, reason: 'read it' }, about: change }, person);
  await workAll(kit.context);
  return id;
}

async function carriedOut(id: string, by: Approver = alice): Promise<string> {
  await kit.decide(id, 'approve', by);
  kit.clock.advance(1000);
  await workAll(kit.context);
  expect(await kit.status(id)).toBe('applied');
  return id;
}

async function restored(id: string): Promise<string> {
  kit.clock.advance(1000);
  const by = { ledger: kit.ledger, now: kit.clock.now };
  const restore = await requestRestore(by, { person: alice }, { change_id: id, choice: 'refuse', reason: 'no' });
  await workAll(kit.context);
  return carriedOut(restore);
}

/** What an agent writes to a note of its own, and a rule lets in. */
async function letIn(text: string): Promise<string> {
  kit.clock.advance(1000);
  const { changeId } = await kit.propose({ a: text });
  expect(await automatically(changeId)).toBe(true);
  await workAll(kit.context);
  expect(await kit.status(changeId)).toBe('applied');
  return changeId;
}

async function waiting(text = 'two'): Promise<string> {
  await carriedOut((await kit.propose({ a: 'one' })).changeId);
  return letIn(text);
}

const bodyOf = async (id: string) => {
  const kept = await findSealed(kit.ledger.db, id);
  if (!kept) throw new Error('nothing is sealed');
  return unseal(kept).body;
};
const noteOf = async (id: string) => (await findChange(kit.ledger.db, id))?.note;
const waits = async (id: string) => (await quarantineOf(kit.ledger.db, id))?.waits;
const listed = async () => {
  expect(await wronglyQuarantined(kit.ledger.db)).toEqual([]);
  const rows = await listChanges(kit.ledger.db, { quarantine: 'waits', limit: 50 });
  return rows.map(({ id }) => id);
};

kitsOnEachEngine(() => {
  describe('what a rule lets in', () => {
    test('waits until a person’s acceptance of it is carried out', async () => {
      await start();
      const id = await waiting();
      expect((await bodyOf(id)).quarantine).toBe('possible');
      expect(kit.store.waiting).toEqual(new Set(['a']));
      expect([await waits(id), await listed()]).toEqual([true, [id]]);
      const acceptance = await accept(id);
      expect([await kit.status(acceptance), await waits(id)]).toEqual(['pending', true]);
      await carriedOut(acceptance);
      expect(kit.store.waiting).toEqual(new Set());
      expect([await waits(id), await listed()]).toEqual([false, []]);
      expect((await quarantineOf(kit.ledger.db, id))?.acceptances).toMatchObject([
        { id: acceptance, status: 'applied' },
      ]);
    });

    test('goes back into quarantine with a restore of its acceptance, and out of it with a restore of that', async () => {
      await start();
      const id = await waiting();
      const back = await restored(await carriedOut(await accept(id)));
      expect([kit.store.waiting.has('a'), await waits(id)]).toEqual([true, true]);
      const again = await restored(back);
      expect([kit.store.waiting.has('a'), await waits(id)]).toEqual([false, false]);
      await restored(again);
      expect([kit.store.waiting.has('a'), await waits(id)]).toEqual([true, true]);
      await carriedOut(await accept(id));
      expect([kit.store.waiting.has('a'), await listed()]).toEqual([false, []]);
    });

    test('waits no more once it is put back, or once another change took its place', async () => {
      await start();
      const first = await waiting();
      const second = await letIn('three');
      expect([await waits(first), await listed()]).toEqual([false, [second]]);
      // As a ledger has it that was made before this was kept.
      const look = await lookAt(kit.ledgerPath);
      await look.run('delete from quarantined');
      await look.close();
      await followAllQuarantined(kit.ledger.db);
      expect(await listed()).toEqual([second]);
      await restored(second);
      expect([kit.store.waiting.has('a'), await waits(second), await listed()]).toEqual([false, false, []]);
    });

    test('keeps waiting when a change leaves what it stands on at the version that others saw before', async () => {
      await start();
      const id = await waiting();
      const { changeId: moved } = await kit.propose({ b: 'one' });
      kit.store.intercept = async (call, moment) => {
        if (moment === 'before' || !call.startsWith('put b')) return;
        const look = await lookAt(kit.ledgerPath);
        await look.run(`insert into things_left (server, thing, version, made, change_id, agent, blueprint, at)
          select server, 'note:a', '1', 0, id, agent, blueprint, created_at from changes where id = '${moved}'`);
        await look.close();
      };
      await carriedOut(moved);
      expect([await waits(id), await listed()]).toEqual([true, [id]]);
      await carriedOut(await accept(id));
      expect([await waits(id), await listed()]).toEqual([false, []]);
    });

    test('keeps waiting when it is taken up again after it was done in part, or its answer was lost', async () => {
      await start();
      await carriedOut((await kit.propose({ a: 'one', b: 'one' })).changeId);
      const { changeId } = await kit.propose({ a: 'two', b: 'two' });
      await automatically(changeId);
      kit.store.fail('put', () => {}, 'refuse');
      await workAll(kit.context);
      expect([await kit.status(changeId), await waits(changeId)]).toEqual(['partial', true]);
      await requestResume({ ledger: kit.ledger, now: kit.clock.now }, { changeId, reason: 'mended', person: alice });
      kit.store.fail('put', 'lose_answer');
      await workAll(kit.context);
      expect([await kit.status(changeId), await waits(changeId)]).toEqual(['applied', true]);
      expect(kit.store.waiting).toEqual(new Set(['a', 'b']));
    });
  });

  test('what a task grant lets in waits, too', async () => {
    await start({ more: 'review: { rules: [{ tools: [set_notes], grant: { changes: 3, bytes: 100, for: 72h } }] }' });
    const { changeId: first } = await kit.propose({ a: 'one' });
    const { grant } = (await bodyOf(first)).review;
    await kit.decide(first, 'approve', alice, [], grant);
    await workAll(kit.context);
    const { changeId } = await kit.propose({ a: 'two' });
    const deciders = [grantDecider({ keys: kit.context.keys })];
    await decideAutomatically({ ledger: kit.ledger, key: kit.key, now: kit.clock.now, deciders }, changeId);
    await workAll(kit.context);
    expect([await waits(first), await waits(changeId), await listed()]).toEqual([undefined, true, [changeId]]);
    expect(kit.store.waiting).toEqual(new Set(['a']));
  });

  test('what a person decides, or puts back, is accepted', async () => {
    await start();
    const id = await carriedOut((await kit.propose({ a: 'one' })).changeId);
    await restored(await restored(id));
    expect(kit.store.waiting).toEqual(new Set());
    expect(await quarantineOf(kit.ledger.db, id)).toBeNull();
    expect(await listed()).toEqual([]);
  });

  test('what a person asks for is sealed as asked, audited, and refused when anything of it is another', async () => {
    await start();
    const id = await waiting();
    const acceptance = await accept(id);
    const args = { note: 'a', change: id, reason: 'read it' };
    const asked = { requester: { kind: 'person', ...alice }, blueprint: null, restores: null, arguments: args };
    expect(await bodyOf(acceptance)).toMatchObject({ ...asked, summary: 'Let others find a' });
    const audited = () => auditLedger(kit.ledger.db, { keys: kit.context.keys(), vault: null });
    expect((await audited()).findings).toEqual([]);
    await kit.decide(acceptance);
    const look = await lookAt(kit.ledgerPath);
    await look.run('update quarantined set waits = 0');
    expect((await audited()).findings).toMatchObject([{ code: 'row', where: id }]);
    await look.run('update quarantined set waits = 1');
    await look.run('update requested set body = ? where change_id = ?', '{"arguments":{}}', acceptance);
    await look.close();
    expect((await audited()).findings).toMatchObject([{ code: 'seal', where: acceptance }]);
    await workAll(kit.context);
    expect(await kit.status(acceptance)).toBe('revoked');
    expect(await noteOf(acceptance)).toContain('it is not what the person asked for');
    expect(kit.store.waiting.has('a')).toBe(true);
  });
});
