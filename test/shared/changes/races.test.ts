import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { changeQueueOf } from '#servers/approvals/queue/queue.ts';
import { waitTiming } from '#servers/approvals/queue/wait.ts';
import { decideAutomatically } from '#shared/changes/decide-automatically.ts';
import { grantDecider } from '#shared/changes/decide-by-grant.ts';
import { decideSet } from '#shared/changes/decide-set.ts';
import { expireOverdue } from '#shared/changes/expire.ts';
import { policyDecider } from '#shared/changes/policy.ts';
import { requestSet } from '#shared/changes/request-set.ts';
import { sealSet } from '#shared/changes/seal-set.ts';
import { endGrant, findGrant, type GrantStanding, grantStanding } from '#shared/ledger/grants.ts';
import { type Ledger, openLedger } from '#shared/ledger/ledger.ts';
import { isPostgresUrl } from '#shared/ledger/location.ts';
import { findSealed } from '#shared/ledger/proposals.ts';
import { findSetSeal, membersOf } from '#shared/ledger/sets.ts';
import { endStop, insertStop } from '#shared/ledger/stops.ts';
import { alice, bob, type NotesKit, notesKit, workAll } from '#test/fakes/notes-kit.ts';
import { race, racesOn, starts } from './race-kit.ts';

const limits = 'limits: { writes_per_hour: 999, pending: 999 }';
const person = { kind: 'person', ...bob } as const;
const hourMs = 3_600_000;
/** Where much has to be there before the race. */
const few = starts.slice(0, 4);

let kit: NotesKit;
/** A second connection to the ledger, as another process would have. */
let other: Ledger;
afterEach(async () => {
  await other.close();
  await kit.close();
});

const { asked, shown, each, decision, expectRecord, expectSound } = racesOn(() => kit);

async function start(more = ''): Promise<void> {
  kit = await notesKit({ more: `${limits}\n${more}` });
  other = await openLedger(kit.ledgerPath);
  if (!isPostgresUrl(kit.ledgerPath)) await sql`pragma synchronous = off`.execute(other.db);
}

const now = (): string => kit.clock.now().toISOString();

/** That one of two was told where the change stands since, and the other why not, in words that name that state. */
const notWaiting = (status: string) => ({ got: 'wrong_state', words: expect.stringContaining(`is ${status}, not`) });

describe('of two who decide at once, one does and the other is told', () => {
  beforeEach(() => start());

  test('to approve and to reject', async () => {
    await each(async (begin, id) => {
      const changes = await shown([id]);
      const [yes, no] = await race(
        begin,
        decision(kit.ledger, changes),
        decision(other, changes, { verb: 'reject', approver: bob }),
      );
      const status = (await kit.status(id)) ?? '';
      expect([yes, no]).toMatchObject(
        status === 'approved' ? [{ got: status }, notWaiting(status)] : [notWaiting('rejected'), { got: status }],
      );
      await expectRecord(id, [status === 'approved' ? 'approve' : 'reject']);
    });
    await expectSound();
  });

  test('to approve several, and to reject one of them: all are approved or none', async () => {
    await each(async (begin, id) => {
      const with1 = await asked(`beside ${id}`, 'b');
      const [together, alone] = await race(
        begin,
        decision(kit.ledger, await shown([with1, id])),
        decision(other, await shown([id]), { verb: 'reject', approver: bob }),
      );
      const status = await kit.status(id);
      if (status === 'approved') {
        expect([together, alone]).toMatchObject([{ got: 'approved,approved' }, notWaiting('approved')]);
        await expectRecord(with1, ['approve']);
        return expectRecord(id, ['approve']);
      }
      expect(status).toBe('rejected');
      const words = expect.stringMatching(`Nothing was decided, because of ${id}: The change is rejected`);
      expect([together, alone]).toMatchObject([{ got: 'wrong_state', words }, { got: 'rejected' }]);
      await expectRecord(with1, []);
      return expectRecord(id, ['reject']);
    });
    await expectSound();
  });

  test('over the same several, each in an order of their own', async () => {
    await each(async (begin, id) => {
      const with1 = await asked(`beside ${id}`, 'b');
      const both = await race(
        begin,
        decision(kit.ledger, await shown([id, with1])),
        decision(other, await shown([with1, id]), { approver: bob }),
      );
      expect(both.map(({ got }) => got).sort()).toEqual(['approved,approved', 'wrong_state']);
      for (const one of [id, with1]) await expectRecord(one, ['approve']);
    });
    await expectSound();
  });
});

