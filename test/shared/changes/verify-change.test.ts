import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { decide } from '#shared/changes/decide.ts';
import { type Check, verifyChange } from '#shared/changes/verify-change.ts';
import { findSealed } from '#shared/ledger/proposals.ts';
import { noVault } from '#shared/ledger/vault.ts';
import { alice, type NotesKit, notesKit, workAll } from '#test/fakes/notes-kit.ts';

let kit: NotesKit;
let id: string;
beforeEach(async () => {
  kit = await notesKit();
  id = await kit.approved({ a: 'one' });
  await workAll(kit.context);
});
afterEach(() => kit.close());

const verified = async (of = id) =>
  (await verifyChange(kit.ledger.db, of, { keys: kit.context.keys(), vault: noVault })) ??
  expect.fail('no such change');

/** What somebody does who can write the file. */
function edit(sql: string): void {
  const raw = new Database(kit.ledgerPath);
  for (const name of raw.prepare("select name from sqlite_master where type = 'trigger'").pluck().all()) {
    raw.exec(`drop trigger "${name}"`);
  }
  raw.pragma('foreign_keys = OFF');
  expect(raw.prepare(sql).run().changes).toBeGreaterThan(0);
  raw.close();
}

test('a change that nobody edited holds in every respect, and says who signed it', async () => {
  const { checks, decisions, seal } = await verified();
  expect(checks.every(({ holds }) => holds === true)).toBe(true);
  expect(decisions).toEqual([
    expect.objectContaining({ ...alice, verb: 'approve', seal, holds: true, keys: [kit.key.id] }),
  ]);
});

test('a decision over several says with what it was made', async () => {
  const ids = [(await kit.propose({ b: 'x' })).changeId, (await kit.propose({ c: 'x' })).changeId];
  const changes: { changeId: string; seal: string }[] = [];
  for (const one of ids) changes.push({ changeId: one, seal: (await findSealed(kit.ledger.db, one))?.seal ?? '' });
  const input = { changes, verb: 'approve', approver: alice, reason: 'Both.' } as const;
  await decide({ ledger: kit.ledger, key: kit.key, now: kit.clock.now }, input);
  const { decisions } = await verified(ids[0]);
  expect(decisions[0]?.signed).toMatchObject({
    reason: 'Both.',
    changes: changes.map(({ changeId, seal }) => ({ change_id: changeId, seal })),
  });
});

test('a rejection is told with its category, and which version a change is cannot be altered', async () => {
  const old = (await kit.propose({ b: 'x' })).changeId;
  const changes = [{ changeId: old, seal: (await findSealed(kit.ledger.db, old))?.seal ?? '' }];
  const input = { changes, verb: 'reject', category: 'needs_changes', approver: alice, reason: 'No.' } as const;
  await decide({ ledger: kit.ledger, key: kit.key, now: kit.clock.now }, input);
  expect((await verified(old)).decisions[0]?.signed).toMatchObject({ category: 'needs_changes', reason: 'No.' });
  const next = (await kit.propose({ b: 'y' }, { supersedes: old })).changeId;
  expect((await verified(next)).checks.every(({ holds }) => holds === true)).toBe(true);
  edit('update versions set version = 3');
  expect((await verified(next)).checks.filter(({ holds }) => holds === false)).toMatchObject([{ check: 'seal' }]);
});

test.each<[what: string, sql: string, failing: Check['check']]>([
  ['the sealed plan', "update sealed set body = replace(body, 'because', 'BECAUSE')", 'seal'],
  ['who asked', "update changes set agent = 'other'", 'seal'],
  ['the state before', "update snapshots set body = '{}' where phase = 'before'", 'snapshots'],
  ['the state after', "update snapshots set body = '{}' where phase = 'after'", 'snapshots'],
  ['who decided', "update decisions set subject = 'mallory'", 'decisions'],
  ['a decision that is gone', 'delete from decisions', 'decisions'],
  ['an event', "update events set body = replace(body, 'looked', 'peeked') where type = 'decision.made'", 'record'],
  ['its status', "update changes set status = 'rejected'", 'record'],
  ['a step', 'delete from outcomes', 'steps'],
])('%s that was edited shows', async (_what, sql, failing) => {
  edit(sql);
  const { checks } = await verified();
  const found = checks.filter(({ holds }) => holds === false);
  expect(found.map(({ check }) => check)).toEqual(expect.arrayContaining([failing]));
  for (const { problems } of found) expect(problems.length).toBeGreaterThan(0);
});

test('there is nothing to say of a change that is not there', async () => {
  expect(await verifyChange(kit.ledger.db, 'chg_none', { keys: kit.context.keys(), vault: null })).toBeNull();
});
