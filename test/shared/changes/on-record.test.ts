import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { auditLedger } from '#shared/changes/audit.ts';
import { expireOverdue } from '#shared/changes/expire.ts';
import { requestRestore } from '#shared/changes/request-restore.ts';
import { requestResume } from '#shared/changes/resume.ts';
import { voidRestored } from '#shared/changes/void-restored.ts';
import type { Ledger } from '#shared/ledger/ledger.ts';
import type { LedgerDb } from '#shared/ledger/schema.ts';
import { endStop, insertStop } from '#shared/ledger/stops.ts';
import { noVault } from '#shared/ledger/vault.ts';
import { NotDone } from '#shared/tools/index.ts';
import { alice, notesKit, workAll } from '#test/fakes/notes-kit.ts';

/** What must have come with an event in the same transaction, by how many events of which types there are. */
const onRecord: Readonly<Record<string, { readonly rows: string; readonly events: string }>> = {
  'a change': { rows: 'select count(*) from changes', events: "type = 'change.asked'" },
  'a decision': { rows: 'select count(*) from decisions', events: "type = 'decision.made'" },
  'a step begun': { rows: 'select count(*) from attempts', events: "type = 'step.begun'" },
  'a step ended': { rows: 'select count(*) from outcomes', events: "type = 'step.ended'" },
  'a state left': { rows: "select count(*) from snapshots where phase = 'after'", events: "type = 'state.left'" },
  'a stop': { rows: 'select count(*) from stops', events: "type = 'stop.begun'" },
  'the end of a stop': { rows: 'select count(*) from stop_ends', events: "type = 'stop.ended'" },
  'a hold': { rows: 'select count(*) from holds', events: "type = 'hold.begun'" },
  'the end of a hold': { rows: 'select count(*) from hold_ends', events: "type = 'hold.ended'" },
  'a set': { rows: 'select count(*) from sets', events: "type = 'set.asked'" },
  'the seal of a set': { rows: 'select count(*) from set_seals', events: "type = 'set.sealed'" },
};

async function assertOnRecord(db: LedgerDb): Promise<void> {
  for (const [what, { rows, events }] of Object.entries(onRecord)) {
    const counted = await sql<{ rows: number; events: number }>`select (${sql.raw(rows)}) as rows,
      (select count(*) from events where ${sql.raw(events)}) as events`.execute(db);
    const [count] = counted.rows;
    expect(count?.events, `events that tell of ${what}`).toBe(count?.rows);
  }
}

test('after every single transaction of whatever writes, the record tells of all that is there', async () => {
  const kit = await notesKit({ notes: ['a', 'b', 'c', 'd'] });
  let transactions = 0;
  const ledger: Ledger = {
    ...kit.ledger,
    write: (work) =>
      kit.ledger.write(async (tx) => {
        const result = await work(tx);
        await assertOnRecord(tx);
        transactions += 1;
        return result;
      }),
  };
  const watched = { ...kit.context, ledger };
  const person = { kind: 'person', ...alice } as const;
  const now = () => kit.clock.now().toISOString();

  const applied = await kit.approved({ a: 'one', b: 'two' });
  await workAll(watched);
  const asked = { change_id: applied, choice: 'refuse', reason: 'wrong' } as const;
  const restore = await requestRestore({ ledger, now: kit.clock.now }, { person: alice }, asked);
  await workAll(watched);
  await kit.decide(restore);
  await workAll(watched);
  await kit.decide((await kit.propose({ a: 'no' })).changeId, 'reject');

  let down: 'unavailable' | 'refused' | null = 'refused';
  kit.store.intercept = (call, moment) => {
    if (down !== null && moment === 'before' && call.startsWith('put d')) throw new NotDone(down, 'Not now.');
  };
  const partial = await kit.approved({ c: 'x', d: 'y' });
  await workAll(watched);
  expect(await kit.status(partial)).toBe('partial');
  down = null;
  await requestResume({ ledger, now: kit.clock.now }, { changeId: partial, reason: 'mended', person: alice });
  await workAll(watched);
  expect(await kit.status(partial)).toBe('applied');

  down = 'unavailable';
  const going = await kit.approved({ a: 'z', d: 'z' });
  await workAll(watched, 1);
  expect(await kit.status(going)).toBe('dispatched');
  const stop = await ledger.write((tx) =>
    insertStop(tx, { scope: 'all', value: null, reason: 'r', actor: person, at: now() }),
  );
  await ledger.write((tx) => endStop(tx, { id: stop, reason: 'r', actor: person, at: now() }));
  await kit.approved({ b: 'never' });
  expect(await voidRestored(ledger, person, kit.clock.now())).toEqual({ revoked: 1, unknown: 1 });
  await kit.propose({ c: 'late' });
  kit.clock.advance(400 * 24 * 3_600_000);
  expect(await expireOverdue(ledger, 'notes', kit.clock.now())).toBe(1);

  await assertOnRecord(kit.ledger.db);
  expect(transactions).toBeGreaterThan(25);
  const audit = await auditLedger(kit.ledger.db, { keys: kit.context.keys(), vault: noVault });
  expect(audit.findings).toEqual([]);
  await kit.close();
});