describe('a decision and what ends the change otherwise', () => {
  beforeEach(() => start());

  test('the agent that takes it back', async () => {
    const owner = { agent: kit.blueprint.agent, blueprint: kit.blueprint.name };
    const queue = changeQueueOf({
      ledger: other,
      now: kit.clock.now,
      owner,
      blueprint: () => kit.blueprint,
      reviewUrl: 'https://console.example',
      timing: waitTiming,
    });
    await each(async (begin, id) => {
      const withdraw = async (): Promise<string> => (await queue.withdraw(id, 'A mistake.')).status;
      const [yes, back] = await race(begin, decision(kit.ledger, await shown([id])), withdraw);
      const status = await kit.status(id);
      if (yes.got === 'wrong_state') {
        expect([status, yes, back]).toMatchObject(['withdrawn', notWaiting('withdrawn'), { got: 'withdrawn' }]);
        return expectRecord(id, []);
      }
      // What was approved may still be taken back by an agent that knows of it, and nothing of it is carried out.
      expect(yes.got).toBe('approved');
      const late = { got: 'wrong_state', words: 'The change is not pending any more.' };
      expect(back).toMatchObject(status === 'withdrawn' ? { got: 'withdrawn' } : late);
      await expectRecord(id, ['approve']);
    });
    await expectSound();
  });

  test('the clock', async () => {
    const { expires_at } = JSON.parse((await findSealed(kit.ledger.db, await asked('first')))?.body ?? '');
    await each(async (begin, id) => {
      // The decision came a moment before the time was over, and the clock looks a moment after it.
      const sweep = async () =>
        `ended ${await expireOverdue(other, 'approvals', new Date(Date.parse(expires_at) + 1))}`;
      const [yes] = await race(begin, decision(kit.ledger, await shown([id])), sweep);
      const status = (await kit.status(id)) ?? '';
      if (yes.got === 'wrong_state') {
        expect([status, yes]).toMatchObject(['expired', notWaiting('expired')]);
        return expectRecord(id, []);
      }
      // Its time may still be over before anybody carries it out, which the record tells apart.
      expect([yes.got, ['approved', 'expired'].includes(status)]).toEqual(['approved', true]);
      await expectRecord(id, ['approve']);
    });
    await expectSound();
  });

  test('a new version of it', async () => {
    await each(async (begin, id) => {
      const version = async () => (await kit.propose({ a: `better ${id}` }, { supersedes: id })).changeId;
      const [yes, newer] = await race(begin, decision(other, await shown([id])), version);
      if ((await kit.status(id)) === 'superseded') {
        expect(await kit.status(newer.got)).toBe('pending');
        expect(yes).toMatchObject({ got: 'wrong_state', words: expect.stringContaining('newer version') });
        return expectRecord(id, []);
      }
      expect([await kit.status(id), yes.got]).toEqual(['approved', 'approved']);
      expect(newer).toMatchObject({ got: 'wrong_state', words: expect.stringContaining(`${id} is approved`) });
      await expectRecord(id, ['approve']);
    });
    await expectSound();
  });

  test('a stop: what is approved meanwhile is kept, and nothing of it is written until the stop ends', async () => {
    await each(async (begin, id) => {
      const stop = async (): Promise<string> => {
        const asked = { scope: 'all', value: null, reason: 'odd', actor: person, at: now() } as const;
        return String(await other.write((tx) => insertStop(tx, asked)));
      };
      const [yes, stopped] = await race(begin, decision(kit.ledger, await shown([id])), stop);
      expect(yes.got).toBe('approved');
      const writes = kit.store.writes('a');
      await workAll(kit.context);
      expect([await kit.status(id), kit.store.writes('a')]).toEqual(['approved', writes]);
      await expectRecord(id, ['approve']);
      await other.write((tx) => endStop(tx, { id: Number(stopped.got), reason: 'fine', actor: person, at: now() }));
      await workAll(kit.context);
      expect(await kit.status(id)).toBe('applied');
    });
    await expectSound();
  });
});

