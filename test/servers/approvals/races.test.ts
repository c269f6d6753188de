import { expect, test } from 'vitest';
import { changeQueueOf } from '#servers/approvals/queue/queue.ts';
import { waitTiming } from '#servers/approvals/queue/wait.ts';
import { AppError } from '#shared/errors.ts';
import { decisionsOf } from '#shared/ledger/decisions.ts';
import { type Person, startCompany } from './company.ts';
import { type Answer, startSuite, until } from './kit.ts';

const hourMs = 3_600_000;
const rounds = [0, 1, 2, 3];

type Shown = { readonly change_id: string; readonly seal: string };

async function shownTo(person: Person, id: string): Promise<Shown> {
  return { change_id: id, seal: (await person(`/changes/${id}`)).body.seal };
}

const say = (person: Person, { change_id, seal }: Shown, decision: 'approve' | 'reject', more: object = {}) =>
  person(`/changes/${change_id}/decision`, { decision, seal, reason: 'Because.', ...more });

/** Asks both at once, in one order and in the other by turns. */
async function both<T, U>(round: number, one: () => Promise<T>, other: () => Promise<U>): Promise<[T, U]> {
  if (round % 2 === 0) return Promise.all([one(), other()]);
  const [late, early] = await Promise.all([other(), one()]);
  return [early, late];
}

/** What somebody is told who comes second: where the change stands since. */
const late = (status: string) => ({
  status: 409,
  body: { error: { code: 'wrong_state', message: expect.stringContaining(`is ${status}, not waiting`) } },
});

const verbs = (answer: Answer): string[] => answer.body.decisions.map(({ verb }: { verb: string }) => verb);

test('of several people who decide at once each is told what became of theirs, and the page shows what was kept', async () => {
  const { suite, signIn } = await startCompany({
    one: { by: ['group:platform'], quorum: 1, expiresMs: hourMs },
    two: { by: ['group:leads', 'group:platform'], quorum: 2, expiresMs: hourMs },
  });
  const [alice, bob, carol] = [await signIn('s-alice'), await signIn('s-bob'), await signIn('s-carol')];
  for (const round of rounds) {
    const against = await shownTo(alice, await suite.proposeNote(`against ${round}`));
    const [yes, no] = await both(
      round,
      () => say(alice, against, 'approve'),
      () => say(bob, against, 'reject'),
    );
    const page = await alice(`/changes/${against.change_id}`);
    const isApproved = page.body.status === 'approved';
    expect([yes, no]).toMatchObject(
      isApproved ? [{ status: 200 }, late('approved')] : [late('rejected'), { status: 200 }],
    );
    expect(verbs(page)).toEqual([isApproved ? 'approve' : 'reject']);

    const last = await shownTo(alice, await suite.proposeNote(`last ${round}`, { agent: 'two' }));
    expect((await say(alice, last, 'approve')).body.status).toBe('pending_approval');
    const places = await both(
      round,
      () => say(bob, last, 'approve'),
      () => say(carol, last, 'approve'),
    );
    const [taken, full] = places.toSorted((a, b) => a.status - b.status);
    expect([taken, full]).toMatchObject([{ status: 200, body: { status: 'approved' } }, late('approved')]);
    expect(verbs(await alice(`/changes/${last.change_id}`))).toEqual(['approve', 'approve']);

    const [one, other] = [
      await shownTo(alice, await suite.proposeNote(`one ${round}`)),
      await shownTo(alice, await suite.proposeNote(`other ${round}`, { id: 'b' })),
    ];
    const [all, single] = await both(
      round,
      () => say(alice, one, 'approve', { with: [other] }),
      () => say(bob, other, 'reject'),
    );
    const kept = await Promise.all([one, other].map(async ({ change_id: id }) => verbs(await alice(`/changes/${id}`))));
    if (all.status === 200) expect([single, kept]).toMatchObject([late('approved'), [['approve'], ['approve']]]);
    else {
      const why = expect.stringContaining(`Nothing was decided, because of ${other.change_id}: The change is rejected`);
      expect(all).toMatchObject({ status: 409, body: { error: { message: why } } });
      expect([single.status, kept]).toEqual([200, [[], ['reject']]]);
    }
  }
});

