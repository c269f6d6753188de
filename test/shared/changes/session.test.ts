import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { auditLedger } from '#shared/changes/audit.ts';
import { decideAutomatically } from '#shared/changes/decide-automatically.ts';
import { grantDecider } from '#shared/changes/decide-by-grant.ts';
import { policyDecider } from '#shared/changes/policy.ts';
import { requestRestore } from '#shared/changes/request-restore.ts';
import { unseal } from '#shared/changes/sealed.ts';
import { readsBefore } from '#shared/changes/trace-change.ts';
import { findChange } from '#shared/ledger/changes.ts';
import { grantStanding } from '#shared/ledger/grants.ts';
import { findSealed } from '#shared/ledger/proposals.ts';
import { noVault } from '#shared/ledger/vault.ts';
import { alice, type NotesKit, notesKit, workAll } from '#test/fakes/notes-kit.ts';
import { reading, reads, told } from '#test/fakes/reads.ts';
import { kitsOnEachEngine } from '../ledger/engines.ts';

const hour = 3_600_000;
const strange = (thing: string, more: object = {}) => told(thing, { trust: 'untrusted', ...more });
const policy = 'review: { rules: [{ name: own, tools: [set_notes], own: true, reaches: [notifies], decide: policy }] }';
const granting = `review:
  default: { by: [local] }
  rules: [{ tools: [set_notes], grant: { changes: 5, bytes: 100, for: 72h } }]`;

