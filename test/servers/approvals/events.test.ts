import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { retireKey, rotateKey } from '#shared/changes/rotate-keys.ts';
import { run } from '../cli/run.ts';
import { type Body, type Suite, startSuite, token, until } from './kit.ts';

type Got = { readonly status: number; readonly body: Body };

function asked(suite: Suite, agent: 'one' | 'two' = 'one') {
  const queue = suite.queues.find(({ blueprint }) => blueprint === agent);
  return async (query: Record<string, string> = {}, init: RequestInit = {}): Promise<Got> => {
    const response = await fetch(`${queue?.url}/events?${new URLSearchParams(query)}`, init);
    return { status: response.status, body: await response.json() };
  };
}

async function decide(suite: Suite, id: string, decision: 'approve' | 'reject', reason = 'Not like this.') {
  const { seal } = (await suite.ask(`/api/changes/${id}`)).body;
  expect((await suite.ask(`/api/changes/${id}/decision`, { body: { decision, seal, reason } })).status).toBe(200);
}

const standing = ({ body }: Got) => body.events.map((one: Body) => [one.change_id, one.status]);

describe('GET /events', () => {
  test('tells of the caller’s own changes alone, each event once, and nothing that is sealed', async () => {
    const suite = await startSuite();
    suite.work();
    const [one, two] = [asked(suite), asked(suite, 'two')];
    const begin = (await one()).body;
    expect(begin).toEqual({ events: [], cursor: expect.any(String) });

    const applied = await suite.proposeNote('new');
    const foreign = await suite.proposeNote('theirs', { id: 'b', agent: 'two' });
    const rejected = await suite.proposeNote('other', { id: 'c' });
    await decide(suite, applied, 'approve');
    await decide(suite, rejected, 'reject', 'Not like this.');
    await until(
      () => one({ after: begin.cursor }),
      (got) => standing(got).some(([, status]: string[]) => status === 'applied'),
    );

    const all = await one({ after: begin.cursor });
    expect(standing(all).filter(([id]: string[]) => id === applied)).toEqual([
      [applied, 'pending_approval'],
      [applied, 'approved'],
      [applied, 'applied'],
    ]);
    expect(all.body.events.find(({ status }: Body) => status === 'rejected')).toEqual({
      id: expect.stringMatching(/^evt_[0-9a-f]{32}$/),
      at: expect.any(String),
      change_id: rejected,
      status: 'rejected',
      reason: 'Not like this.',
      rejection: { by: 'person', category: 'other', text: 'Not like this.' },
      next: expect.stringContaining('Do not propose the same again'),
    });
    const sealed = await suite.ledger.db.selectFrom('sealed').selectAll().execute();
    for (const secret of [foreign, 'two-bot', ...sealed.flatMap(({ seal, snapshot }) => [seal, snapshot])]) {
      expect(JSON.stringify(all.body)).not.toContain(secret);
    }
    expect(standing(await two({ after: 'cur_start' }))).toEqual([[foreign, 'pending_approval']]);

    // Page by page there is the same, and what was told is not told again.
    let paged: Body[] = [];
    for (let cursor = begin.cursor; ; ) {
      const { body } = await one({ after: cursor, limit: '2' });
      if (body.events.length === 0) break;
      paged = [...paged, ...body.events];
      cursor = body.cursor;
    }
    expect(paged).toEqual(all.body.events);
    expect((await one({ after: all.body.cursor })).body).toEqual({ events: [], cursor: all.body.cursor });
    expect((await one({ limit: '1' })).body.events).toEqual([all.body.events.at(-1)]);
  });

  test('is beside what the console alone tells: people’s figures, and who signed, with whichever key', async () => {
    const suite = await startSuite();
    const id = await suite.proposeNote('new');
    await decide(suite, id, 'reject');
    const at = (name: string) => join(suite.folder, 'data', 'approvals', name);
    const files = { key: at('decision-key.pem'), keys: at('decision-keys.json') };
    retireKey(files, rotateKey(files).from);
    // A key that was retired is still known to whoever looks at what it signed.
    const { decisions } = (await suite.ask(`/api/changes/${id}`)).body;
    expect(decisions).toMatchObject([{ verb: 'reject', signature: 'valid', reason: 'Not like this.' }]);
    expect((await suite.ask('/api/figures')).body).toMatchObject({
      until: expect.any(String),
      decisions: { approve: 0, reject: 1 },
      people: [{ issuer: 'countersign:local', subject: 'preset-token', approve: 0, reject: 1 }],
      outcomes: { rejected: 1 },
    });
    const printed = await run(['figures', '--url', suite.consoleUrl], { COUNTERSIGN_APPROVER_TOKEN: token });
    expect(printed).toMatchObject({ code: 0, stderr: '' });
    expect(printed.stdout).toContain('decisions  1: 0 approved, 1 rejected\nby         1 people, 0 policy rules');
    expect((await suite.ask('/api/figures?since=2099-01-01T00:00:00Z')).body.decisions.reject).toBe(0);
    expect((await suite.ask('/api/figures?since=yesterday')).status).toBe(400);
    expect((await suite.ask('/api/figures', { headers: {} })).status).toBe(401);
    expect((await fetch(`${suite.queues[0]?.url}/api/figures`)).status).toBe(404);
  });

  test('holds a request until something happens, and answers with nothing when nothing does', async () => {
    const suite = await startSuite();
    const one = asked(suite);
    const { cursor } = (await one()).body;
    const held = one({ after: cursor, wait: '45' });
    await suite.proposeNote('theirs', { agent: 'two' });
    const id = await suite.proposeNote('new', { id: 'b' });
    const got = await held;
    expect(standing(got)).toEqual([[id, 'pending_approval']]);
    expect((await one({ after: got.body.cursor, wait: '1' })).body.events).toEqual([]);
  });

  test('says what is wrong with a request, and is guarded as the tools are', async () => {
    const suite = await startSuite();
    const [one, two] = [asked(suite), asked(suite, 'two')];
    await suite.proposeNote('theirs', { agent: 'two' });
    const { cursor } = (await two()).body;
    for (const after of ['5', 'cur_', `cur_${'0'.repeat(64)}`, cursor]) {
      const { status, body } = await one({ after });
      expect([status, body.error.code, body.error.message]).toEqual([
        400,
        'invalid_arguments',
        'after: is not a cursor that this listener gave.',
      ]);
    }
    for (const query of [{ wait: '46' }, { limit: '0' }, { blueprint: 'two' }]) {
      expect((await one(query as Record<string, string>)).status, JSON.stringify(query)).toBe(400);
    }
    expect((await one({}, { headers: { origin: 'https://evil.example' } })).status).toBe(403);
    expect((await one({}, { method: 'POST' })).status).toBe(404);
    expect((await fetch(`${suite.consoleUrl}/events`)).status).toBe(404);
  });
});
