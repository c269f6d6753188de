import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Audit, auditLedger } from '#shared/changes/audit.ts';
import { type Checkpoint, readCheckpoints, takeCheckpoint } from '#shared/changes/checkpoint.ts';
import { openSigningKey, publicHalves, type SigningKey } from '#shared/changes/keys.ts';
import { readsBefore } from '#shared/changes/trace-change.ts';
import { sha256 } from '#shared/crypto/canonical.ts';
import { insertAssignment } from '#shared/ledger/assignments.ts';
import { findChange } from '#shared/ledger/changes.ts';
import { countDroppableReads, dropReads } from '#shared/ledger/drop-reads.ts';
import { insertStop } from '#shared/ledger/stops.ts';
import { insertTombstone } from '#shared/ledger/tombstones.ts';
import { noVault } from '#shared/ledger/vault.ts';
import { alice, bob, type NotesKit, notesKit, workAll } from '#test/fakes/notes-kit.ts';
import { reads, told } from '#test/fakes/reads.ts';
import { kitsOnEachEngine, type Look, lookAt } from '../ledger/engines.ts';

kitsOnEachEngine((engine) => {
  let kit: NotesKit;
  let look: Look;
  beforeEach(async () => {
    kit = await notesKit();
    await kit.approved({ a: 'one', b: 'two' });
    await workAll(kit.context);
    await kit.propose({ c: 'waits' });
    const actor = { kind: 'person', ...alice } as const;
    const at = kit.clock.now().toISOString();
    await kit.ledger.write((tx) => insertStop(tx, { scope: 'tool', value: 't', reason: 'r', actor, at }));
    const waits = await kit.ledger.db
      .selectFrom('changes')
      .select('id')
      .where('status', '=', 'pending')
      .executeTakeFirstOrThrow();
    await kit.ledger.write((tx) =>
      insertAssignment(tx, { changeId: waits.id, assignee: { person: 'bob' }, actor, at }),
    );
    await reads(kit, [told('ticket:1'), told('ticket:2', { trust: 'untrusted' })]);
    await reads(kit, [told('ticket:3', { rank: 1 })]);
    const stone = { server: 'knowledge', backend: 'k', thing: 'page:1', name: 'Page', reason: 'r' };
    await kit.ledger.write((tx) => insertTombstone(tx, { ...stone, digests: [sha256('a')], actor, at }));
    look = await lookAt(kit.ledgerPath);
  });
  afterEach(async () => {
    await look.close();
    await kit.close();
  });

  const audit = (checkpoints: readonly Checkpoint[] = []): Promise<Audit> =>
    auditLedger(kit.ledger.db, { keys: kit.context.keys(), checkpoints, vault: noVault });
  const codes = async (): Promise<string[]> =>
    [...new Set((await audit()).findings.map((finding) => finding.code))].sort();

  test('a ledger that nobody edited has no finding', async () => {
    expect(await audit()).toMatchObject({ found: 0, findings: [], changes: 2, decisions: 1, truncation: 'not proven' });
  });

  test('what was read is dropped after its time, and only then; what was sealed of it stays', async () => {
    const day = 86_400_000;
    const actor = { kind: 'server', server: 'approvals' } as const;
    const { changeId } = await kit.propose({ a: 'after reading' });
    kit.clock.advance(40 * day);
    await reads(kit, [told('ticket:4'), told('ticket:5')]);
    const { ledger } = kit;
    const asked = { days: 30, now: kit.clock.now() };
    const left = async () => (await ledger.db.selectFrom('reads').select('thing').orderBy('id').execute()).length;
    expect(await countDroppableReads(ledger.db, asked)).toEqual({ reads: 3 });
    // A clock that is ahead takes nothing that the ledger has seen lately.
    const ahead = { ...asked, now: new Date(asked.now.getTime() + 400 * day), actor };
    expect([await dropReads(ledger, ahead), await left()]).toEqual([{ reads: 3 }, 2]);
    expect(await dropReads(ledger, { ...asked, actor })).toEqual({ reads: 0 });
    expect((await audit()).findings).toEqual([]);
    const row = await findChange(ledger.db, changeId);
    expect(row && (await readsBefore(ledger.db, row))).toMatchObject({
      ...{ dropped: true, complete: false, untrusted: 1 },
      reads: [{ thing: 'ticket:2', trust: 'untrusted', tools: [] }],
    });
    await look.run("update reads set trust = 'untrusted' where thing = 'ticket:4'");
    expect(await codes()).toEqual(['read']);
  });

  const other = sha256('{}');
  const edits: readonly [string, string, string[]][] = [
    ['a step that was begun by another', "update attempts set executor = 'x' where step = 0", ['step']],
    ['a step that began at another time', "update attempts set begun_at = '2020' where step = 1", ['step']],
    ['a receipt', "update outcomes set receipt = '{}' where step = 0", ['step']],
    ['how a step ended', "update outcomes set outcome = 'landed' where step = 1", ['step']],
    ['a step that is gone', 'delete from outcomes where step = 1', ['step']],
    ['the state after', `update snapshots set body = '{}', digest = '${other}' where phase = 'after'`, ['snapshot']],
    ['the state after, gone', "delete from snapshots where phase = 'after'", ['snapshot']],
    ['what it writes to', "update touches set resource = 'x' where resource like '%a'", ['seal']],
    [
      'a plan that is gone',
      "delete from sealed where change_id in (select id from changes where status = 'pending')",
      ['seal'],
    ],
    ['what makes it the same', "update changes set fingerprint = 'x' where status = 'pending'", ['row']],
    ['since when', "update changes set updated_at = '2020' where status = 'applied'", ['status']],
    ['who decided', "update decisions set subject = 'mallory'", ['decision']],
    ['a decision that is gone', 'delete from decisions', ['decision']],
    ['contents', "update content_chunks set data = x'00', encoding = 'raw'", ['contents']],
    ['contents that are gone', 'delete from content_chunks', ['contents']],
    ['a stop', "update stops set value = 'u'", ['operator']],
    ['a stop that is gone', 'delete from stops', ['operator']],
    ['what was forgotten', "update tombstones set name = 'x'", ['operator']],
    ['a text of what was forgotten', 'delete from tombstone_texts', ['operator']],
    ['what was read', "update reads set revision = 'r2' where thing = 'ticket:1'", ['read']],
    ['how far it can be relied on', "update reads set trust = 'trusted'", ['read']],
    ['when it was read', "update reads set first_at = '2020' where thing = 'ticket:3'", ['read']],
    ['who read it', "update reads set agent = 'x' where thing = 'ticket:3'", ['read']],
    ['a read that is gone', "delete from reads where thing = 'ticket:2'", ['read']],
    ['a read that no event tells of', "update reads set event = 'x' where thing = 'ticket:3'", ['read']],
    ['whom it was assigned to', 'update assignments set assignee = \'{"person":"eve"}\'', ['operator']],
    [
      'a migration that is not ours',
      "update kysely_migration set name = 'x' where name = '0002-stops'",
      ['migrations'],
    ],
    [
      'an event that was edited',
      "update events set body = '{}' where type = 'decision.made'",
      ['decision', 'event_edited'],
    ],
    [
      'an event that is gone',
      "delete from events where seq = (select max(seq) from events where type = 'step.ended')",
      ['chain_broken', 'step'],
    ],
  ];
  // What is compared is the same on both; on PostgreSQL a ledger for each takes longer.
  const tried = engine === 'sqlite' ? edits : edits.filter((_, index) => index % 6 === 0);
  test.each(tried)('finds %s', async (_what, edit, expected) => {
    await look.run(edit);
    expect(await codes()).toEqual(expected);
  });

  test('what an earlier version did without recording its steps is no finding, and nobody can put more there', async () => {
    await look.run("delete from events where type like 'step.%'");
    expect(await codes()).toEqual(['chain_broken']);
    await kit.approved({ a: 'later' });
    kit.clock.advance(1000);
    await workAll(kit.context);
    expect(await codes()).toEqual(['chain_broken']);
    await look.run("update attempts set begun_at = '2099' where step = 1");
    expect(await codes()).toEqual(['chain_broken', 'step']);
  });

  test('a change that was taken up again, decided by two, and put back, is whole', async () => {
    const { changeId: id } = await kit.propose({ c: 'x', a: null });
    await kit.decide(id, 'approve', bob);
    await workAll(kit.context);
    await kit.decide((await kit.propose({ b: 'no' })).changeId, 'reject');
    expect(await audit()).toMatchObject({ found: 0, changes: 4, decisions: 3 });
  });

  describe('against a checkpoint', () => {
    let key: SigningKey;
    let text: string;
    const read = () => readCheckpoints(text, publicHalves(key));
    const take = async (): Promise<void> => {
      const options = { key, text, checkpoints: read(), now: kit.clock.now(), progress: () => {} };
      text += `${(await takeCheckpoint(kit.ledger.db, options)).line}\n`;
    };
    beforeEach(async () => {
      key = openSigningKey(join(kit.dir, 'elsewhere', 'key.pem'));
      text = '';
      await take();
    });

    test('a record that went on since is not truncated, and says up to where', async () => {
      await kit.approved({ c: 'more' });
      await take();
      await kit.approved({ b: 'even more' });
      const done = await audit(read());
      expect(done).toMatchObject({ found: 0, truncation: 'excluded' });
      expect(done.checkpoint?.events.seq).toBeLessThan(done.events + 1);
      expect(read().map((one) => one.previous)).toEqual([null, sha256(text.split('\n')[0] ?? '')]);
    });

    test('a record whose end was cut off is', async () => {
      await look.run('delete from events where seq = (select max(seq) from events)');
      const done = await audit(read());
      expect(done.truncation).toBe('found');
      expect(done.findings.map(({ code }) => code)).toContain('truncated');
      await expect(take()).rejects.toMatchObject({ code: 'conflict' });
    });

    test('a record that was made anew is, though it holds by itself', async () => {
      const rows = await kit.ledger.db.selectFrom('events').selectAll().orderBy('seq').execute();
      let previous = '0'.repeat(64);
      const { canonical } = await import('#shared/crypto/canonical.ts');
      for (const { seq, hash: _hash, ...row } of rows) {
        const next = { ...row, at: seq === 1 ? row.at : row.at, type: row.type, previous };
        if (seq === rows.at(-1)?.seq) next.actor = '{"kind":"server","server":"x"}';
        const hash = sha256(canonical(next));
        await look.run(
          'update events set actor = ?, previous = ?, hash = ? where seq = ?',
          next.actor,
          previous,
          hash,
          seq,
        );
        previous = hash;
      }
      expect((await audit()).findings.map(({ code }) => code)).not.toContain('chain_broken');
      expect(await audit(read())).toMatchObject({ truncation: 'found' });
      await expect(take()).rejects.toMatchObject({ code: 'conflict' });
    });

    test('a checkpoint that somebody edited, left out or signed counts for nothing', async () => {
      await kit.approved({ c: 'more' });
      await take();
      const [first = '', second = ''] = text.split('\n');
      text = `${second}\n`;
      expect(read).toThrow('does not follow the one before it');
      text = `${first}\n${second.replace('payload":"', 'payload":"e')}\n`;
      expect(read).toThrow('is not signed');
      text = `${first}\n${second}\n`;
      expect(() => readCheckpoints(text, publicHalves(kit.key))).toThrow('is not signed');
      expect(read()).toHaveLength(2);
    });
  });
});
