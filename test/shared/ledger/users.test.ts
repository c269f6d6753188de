import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { decide } from '#shared/changes/decide.ts';
import type { Approver } from '#shared/changes/decision.ts';
import { endOrphans, expireOverdue } from '#shared/changes/expire.ts';
import { propose } from '#shared/changes/propose.ts';
import { requestRestore } from '#shared/changes/request-restore.ts';
import { eventsOf, verifyEvents } from '#shared/ledger/events.ts';
import { type Ledger, openLedger } from '#shared/ledger/ledger.ts';
import { createRoles } from '#shared/ledger/postgres/roles.ts';
import { findSealed } from '#shared/ledger/proposals.ts';
import { endStop, insertStop } from '#shared/ledger/stops.ts';
import {
  alice,
  bob,
  ledgers,
  type NotesExecutor,
  type NotesKit,
  notesBlueprint,
  notesKit,
  workAll,
} from '#test/fakes/notes-kit.ts';
import { onPostgres } from './engines.ts';

/** The life of a change where each server signs in to the database as its own user, with its own rights alone. */
onPostgres((server) => {
  const { make } = ledgers;
  let kit: NotesKit;
  let face: Ledger;
  let executor: NotesExecutor;
  let approvals: Ledger;
  beforeEach(async () => {
    ledgers.make = () => server().ledger();
    kit = await notesKit();
    await createRoles(kit.ledgerPath, ['notes', 'approvals']);
    const as = (name: string) => openLedger(kit.ledgerPath.replace('postgres@', `countersign_${name}@`));
    face = await as('notes');
    approvals = await as('approvals');
    executor = kit.executor('executor-1', { ledger: face });
  });
  afterEach(async () => {
    ledgers.make = make;
    await Promise.all([face.close(), approvals.close()]);
    await kit.close();
  });

  async function ask(text: string | null, more: object = {}): Promise<string> {
    const granted = kit.context.tools.find('set_notes');
    if (granted?.tool.kind !== 'write') return expect.unreachable('set_notes is a write tool');
    const args = { notes: [{ id: 'a', text }], reason: 'because', ...more };
    const tool = { tool: granted.tool, capability: granted.capability };
    return (await propose({ ...kit.context, ledger: face }, kit.blueprint, tool, args)).changeId;
  }
  async function answer(id: string, verb: 'approve' | 'reject', approver: Approver = alice): Promise<string> {
    const seal = (await findSealed(approvals.db, id))?.seal ?? '';
    const context = { ledger: approvals, key: kit.key, now: kit.clock.now };
    const decided = await decide(context, { changes: [{ changeId: id, seal }], verb, approver, reason: '' });
    return decided.map((one) => one.status).join();
  }

  test('a change is proposed, approved, carried out, and put back', async () => {
    kit.store.write('a', 'before');
    const id = await ask('after', { idempotency_key: 'k1' });
    expect(await ask('after', { idempotency_key: 'k2' })).toBe(id);
    expect(await answer(id, 'approve')).toBe('approved');
    await workAll(executor);
    expect([await kit.status(id), kit.store.get('a').text]).toEqual(['applied', 'after']);

    const restore = await requestRestore(
      { ledger: approvals, now: kit.clock.now },
      { person: alice },
      { change_id: id, choice: 'refuse', reason: 'wrong' },
    );
    await workAll(executor);
    expect(await kit.status(restore)).toBe('pending');
    const byAgent = (key: string) =>
      requestRestore(
        { ledger: approvals, now: kit.clock.now },
        { blueprint: kit.blueprint },
        { change_id: id, choice: 'refuse', reason: 'wrong' },
        key,
      );
    expect(await byAgent('k3')).toBe(await byAgent('k4'));
    await answer(restore, 'approve', bob);
    await workAll(executor);
    expect([await kit.status(restore), kit.store.get('a').text]).toEqual(['applied', 'before']);
    expect(await verifyEvents(approvals.db)).toBeNull();
    expect((await eventsOf(face.db, id)).length).toBe((await eventsOf(approvals.db, id)).length);
  });

  test('a change is rejected, and another one expires', async () => {
    const rejected = await ask('x');
    expect(await answer(rejected, 'reject')).toBe('rejected');
    const late = await ask('y');
    kit.clock.advance(400 * 24 * 3_600_000);
    await expireOverdue(approvals, 'approvals', kit.clock.now());
    expect(await kit.status(late)).toBe('expired');
  });

  test('a stop of the approvals server holds what the executor would do, until it ends', async () => {
    const id = await ask('x');
    await answer(id, 'approve');
    const actor = { kind: 'person', ...alice } as const;
    const at = kit.clock.now().toISOString();
    const stop = await approvals.write((tx) =>
      insertStop(tx, { scope: 'all', value: null, reason: 'halt', actor, at }),
    );
    await workAll(executor);
    expect(await kit.status(id)).toBe('approved');
    await approvals.write((tx) => endStop(tx, { id: stop, reason: 'on', actor, at }));
    await workAll(executor);
    expect(await kit.status(id)).toBe('applied');
  });

  describe('an agent of two servers', () => {
    let other: Ledger;
    beforeEach(async () => {
      await createRoles(kit.ledgerPath, ['tickets']);
      other = await openLedger(kit.ledgerPath.replace('postgres@', 'countersign_tickets@'));
    });
    afterEach(() => other.close());

    const askOther = async (text: string, more: object = {}): Promise<unknown> => {
      const granted = kit.context.tools.find('set_notes');
      if (granted?.tool.kind !== 'write') return expect.unreachable('set_notes is a write tool');
      const args = { notes: [{ id: 'b', text }], reason: 'because', ...more };
      const tool = { tool: granted.tool, capability: granted.capability };
      return propose({ ...kit.context, server: 'tickets', ledger: other }, kit.blueprint, tool, args);
    };

    test('is told that a key is taken by what it proposed to the other, and nothing of it', async () => {
      await ask('x', { idempotency_key: 'k1' });
      await ask('x', { idempotency_key: 'k2' });
      for (const key of ['k1', 'k2']) {
        await expect(askOther('y', { idempotency_key: key })).rejects.toMatchObject({
          code: 'idempotency_conflict',
          message: 'This idempotency_key was used for a proposal of other content.',
        });
      }
      await askOther('y', { idempotency_key: 'k3' });
      await askOther('y', { idempotency_key: 'k4' });
      await expect(ask('z', { idempotency_key: 'k4' })).rejects.toMatchObject({ code: 'idempotency_conflict' });
    });

    test('may let a change come after one of the other server, of which only that is seen', async () => {
      const tickets = kit.executor('tickets-1', { ledger: other, server: 'tickets' });
      const context = { ledger: approvals, key: kit.key, now: kit.clock.now };
      const approve = async (...ids: readonly string[]) => {
        const seals = await Promise.all(ids.map((id) => findSealed(approvals.db, id)));
        const changes = ids.map((changeId, index) => ({ changeId, seal: seals[index]?.seal ?? '' }));
        await decide(context, { changes, verb: 'approve', approver: alice, reason: '' });
      };
      const next = async (after: string, text: string): Promise<string> => {
        const notes = [{ id: 'b', text, link: '{{after.note_url}}' }];
        return ((await askOther('', { notes, after })) as { changeId: string }).changeId;
      };

      const first = await ask('x');
      const second = await next(first, 'see ');
      expect(await face.db.selectFrom('earlier').select('id').execute()).toEqual([]);
      expect(await other.db.selectFrom('earlier').select('id').execute()).toEqual([{ id: first }]);
      expect(await other.db.selectFrom('sealed').select('change_id').execute()).toEqual([{ change_id: second }]);
      await approve(first, second);
      await workAll(tickets);
      expect([await kit.status(second), kit.store.get('b').text]).toEqual(['approved', null]);
      await workAll(executor);
      await workAll(tickets);
      expect([await kit.status(second), kit.store.get('b').text]).toEqual(['applied', 'see https://notes.test/a']);

      const third = await ask('y');
      const fourth = await next(third, 'and ');
      await approve(third, fourth);
      kit.blueprints.clear();
      await workAll(executor);
      await workAll(tickets);
      expect([await kit.status(third), await kit.status(fourth)]).toEqual(['revoked', 'approved']);
      await endOrphans(approvals, 'approvals', kit.clock.now());
      expect(await kit.status(fourth)).toBe('stale');
    });

    test('has the limits of its blueprint once, not once a server', async () => {
      kit.blueprint = notesBlueprint(['a', 'b'], 'limits: { pending: 2 }');
      kit.blueprints.set(kit.blueprint.name, kit.blueprint);
      await ask('x');
      await askOther('y');
      await expect(askOther('z')).rejects.toMatchObject({ code: 'limit_reached' });
      await expect(ask('z')).rejects.toMatchObject({ code: 'limit_reached' });
    });
  });

  test('a user of an older ledger is told that its owner must open it first', async () => {
    const url = await server().create();
    const error: unknown = await openLedger(url.replace('postgres@', 'countersign_notes@')).catch((caught) => caught);
    expect(error).toMatchObject({
      code: 'ledger_unavailable',
      next: expect.stringContaining('its owner must open it'),
    });
  });
});