describe('a quorum of two', () => {
  const leads = 'review: { default: { by: ["group:leads"], quorum: 2 } }';
  const known = { key: null, groups: [{ group: 'leads', from: ['claim'] as const }] };
  const [first, second, third] = ['u-1', 'u-2', 'u-3'].map((subject) => ({ issuer: 'https://id.example', subject }));
  const by = (ledger: Ledger, changes: Awaited<ReturnType<typeof shown>>, approver = alice) =>
    decision(ledger, changes, { approver, known });

  test('of whom two want the last place: one takes it, and the other is told that it is approved', async () => {
    await start(leads);
    await each(async (begin, id) => {
      const changes = await shown([id]);
      await by(kit.ledger, changes, first)();
      const both = await race(begin, by(kit.ledger, changes, second), by(other, changes, third));
      const [last, late] = both.toSorted((a, b) => a.got.localeCompare(b.got));
      expect([await kit.status(id), last, late]).toMatchObject([
        'approved',
        { got: 'approved' },
        notWaiting('approved'),
      ]);
      await expectRecord(id, ['approve', 'approve']);
    });
    await expectSound();
  });

  test('who come at once: both count, and each is told where it stood when theirs was kept', async () => {
    await start(leads);
    await each(async (begin, id) => {
      const changes = await shown([id]);
      const both = await race(begin, by(kit.ledger, changes, first), by(other, changes, second));
      expect(both.map(({ got }) => got).sort()).toEqual(['approved', 'pending']);
      expect(await kit.status(id)).toBe('approved');
      await expectRecord(id, ['approve', 'approve']);
    });
    await expectSound();
  });

  test('of whom one comes twice: counted once, and told so', async () => {
    await start(leads);
    await each(async (begin, id) => {
      const changes = await shown([id]);
      const both = await race(begin, by(kit.ledger, changes, first), by(other, changes, first));
      const [kept, again] = both.toSorted((a, b) => a.got.localeCompare(b.got));
      const words = 'You have decided this change already; it waits for others.';
      expect([kept?.got, again]).toEqual(['pending', { got: 'wrong_state', words }]);
      await expectRecord(id, ['approve']);
    });
    await expectSound();
  });
});

test('a set as a whole, and one of its members: neither undoes what the other was told', async () => {
  await start();
  for (const begin of few) {
    const done = [await kit.approved({ a: `a ${now()}` }), await kit.approved({ b: `b ${now()}` })];
    await workAll(kit.context);
    const queue = { ledger: kit.ledger, now: kit.clock.now };
    const setId = await requestSet(queue, alice, { changeIds: done, choice: 'refuse', reason: 'wrong' });
    await workAll(kit.context);
    await sealSet(queue, setId);
    const seal = (await findSetSeal(kit.ledger.db, setId))?.seal ?? '';
    const [member, rest] = (await membersOf(kit.ledger.db, setId)).map(({ id }) => id) as [string, string];
    const deciding = { ...queue, key: kit.key };
    const whole = async () =>
      (await decideSet(deciding, { setId, seal, verb: 'approve', approver: alice, reason: '' }))
        .map(({ status }) => status)
        .join();
    const alone = decision(other, await shown([member]), { verb: 'reject', approver: bob });
    const [all, one] = await race(begin, whole, alone);
    if (one.got === 'wrong_state') {
      expect([all, one]).toMatchObject([{ got: 'approved,approved' }, notWaiting('approved')]);
      await expectRecord(member, ['approve']);
    } else {
      expect([one.got, await kit.status(member)]).toEqual(['rejected', 'rejected']);
      // Asked for before it was rejected, the whole is refused, and names what is in its way; after it, the rest is decided.
      const refused = {
        got: 'wrong_state',
        words: expect.stringContaining(`Nothing was decided, because of ${member}`),
      };
      expect(all).toMatchObject(all.got === 'wrong_state' ? refused : { got: 'approved' });
      await expectRecord(member, ['reject']);
    }
    await expectRecord(rest, all.got === 'wrong_state' ? [] : ['approve']);
    if (all.got === 'wrong_state') await decision(kit.ledger, await shown([rest]), { verb: 'reject' })();
    await workAll(kit.context);
    kit.clock.advance(1_000);
  }
  await expectSound();
});