kitsOnEachEngine(() => {
  let kit: NotesKit;
  const start = async (more = ''): Promise<void> => {
    kit = await notesKit({ more });
  };
  beforeEach(() => start());
  afterEach(() => kit.close());

  const sealed = async (id: string) => unseal((await findSealed(kit.ledger.db, id)) ?? expect.unreachable()).body;
  const proposed = async (text: string) => (await kit.propose({ a: text })).changeId;
  const flags = async (id: string) => (await sealed(id)).flags.map(({ code }) => code);
  const decides = (id: string, by: 'policy' | 'grant') => {
    const blueprint = (name: string) => kit.blueprints.get(name) ?? null;
    const decider =
      by === 'policy'
        ? policyDecider({ blueprint, decidable: () => 'by_policy' })
        : grantDecider({ keys: kit.context.keys });
    const context = { ledger: kit.ledger, key: kit.key, now: kit.clock.now, deciders: [decider] };
    return decideAutomatically(context, id);
  };

  describe('what an agent had read that anybody may have written', () => {
    test('is sealed with its change and named in a flag, and the change is carried out as untrusted', async () => {
      await reads(kit, [told('ticket:1'), strange('ticket:2', { name: 'WEB-2' })]);
      kit.clock.advance(hour);
      await reads(kit, [strange('pull_request:9', { name: 'a\u202e"b', revision: null })], { server: 'github' });
      const id = await proposed('x');
      const { session, flags: all } = await sealed(id);
      expect(session).toEqual({
        from: '2027-01-01T04:04:05.000Z',
        to: '2027-01-02T04:04:05.000Z',
        untrusted: [
          {
            server: 'github',
            thing: 'pull_request:9',
            name: 'a\u202e"b',
            revision: null,
            at: '2027-01-02T04:04:05.000Z',
          },
          { server: 'tickets', thing: 'ticket:2', name: 'WEB-2', revision: 'r1', at: '2027-01-02T03:04:05.000Z' },
        ],
        more: 0,
      });
      expect(all).toContainEqual({
        code: 'read_untrusted',
        message: 'Before, its agent read what anybody may have written: "a\\u{202e}\\"b", "WEB-2".',
      });
      await kit.decide(id);
      await workAll(kit.context);
      expect(await kit.status(id)).toBe('applied');
      const { findings } = await auditLedger(kit.ledger.db, { keys: kit.context.keys(), vault: noVault });
      expect(findings).toEqual([]);
    });

    test('counts for a day, whichever server it was read on, and for that agent alone', async () => {
      await reads(kit, [strange('ticket:1')], { agent: 'another-bot' });
      expect(await flags(await proposed('one'))).not.toContain('read_untrusted');
      await reads(kit, [strange('ticket:1')]);
      kit.clock.advance(24 * hour);
      expect(await flags(await proposed('two'))).toContain('read_untrusted');
      // A read that is repeated within some minutes is on record once.
      kit.clock.advance(hour / 6 + 1);
      expect(await flags(await proposed('three'))).not.toContain('read_untrusted');
      expect((await sealed(await proposed('three'))).session).toMatchObject({ untrusted: [], more: 0 });
    });

    test('counts for no less where the clock of the machine that read it is behind, for as long as that is so', async () => {
      await proposed('one');
      const real = { elapsed: 0, behind: 48 * hour };
      const now = () => new Date(kit.clock.now().getTime() - real.behind);
      const calls = reading(kit, { now, elapsed: () => real.elapsed });
      const pass = (ms: number): void => {
        kit.clock.advance(ms);
        real.elapsed += ms;
      };
      await calls.read(strange('ticket:1'));
      expect(await flags(await proposed('two'))).toContain('read_untrusted');
      pass(30 * hour);
      await calls.read(strange('ticket:2'));
      pass(23 * hour);
      real.behind = 0;
      expect((await sealed(await proposed('three'))).session).toMatchObject({ untrusted: [{ thing: 'ticket:2' }] });
      await calls.read(strange('ticket:3'));
      const { at } = await kit.ledger.db.selectFrom('latest_time').select('at').executeTakeFirstOrThrow();
      expect(at).toBe(kit.clock.now().toISOString());
      await calls.close();
    });

    test('is on record once where it is read again and again within minutes, and each call with what it told', async () => {
      const calls = reading(kit, { now: kit.clock.now });
      const rows = async () =>
        (await kit.ledger.db.selectFrom('reads').select(['thing', 'tool', 'at']).orderBy('id').execute()).map(
          ({ thing, tool, at }) => [thing, tool, (Date.parse(at) - Date.parse('2027-01-02T03:04:05.000Z')) / 60_000],
        );
      await calls.read(strange('ticket:1'), told('ticket:2'));
      kit.clock.advance(hour / 10);
      await calls.read(strange('ticket:1'), told('ticket:2'), told('ticket:2', { revision: 'r2' }));
      await calls.close();
      expect(await rows()).toEqual([
        ['ticket:1', 'get_ticket', 0],
        ['ticket:2', 'get_ticket', 0],
        ['ticket:2', 'get_ticket', 6],
      ]);
      // So much later than the last time that it was read, and all the same it is known.
      kit.clock.advance(24 * hour);
      expect((await sealed(await proposed('x'))).session).toMatchObject({ untrusted: [{ thing: 'ticket:1' }] });
      const again = reading(kit, { now: kit.clock.now });
      await again.read(strange('ticket:1'));
      kit.clock.advance(hour / 6);
      await again.read(strange('ticket:1'));
      expect((await rows()).slice(3)).toEqual([
        ['ticket:1', 'get_ticket', 24 * 60 + 6],
        ['ticket:1', 'get_ticket', 24 * 60 + 16],
      ]);
      const { body } = await kit.ledger.db
        .selectFrom('events')
        .select('body')
        .where('type', '=', 'tool.read')
        .where('body', 'like', '%told_before%')
        .executeTakeFirstOrThrow();
      expect(JSON.parse(body)).toMatchObject({ told_count: 3, told_before: 2, untrusted: 1 });
      const { findings } = await auditLedger(kit.ledger.db, { keys: kit.context.keys(), vault: noVault });
      expect(findings).toEqual([]);
    });

    test('is named up to twenty, each at a revision once, the latest first', async () => {
      const all = Array.from({ length: 25 }, (_, index) => strange(`ticket:${index}`));
      await reads(kit, all);
      kit.clock.advance(1_000);
      await reads(kit, [strange('ticket:3'), strange('ticket:3', { revision: 'r2' })]);
      const { session, flags: raised } = await sealed(await proposed('x'));
      expect(session?.untrusted).toHaveLength(20);
      expect(
        session?.untrusted
          .slice(0, 2)
          .map(({ revision }) => revision)
          .sort(),
      ).toEqual(['r1', 'r2']);
      expect(session?.more).toBe(6);
      expect(raised.at(-1)?.message).toMatch(/: ("ticket:\d+", ){2}"ticket:\d+" and 23 more\.$/);
    });

    test('is no part of an identical proposal that was made before it, which stays as it is', async () => {
      const first = await proposed('x');
      await reads(kit, [strange('ticket:1')]);
      kit.clock.advance(1_000);
      await reads(kit, [strange('ticket:2')]);
      expect(await proposed('x')).toBe(first);
      expect(await flags(first)).not.toContain('read_untrusted');
      const row = (await findChange(kit.ledger.db, first)) ?? expect.unreachable();
      expect(await readsBefore(kit.ledger.db, row)).toMatchObject({ untrusted: 1, untrustedSince: 1 });
      expect(await flags(await proposed('y'))).toContain('read_untrusted');
    });

    test('is flagged on an agent’s restore, and not on a person’s', async () => {
      const id = await kit.approved({ a: 'x' });
      await workAll(kit.context);
      await reads(kit, [strange('ticket:1')]);
      const request = { change_id: id, choice: 'refuse', reason: 'Wrong.' } as const;
      const context = { ledger: kit.ledger, now: kit.clock.now };
      const byPerson = await requestRestore(context, { person: alice }, request);
      await workAll(kit.context);
      expect((await sealed(byPerson)).session).toBeUndefined();
      expect(await flags(byPerson)).not.toContain('read_untrusted');
      await kit.decide(byPerson, 'reject');
      const byAgent = await requestRestore(context, { blueprint: kit.blueprint }, request, null);
      await workAll(kit.context);
      expect(await flags(byAgent)).toContain('read_untrusted');
    });
  });

  describe('without a person', () => {
    test('no rule decides a change of an agent that had read it, although the rule names the flag', async () => {
      await kit.close();
      await start(policy.replace('own: true', 'own: true, flags: [read_untrusted]'));
      await kit.approved({ a: 'one' });
      await workAll(kit.context);
      await reads(kit, [strange('ticket:1')]);
      const tainted = await proposed('two');
      expect(await decides(tainted, 'policy')).toBe(false);
      expect(await kit.status(tainted)).toBe('pending');
      kit.clock.advance(25 * hour);
      expect(await decides(await proposed('three'), 'policy')).toBe(true);
    });

    test('a task grant covers what its agent had read when it was given, and leaves the rest to people', async () => {
      await kit.close();
      await start(granting);
      await reads(kit, [strange('ticket:1')]);
      const first = await proposed('one');
      await kit.decide(first, 'approve', alice, [], (await sealed(first)).review.grant);
      await workAll(kit.context);
      kit.clock.advance(hour);
      await reads(kit, [strange('ticket:1')]);
      const second = await proposed('two');
      expect(await decides(second, 'grant')).toBe(true);
      await workAll(kit.context);
      expect(await kit.status(second)).toBe('applied');
      await reads(kit, [strange('ticket:1', { revision: 'r2' })]);
      const third = await proposed('three');
      expect(await decides(third, 'grant')).toBe(false);
      const row = await kit.ledger.db.selectFrom('grants').select('id').executeTakeFirstOrThrow();
      expect((await grantStanding(kit.ledger.db, row.id))?.end).toBeNull();
      await kit.decide(third);
      await workAll(kit.context);
      kit.clock.advance(25 * hour);
      const fourth = await proposed('four');
      expect(await decides(fourth, 'grant')).toBe(true);
      await workAll(kit.context);
      expect(kit.store.get('a').text).toBe('four');
    });
  });
});
