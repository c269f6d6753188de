import { describe, expect, test } from 'vitest';
import { type Suite, startSuite, until } from './kit.ts';

const decide = (suite: Suite, id: string, body: object, headers?: Record<string, string>) =>
  suite.ask(`/api/changes/${id}/decision`, { body, ...(headers && { headers }) });

const sealOf = async (suite: Suite, id: string): Promise<string> => (await suite.ask(`/api/changes/${id}`)).body.seal;

const statusOf = async (suite: Suite, id: string): Promise<string> =>
  (await suite.ask(`/api/changes/${id}/progress`)).body.status;

describe('a decision', () => {
  test('approves the seal that was shown, and the change is followed to its end', async () => {
    const suite = await startSuite();
    const id = await suite.proposeNote('hello');
    const list = await suite.ask('/api/changes?status=pending');
    expect(list.body).toMatchObject({
      changes: [{ change_id: id, status: 'pending_approval', summary: 'Set a', requester: { name: 'one-bot' } }],
      next_before: null,
    });
    const { body: shown } = await suite.ask(`/api/changes/${id}`);
    expect(shown.content.effects).toEqual([
      { kind: 'field', target: 'note a', field: 'text', before: null, after: 'hello' },
    ]);
    expect(shown).toMatchObject({ reason: 'Because.', content: { sponsor: 'alice', backend: 'notes.test' } });

    const answer = await decide(suite, id, { decision: 'approve', seal: shown.seal });
    expect(answer).toMatchObject({ status: 200, body: { change_id: id, status: 'approved' } });
    expect(suite.notes.get('a').text).toBe(null);

    suite.work();
    await until(
      () => statusOf(suite, id),
      (status) => status === 'applied',
    );
    const { body: done } = await suite.ask(`/api/changes/${id}`);
    expect(suite.notes.get('a').text).toBe('hello');
    expect(done.decisions).toMatchObject([{ verb: 'approve', who: { name: 'preset-token' }, signature: 'valid' }]);
    expect(done.steps).toMatchObject([{ name: 'write a', state: 'done' }]);
    expect(done.history.map(({ type }: { type: string }) => type)).toEqual([
      'change.asked',
      'change.pending',
      'decision.made',
      'change.approved',
      'change.dispatched',
      'step.begun',
      'step.ended',
      'state.left',
      'change.applied',
    ]);
  });

  test('over several names the seal of each, and decides all or none', async () => {
    const suite = await startSuite();
    const [id, other] = [await suite.proposeNote('hello'), await suite.proposeNote('other')];
    const [seal, seal2] = [await sealOf(suite, id), await sealOf(suite, other)];
    const wrong = { decision: 'approve', seal, with: [{ change_id: other, seal }] };
    expect(await decide(suite, id, wrong)).toMatchObject({
      status: 409,
      body: { error: { code: 'seal_mismatch', message: expect.stringContaining(other) } },
    });
    expect(await statusOf(suite, id)).toBe('pending_approval');
    const right = { ...wrong, with: [{ change_id: other, seal: seal2 }] };
    expect(await decide(suite, id, right)).toMatchObject({
      status: 200,
      body: { change_id: id, status: 'approved', with: [{ change_id: other, status: 'approved' }] },
    });
    const { body: shown } = await suite.ask(`/api/changes/${other}`);
    expect(shown.decisions).toMatchObject([{ verb: 'approve', signature: 'valid' }]);
  });

  test('is refused for another seal, and the change goes on waiting', async () => {
    const suite = await startSuite();
    const [id, other] = [await suite.proposeNote('hello'), await suite.proposeNote('other')];
    for (const seal of [await sealOf(suite, other), '0'.repeat(64), '']) {
      expect(await decide(suite, id, { decision: 'approve', seal })).toMatchObject({
        status: 409,
        body: { error: { code: 'seal_mismatch', retryable: false } },
      });
    }
    expect(await statusOf(suite, id)).toBe('pending_approval');
  });

  test('is made once', async () => {
    const suite = await startSuite();
    const id = await suite.proposeNote('hello');
    const seal = await sealOf(suite, id);
    const answers = await Promise.all([1, 2, 3].map(() => decide(suite, id, { decision: 'approve', seal })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    const after = await decide(suite, id, { decision: 'reject', seal, reason: 'Changed my mind.' });
    expect(after).toMatchObject({ status: 409, body: { error: { code: 'wrong_state' } } });
    expect(await statusOf(suite, id)).toBe('approved');
  });

  test('to reject needs a reason, which everybody sees', async () => {
    const suite = await startSuite();
    const id = await suite.proposeNote('hello');
    const seal = await sealOf(suite, id);
    for (const reason of [undefined, '', '  \n', 'x'.repeat(2001), 7, '\ud800']) {
      expect(await decide(suite, id, { decision: 'reject', seal, reason })).toMatchObject({ status: 400 });
    }
    expect((await decide(suite, id, { decision: 'reject', seal, reason: 'Not now.' })).body.status).toBe('rejected');
    const { body } = await suite.ask(`/api/changes/${id}`);
    expect(body).toMatchObject({ status: 'rejected', note: 'Not now.', decisions: [{ reason: 'Not now.' }] });
  });

  test('comes too late when the time is over, whether or not the clock was first', async () => {
    const suite = await startSuite();
    const id = await suite.proposeNote('hello');
    const seal = await sealOf(suite, id);
    suite.pass(3_600_001);
    for (let i = 0; i < 2; i += 1) {
      expect(await decide(suite, id, { decision: 'approve', seal })).toMatchObject({
        status: 410,
        body: { error: { code: 'expired' } },
      });
    }
    await until(
      () => statusOf(suite, id),
      (status) => status === 'expired',
    );
  });

  test('is taken from nobody who is not signed in', async () => {
    const suite = await startSuite();
    const id = await suite.proposeNote('hello');
    const seal = await sealOf(suite, id);
    const body = { decision: 'approve', seal };
    expect((await decide(suite, id, body, { origin: suite.consoleUrl })).status).toBe(401);
    expect((await decide(suite, id, body, { authorization: 'Bearer wrong' })).status).toBe(401);
    expect((await decide(suite, id, body, {})).status).toBe(403);
    expect(await statusOf(suite, id)).toBe('pending_approval');
  });

  test.each([
    ['another verb', { decision: 'approved', seal: 'x' }],
    ['no seal', { decision: 'approve' }],
    ['a key too many', { decision: 'approve', seal: 'x', approver: 'root' }],
    ['a list', []],
    ['nothing', null],
  ])('is refused with %s', async (_name, body) => {
    const suite = await startSuite();
    const id = await suite.proposeNote('hello');
    expect(await decide(suite, id, body as object)).toMatchObject({
      status: 400,
      body: { error: { code: 'invalid_arguments' } },
    });
  });

  test('needs a change that is there', async () => {
    const suite = await startSuite();
    const nowhere = `chg_${'0'.repeat(26)}`;
    const body = { decision: 'approve', seal: 'x' };
    expect((await decide(suite, nowhere, body)).status).toBe(404);
    expect((await suite.ask(`/api/changes/${nowhere}`)).status).toBe(404);
    for (const id of ['chg_1', 'a%2fb', '1%27%20or%201=1', `${nowhere}0`]) {
      expect((await suite.ask(`/api/changes/${id}`)).status).toBe(400);
      expect((await decide(suite, id, body)).status).toBe(400);
    }
  });

  test('is not asked for on a change whose row was tampered with, and the others still show', async () => {
    const suite = await startSuite();
    const [bad, good] = [await suite.proposeNote('hello'), await suite.proposeNote('fine')];
    const seal = await sealOf(suite, bad);
    await tamper(suite, bad);
    const shown = await suite.ask(`/api/changes/${bad}`);
    expect(shown).toMatchObject({ status: 200, body: { broken: true, seal: null, content: null } });
    expect(shown.body.summary).toContain('not the one that was sealed');
    expect(await suite.ask(`/api/changes/${bad}/progress`)).toMatchObject({ status: 200, body: { broken: true } });
    expect((await decide(suite, bad, { decision: 'approve', seal })).status).toBe(409);
    const { body } = await suite.ask('/api/changes');
    expect(body.changes.map((change: { change_id: string }) => change.change_id)).toEqual([good, bad]);
  });
});

/** What somebody with the database file in their hands could do. */
async function tamper({ ledger }: Suite, id: string): Promise<void> {
  const { sql } = await import('kysely');
  await sql`drop trigger sealed_no_update`.execute(ledger.db);
  await sql`update sealed set body = replace(body, 'hello', 'jello') where change_id = ${id}`.execute(ledger.db);
}

describe('the list', () => {
  test('is given page by page, newest first, and by state', async () => {
    const suite = await startSuite();
    const ids: string[] = [];
    for (let i = 0; i < 5; i += 1) {
      suite.pass(1);
      ids.unshift(await suite.proposeNote(`text ${i}`));
    }
    const first = await suite.ask('/api/changes?limit=3');
    expect(first.body.changes.map((one: { change_id: string }) => one.change_id)).toEqual(ids.slice(0, 3));
    const next = await suite.ask(`/api/changes?limit=3&before=${first.body.next_before}`);
    expect(next.body.changes.map((one: { change_id: string }) => one.change_id)).toEqual(ids.slice(3));
    expect(next.body.next_before).toBe(null);
    expect((await suite.ask('/api/changes?status=applied')).body.changes).toEqual([]);
    expect((await suite.ask('/api/changes?status=pending_approval')).body.changes).toHaveLength(5);
  });

  test('is narrowed by agent, server, tool, requester, time and several states', async () => {
    const suite = await startSuite();
    const early = await suite.proposeNote('one');
    suite.pass(60_000);
    const late = await suite.proposeNote('two');
    const [{ requester, server, tool, created_at: between }] = (await suite.ask('/api/changes')).body.changes;
    const ids = async (query: Record<string, string>): Promise<string[]> =>
      (await suite.ask(`/api/changes?${new URLSearchParams(query)}`)).body.changes.map(
        (one: { change_id: string }) => one.change_id,
      );
    const all = { agent: requester.name, server, tool, requester: 'agent', status: 'pending,applied' };
    expect(await ids(all)).toEqual([late, early]);
    expect(await ids({ ...all, since: between })).toEqual([late]);
    expect(await ids({ ...all, q: 'one', until: between })).toEqual([early]);
    for (const other of [
      { agent: 'x' },
      { server: 'x' },
      { tool: 'x' },
      { requester: 'person' },
      { status: 'failed' },
    ]) {
      expect(await ids({ ...all, ...other })).toEqual([]);
      expect(await ids({ ...all, ...other, q: 'one' })).toEqual([]);
    }
  });

  test.each([
    ['status=nonsense', 'status.0: is no state of a change.'],
    ['status=pending,', 'status.1: is no state of a change.'],
    ['limit=0', 'limit: '],
    ['limit=x', 'limit: '],
    ['limit=201', 'limit: '],
    ['before=x', 'before: must be the id of a change'],
    ['since=yesterday', 'since: must be a time with its zone'],
    ['since=2027-03-02T00:00:00Z&until=2027-03-01T00:00:00Z', 'until: must be later than since.'],
    ['agent=', 'agent: '],
    ['requester=robot', 'requester: '],
    [`q=${'x'.repeat(201)}`, 'q: '],
    ['sort=asc', 'sort'],
  ])('refuses the question ?%s and says why', async (query, why) => {
    const suite = await startSuite();
    const { status, body } = await suite.ask(`/api/changes?${query}`);
    expect([status, body.error.message]).toEqual([400, expect.stringContaining(why)]);
  });
});

describe('a restore', () => {
  test('is prepared as a change of its own, decided, and carried out; and can itself be undone', async () => {
    const suite = await startSuite();
    suite.notes.write('a', 'old');
    suite.work();
    const applied = (id: string) =>
      until(
        () => statusOf(suite, id),
        (status) => status === 'applied',
      );
    const approve = async (id: string) => {
      await until(
        () => statusOf(suite, id),
        (status) => status === 'pending_approval',
      );
      await decide(suite, id, { decision: 'approve', seal: await sealOf(suite, id) });
      await applied(id);
    };
    const restore = async (id: string): Promise<string> => {
      const answer = await suite.ask(`/api/changes/${id}/restore`, { body: { reason: 'Undo it.' } });
      expect(answer.status).toBe(202);
      return answer.body.change_id;
    };

    const id = await suite.proposeNote('new');
    await approve(id);
    const undo = await restore(id);
    await approve(undo);
    expect(suite.notes.get('a').text).toBe('old');
    const { body } = await suite.ask(`/api/changes/${undo}`);
    expect(body).toMatchObject({ restores: id, choice: 'refuse', reason: 'Undo it.', requester: { kind: 'person' } });
    expect((await suite.ask(`/api/changes/${id}/progress`)).body.restored_by).toEqual([
      { change_id: undo, status: 'applied' },
    ]);

    await approve(await restore(undo));
    expect(suite.notes.get('a').text).toBe('new');
  });

  test('over the work of others wants another person than the one who asked', async () => {
    const suite = await startSuite();
    suite.work();
    const id = await suite.proposeNote('ours');
    await decide(suite, id, { decision: 'approve', seal: await sealOf(suite, id) });
    await until(
      () => statusOf(suite, id),
      (status) => status === 'applied',
    );
    suite.notes.write('a', 'theirs');
    const body = { reason: 'Undo it.', choice: 'overwrite' };
    const { change_id: undo } = (await suite.ask(`/api/changes/${id}/restore`, { body })).body;
    await until(
      () => statusOf(suite, undo),
      (status) => status === 'pending_approval',
    );
    const refused = await decide(suite, undo, { decision: 'approve', seal: await sealOf(suite, undo) });
    expect(refused).toMatchObject({ status: 403, body: { error: { code: 'not_permitted' } } });
  });

  test('is refused for what was never applied, without a reason, and with a choice that is none', async () => {
    const suite = await startSuite();
    const id = await suite.proposeNote('new');
    const restore = (body: object) => suite.ask(`/api/changes/${id}/restore`, { body });
    expect(await restore({ reason: 'x' })).toMatchObject({ status: 409, body: { error: { code: 'wrong_state' } } });
    expect((await restore({})).status).toBe(400);
    expect((await restore({ reason: 'x', choice: 'all' })).status).toBe(400);
  });
});