describe('what decides without a person', () => {
  const own =
    'review: { rules: [{ name: own, tools: [set_notes], own: true, flags: none, reaches: [notifies], decide: policy }] }';
  const granting = (changes: number, bytes: number): string =>
    `review: { rules: [{ tools: [set_notes], grant: { changes: ${changes}, bytes: ${bytes}, for: 1h } }] }`;

  async function applied(text: string, more: { grant?: boolean } = {}): Promise<string> {
    const id = await asked(text);
    const { review } = JSON.parse((await findSealed(kit.ledger.db, id))?.body ?? '');
    await kit.decide(id, 'approve', alice, [], more.grant ? review.grant : undefined);
    await workAll(kit.context);
    expect(await kit.status(id)).toBe('applied');
    return id;
  }

  /** A change with a grant, under which the next ones come. */
  async function granted(text: string): Promise<GrantStanding> {
    const row = await findGrant(kit.ledger.db, { change: await applied(text, { grant: true }) });
    const standing = row && (await grantStanding(kit.ledger.db, row.id));
    if (!standing) throw new Error('a grant was given');
    return standing;
  }

  const look = (ledger: Ledger, id: string) => async (): Promise<string> => {
    const decidable = () => 'by_policy' as const;
    const rules = policyDecider({ blueprint: (name) => kit.blueprints.get(name) ?? null, decidable });
    const deciders = [rules, grantDecider({ keys: kit.context.keys })];
    return String(await decideAutomatically({ ledger, key: kit.key, now: kit.clock.now, deciders }, id));
  };

  const revoke = (grant: GrantStanding) => async (): Promise<string> => {
    const end = { why: 'revoked', change_id: null, note: 'enough', actor: person, at: now() } as const;
    await kit.ledger.write((tx) => endGrant(tx, grant, end));
    return 'ended';
  };

  const usesOf = async ({ id }: GrantStanding) =>
    (await grantStanding(kit.ledger.db, id))?.uses.map(({ change_id, number }) => [change_id, number]);

  test.each([
    ['a rule', own],
    ['a task grant', granting(50, 9_999)],
  ])('%s, and a person who rejects it: one of them decides, once', async (_what, rule) => {
    await start(rule);
    await applied('zero', { grant: rule !== own });
    await each(async (begin, id) => {
      const no = decision(kit.ledger, await shown([id]), { verb: 'reject', approver: bob });
      const [person, automatic] = await race(begin, no, look(other, id));
      const status = await kit.status(id);
      expect([person, automatic.got]).toMatchObject(
        status === 'rejected' ? [{ got: 'rejected' }, 'false'] : [notWaiting('approved'), 'true'],
      );
      await expectRecord(id, [status === 'rejected' ? 'reject' : 'approve']);
      await workAll(kit.context);
    });
    await expectSound();
  });

  test.each([
    ['place', granting(1, 9_999)],
    ['bytes', granting(9, 9)],
  ])('the last %s of a grant goes to one of two, and the other waits for a person', async (_what, rule) => {
    await start(rule);
    for (const [at, begin] of few.entries()) {
      const grant = await granted(`first ${at}`);
      const follow = [await asked(`five${at % 10}`), await asked(`four${at % 10}`)] as const;
      const both = await race(begin, look(kit.ledger, follow[0]), look(other, follow[1]));
      expect(both.map(({ got }) => got).sort()).toEqual(['false', 'true']);
      const [taken, left] = both[0].got === 'true' ? follow : follow.toReversed();
      expect(await usesOf(grant)).toEqual([[taken, 1]]);
      expect([await kit.status(taken ?? ''), await kit.status(left ?? '')]).toEqual(['approved', 'pending']);
      await expectRecord(left ?? '', []);
      await workAll(kit.context);
      expect(await kit.decide(left ?? '', 'reject')).toBe('rejected');
      kit.clock.advance(hourMs);
    }
    await expectSound();
  });

  test('a grant that is taken back as it is used: nothing comes under it later, and nothing is written', async () => {
    await start(granting(9, 9_999));
    for (const [at, begin] of few.entries()) {
      const grant = await granted(`first ${at}`);
      const id = await asked(`next ${at}`);
      const writes = kit.store.writes('a');
      const [, automatic] = await race(begin, revoke(grant), look(other, id));
      expect((await grantStanding(kit.ledger.db, grant.id))?.end).toMatchObject({ why: 'revoked', note: 'enough' });
      expect(await usesOf(grant)).toEqual(automatic.got === 'true' ? [[id, 1]] : []);
      await expectRecord(id, automatic.got === 'true' ? ['approve'] : []);
      await workAll(kit.context);
      expect([await kit.status(id), kit.store.writes('a')]).toEqual([
        automatic.got === 'true' ? 'revoked' : 'pending',
        writes,
      ]);
      if (automatic.got === 'false') await kit.decide(id, 'reject');
    }
    await expectSound();
  });

  test('a grant that is taken back as its change is carried out: no write begins after it', async () => {
    await start(granting(9, 9_999));
    for (const [at, begin] of few.entries()) {
      const grant = await granted(`first ${at}`);
      const id = await asked(`next ${at}`);
      expect(await look(other, id)()).toBe('true');
      let begun: 'before' | 'after' | 'not' = 'not';
      let isOver = false;
      kit.store.intercept = (call, moment) => {
        if (call.startsWith('put') && moment === 'before') begun = isOver ? 'after' : 'before';
      };
      const back = () => revoke(grant)().finally(() => (isOver = true));
      const carry = () => workAll(kit.executor('second', { ledger: other })).then(() => 'worked');
      await race(begin, back, carry);
      kit.store.intercept = () => {};
      await workAll(kit.context);
      const status = await kit.status(id);
      expect([begun, status]).toEqual(
        status === 'applied' ? ['before', 'applied'] : ['not', status === 'failed' ? 'failed' : 'revoked'],
      );
      expect(kit.store.get('a').text).toBe(status === 'applied' ? `next ${at}` : `first ${at}`);
      await expectRecord(id, ['approve']);
    }
    await expectSound();
  });

  test('a stop as a grant is used: what came under it is not written, and the grant has ended', async () => {
    await start(granting(9, 9_999));
    for (const [at, begin] of few.entries()) {
      const grant = await granted(`first ${at}`);
      const id = await asked(`next ${at}`);
      const stopping = { scope: 'agent', value: 'note-bot', reason: 'odd', actor: person, at: now() } as const;
      const stop = async () => String(await kit.ledger.write((tx) => insertStop(tx, stopping)));
      const [stopped, automatic] = await race(begin, stop, look(other, id));
      await kit.ledger.write((tx) =>
        endStop(tx, { id: Number(stopped.got), reason: 'fine', actor: person, at: now() }),
      );
      expect((await grantStanding(kit.ledger.db, grant.id))?.end).toMatchObject({ why: 'stopped' });
      await workAll(kit.context);
      expect(await kit.status(id)).toBe(automatic.got === 'true' ? 'revoked' : 'pending');
      expect(await look(other, id)()).toBe('false');
      expect(kit.store.get('a').text).toBe(`first ${at}`);
      if (automatic.got === 'false') await kit.decide(id, 'reject');
    }
    await expectSound();
  });

  test('a stop as a grant is given: the grant has ended with it, or was never given and nothing was decided', async () => {
    await start(granting(9, 9_999));
    await each(async (begin, id) => {
      const { review } = JSON.parse((await findSealed(kit.ledger.db, id))?.body ?? '');
      const stopping = { scope: 'agent', value: 'note-bot', reason: 'odd', actor: person, at: now() } as const;
      const stop = async () => String(await kit.ledger.write((tx) => insertStop(tx, stopping)));
      const give = decision(other, await shown([id]), { grant: review.grant });
      const [stopped, given] = await race(begin, stop, give);
      await kit.ledger.write((tx) =>
        endStop(tx, { id: Number(stopped.got), reason: 'fine', actor: person, at: now() }),
      );
      const row = await findGrant(kit.ledger.db, { change: id });
      const standing = row && (await grantStanding(kit.ledger.db, row.id));
      if (given.got === 'approved') expect(standing?.end).toMatchObject({ why: 'stopped', note: 'odd' });
      else {
        expect(given).toMatchObject({ got: 'not_permitted', words: expect.stringContaining('Writes are stopped') });
        expect([standing, await kit.status(id)]).toEqual([undefined, 'pending']);
      }
      await expectRecord(id, standing ? ['approve'] : []);
    });
    await expectSound();
  });
});