test('people who ask for the list in the same moment each get what they may see, and what is there by then', async () => {
  const { suite, signIn } = await startCompany({
    one: { by: ['group:platform'], quorum: 1, expiresMs: hourMs },
    two: { by: ['group:leads'], quorum: 1, expiresMs: hourMs },
  });
  const [alice, carol, auditor] = [
    await signIn('s-alice'),
    await signIn('s-carol'),
    await signIn('s-eve', ['security']),
  ];
  const mine: string[] = [];
  const theirs: string[] = [];
  for (const round of rounds) {
    mine.unshift(await suite.proposeNote(`mine ${round}`));
    theirs.unshift(await suite.proposeNote(`theirs ${round}`, { agent: 'two' }));
    const asked = [alice, carol, auditor, alice, carol, auditor];
    const lists = await Promise.all(asked.map((person) => person('/changes?status=pending')));
    const found = lists.map(({ body }) => new Set(body.changes.map((one: Shown) => one.change_id)));
    const all = new Set([...mine, ...theirs]);
    expect(found).toEqual([mine, theirs, all, mine, theirs, all].map((ids) => new Set(ids)));
    // Who sees nothing of a change learns nothing of it by what is in conflict with it.
    const conflicts = new Set(lists[0]?.body.changes.flatMap((one: { conflicts: string[] }) => one.conflicts));
    expect(conflicts).toEqual(round === 0 ? new Set() : new Set(mine));
  }
});

test('of a person and the agent at once: the person is told that it was taken back, or replaced', async () => {
  const suite = await startSuite();
  const person: Person = (path, body) => suite.ask(`/api${path}`, { ...(body !== undefined && { body }) });
  const owner = { agent: 'one-bot', blueprint: 'one' };
  const at = { now: () => new Date(), reviewUrl: suite.consoleUrl, timing: waitTiming };
  const queue = changeQueueOf({ ...at, ledger: suite.ledger, owner, blueprint: () => null });
  for (const round of rounds) {
    const taken = await shownTo(person, await suite.proposeNote(`taken ${round}`));
    const [yes, back] = await both(
      round,
      () => say(person, taken, 'approve'),
      () => queue.withdraw(taken.change_id, 'A mistake.').catch((error: unknown) => error),
    );
    const { body: stands } = await person(`/changes/${taken.change_id}`);
    if (back instanceof AppError) expect([back.code, stands.status]).toEqual(['wrong_state', 'approved']);
    else expect(stands).toMatchObject({ status: 'withdrawn', note: 'A mistake.' });
    expect(yes).toMatchObject(stands.decisions.length === 1 ? { status: 200 } : late('withdrawn'));

    const old = await shownTo(person, await suite.proposeNote(`old ${round}`));
    const [decided, newer] = await both(
      round,
      () => say(person, old, 'approve'),
      () => suite.proposeNote(`new ${round}`, { supersedes: old.change_id }).catch((error: unknown) => error),
    );
    const { status } = (await person(`/changes/${old.change_id}`)).body;
    if (status === 'superseded') {
      const error = { code: 'wrong_state', message: expect.stringContaining('newer version') };
      expect([decided, typeof newer]).toMatchObject([{ status: 409, body: { error } }, 'string']);
    } else expect([decided.status, status, newer]).toMatchObject([200, 'approved', { code: 'wrong_state' }]);
    expect(await decisionsOf(suite.ledger.db, old.change_id)).toHaveLength(status === 'superseded' ? 0 : 1);
  }
});

test('of two who take a grant back at once one did, whose reason is kept, and nothing is written under it after', async () => {
  const grant = { changes: 3, bytes: 100, forMs: hourMs, tools: ['set_notes'] };
  const review = { by: ['local'], quorum: 1, expiresMs: hourMs };
  const rules = [{ ...review, when: { tools: ['set_notes'] }, grant }];
  const suite = await startSuite({ review: { one: { ...review, rules } } });
  suite.work();
  const statusOf = async (id: string): Promise<string> => (await suite.ask(`/api/changes/${id}`)).body.status;
  for (const round of rounds.slice(2)) {
    const id = await suite.proposeNote(`first ${round}`);
    const { seal, content } = (await suite.ask(`/api/changes/${id}`)).body;
    await suite.ask(`/api/changes/${id}/decision`, { body: { decision: 'approve', seal, grant: content.offer } });
    await until(
      () => statusOf(id),
      (status) => status === 'applied',
    );
    const [given] = (await suite.ask('/api/grants')).body.grants;
    const revoke = (reason: string) => suite.ask(`/api/grants/${given.id}/revoke`, { body: { reason } });
    const [ended, follow] = await both(
      round,
      () => Promise.all([revoke('Mine.'), revoke('Yours.')]),
      () => suite.proposeNote(`next ${round}`),
    );
    expect(ended.map(({ status }) => status).sort()).toEqual([200, 409]);
    const { body } = await suite.ask(`/api/grants/${given.id}`);
    expect(body).toMatchObject({ status: 'ended', end: { note: ended[0].status === 200 ? 'Mine.' : 'Yours.' } });
    const isUnder = body.changes.used === 1;
    // What came under it before it ended was carried out before that, or not at all.
    const wanted = isUnder ? ['applied', 'revoked', 'failed'] : ['pending_approval'];
    const status = await until(
      () => statusOf(follow),
      (one) => wanted.includes(one),
    );
    expect(suite.notes.get('a').text).toBe(status === 'applied' ? `next ${round}` : `first ${round}`);
  }
});
