import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Console, seal, startConsole, token } from './console.ts';
import { type Ran, run } from './run.ts';

let console: Console;
beforeEach(async () => {
  console = await startConsole();
});
afterEach(() => console.close());

const id = 'set_01kagv2xq6w0c5z8t4m1n7p3rd';
const member = {
  change_id: 'chg_1',
  status: 'pending_approval',
  summary: 'Commit 1 file\u001b[2J',
  flags: ['overwrites_others'],
  note: null,
  originals: ['chg_a', 'chg_b'],
  read_untrusted: ['chg_b'],
};
const set = {
  set_id: id,
  status: 'pending_approval',
  broken: false,
  requester: { kind: 'person', name: 'operator', issuer: 'local' },
  agent: { name: 'deps-bot', since: '2027-01-01T00:00:00.000Z' },
  choice: 'untouched',
  reason: 'Poisoned.',
  created_at: '2027-01-02T00:00:00.000Z',
  expires_at: '2027-01-03T00:00:00.000Z',
  seal,
  members: [member],
  left_out: [{ change_id: 'chg_c', why: 'There is nothing to put back.' }],
};
const listed = { change_id: 'chg_a', status: 'applied', summary: 'Set a', created_at: '2027-01-01T01:00:00.000Z' };
const called = {
  server: 'github',
  tool: 'read_file',
  outcome: 'ok',
  why: null,
  count: 1,
  first: '2027-01-01T01:00:00.000Z',
  last: '2027-01-01T01:00:00.000Z',
};
const incident = {
  agent: 'deps-bot',
  since: '2027-01-01T00:00:00.000Z',
  stop: 7,
  waiting: [],
  not_told: ['Calls are on record from 2027-01-01T00:00:00.000Z on.'],
  read: {
    calls: 31,
    groups: Array.from({ length: 22 }, (_, at) => ({
      ...called,
      asks: [`want=read repository=acme/web path=${at}\u001b[2J`],
    })),
    more: { groups: 2, calls: 9 },
  },
  denied: {
    calls: 3,
    groups: [{ ...called, outcome: 'out_of_scope', why: 'No.', asks: [], count: 3, last: '2027-01-01T02:00:00.000Z' }],
    more: { groups: 0, calls: 0 },
  },
  proposed: [listed],
  wrote: [{ ...listed, backend: 'github.test', touches: ['branch'], reaches: [{ code: 'runs_ci', message: 'CI.' }] }],
  withdrawn: ['chg_d'],
  read_untrusted: ['chg_b'],
  would_restore: [['chg_a', 'chg_b']],
  left_out: [],
  sets: [id],
};

function command(...args: string[]): Promise<Ran> {
  return run(args, { COUNTERSIGN_CONSOLE_URL: console.url, COUNTERSIGN_APPROVER_TOKEN: token });
}

const bodies = () => console.requests.flatMap(({ what, body }) => (body === undefined ? [] : [[what, body]]));

describe('sets', () => {
  it('shows a set, and lets nothing hide in it', async () => {
    console.answers.set(`GET /api/sets/${id}`, set);
    expect((await command('sets', 'show', id)).stdout).toMatchSnapshot();
  });

  it('approves what has the seal, and rejects what is there now', async () => {
    console.answers.set(`GET /api/sets/${id}`, set);
    console.answers.set(`POST /api/sets/${id}/decision`, {
      set_id: id,
      changes: [{ change_id: 'chg_1', status: 'approved' }],
    });
    expect(await command('sets', 'approve', id)).toMatchObject({ code: 2, stdout: '' });
    expect(await command('sets', 'approve', id, '--seal', seal)).toMatchObject({
      code: 0,
      stdout: `${id} is approved: 1 restores.\n`,
    });
    expect(await command('sets', 'reject', id, '--reason', 'No.')).toMatchObject({ stdout: `${id} is rejected.\n` });
    expect(bodies()).toEqual([
      [`POST /api/sets/${id}/decision`, { decision: 'approve', seal, reason: '' }],
      [`POST /api/sets/${id}/decision`, { decision: 'reject', seal, reason: 'No.' }],
    ]);
  });
});

describe('incident', () => {
  it('tells what the agent did and what was done about it', async () => {
    console.answers.set('POST /api/incidents', incident);
    const since = '2027-01-01T00:00:00Z';
    const ran = await command('incident', 'deps-bot', '--since', since, '--prepare', '--reason', 'Ticket.');
    expect(ran.stdout).toMatchSnapshot();
    const asked = { agent: 'deps-bot', since: '2027-01-01T00:00:00.000Z', choice: 'untouched', reason: 'Ticket.' };
    expect(bodies()).toEqual([['POST /api/incidents', { ...asked, prepare: true, withdraw: false }]]);
  });

  it('only looks where nothing else is asked for', async () => {
    const { withdrawn: _taken, sets: _sets, ...record } = incident;
    console.answers.set('GET /api/incidents', { ...record, stop: null, waiting: ['chg_d'] });
    const looked = ['incident', 'deps-bot', '--since', '2027-01-01T00:00:00Z', '--look'];
    expect((await command(...looked)).stdout).toMatch(/It is not stopped\. 1 of its changes wait\.\n[\s\S]*Wrote/);
    expect(await command(...looked, '--prepare')).toMatchObject({ code: 2, stdout: '' });
    expect(console.requests.map(({ what }) => what)).toEqual([
      'GET /api/incidents?agent=deps-bot&since=2027-01-01T00%3A00%3A00.000Z',
    ]);
  });

  it('takes how long ago it was', async () => {
    console.answers.set('POST /api/incidents', incident);
    await command('incident', 'deps-bot', '--since', '2h', '--json');
    const [[, body] = []] = bodies() as [string, { since: string }][];
    const ago = Date.now() - Date.parse(body?.since ?? '');
    expect(ago).toBeGreaterThanOrEqual(7_200_000);
    expect(ago).toBeLessThan(7_200_000 + 600_000);
  });

  it.each([['yesterday'], ['2027-01-01'], ['0h'], ['2027-13-01T00:00:00Z']])('refuses %s', async (since) => {
    expect(await command('incident', 'deps-bot', '--since', since)).toMatchObject({ code: 2, stdout: '' });
    expect(console.requests).toEqual([]);
  });
});

describe('trace', () => {
  const change = 'chg_01kagv2xq6w0c5z8t4m1n7p3rd';
  const at = '2027-01-01T01:00:00.000Z';
  const entry = { server: 'tickets', thing: 'ticket:1' };
  const read = { ...entry, revision: 'r1', rank: 2, first: at, last: at, times: 1 };

  it('tells what was read before a change, and what of that is missing', async () => {
    const one = { ...read, name: 'WEB-1\u001b[2J', trust: 'untrusted', tools: ['search_tickets'], forgotten: true };
    const found = { session: { from: at, to: at }, reads: [one], untrusted: 1, more: 3, complete: false };
    const missing = { left_out_before: at, recorded_from: '2027-01-01T02:00:00.000Z', untrusted_since: 2 };
    console.answers.set(`GET /api/changes/${change}/reads`, { ...found, ...missing });
    expect((await command('trace', change)).stdout).toMatchSnapshot();
  });

  it('tells who read an entry and what may have come of it, since a time', async () => {
    const made = { server: 'knowledge', tool: 'update_page', status: 'applied', agent: 'deps-bot', created_at: at };
    const wrote = { server: 'knowledge', thing: 'page:1' };
    console.answers.set('GET /api/trace', {
      entries: [{ ...entry, name: 'WEB-1', forgotten: false }],
      readers: [{ ...read, agent: 'deps-bot', blueprint: 'deps', trust: 'untrusted' }],
      influenced: [
        { ...made, change_id: change, through: { ...entry, change: null }, steps: 1, wrote: [wrote] },
        { ...made, change_id: 'chg_b', through: { ...wrote, change }, steps: 2, wrote: [] },
      ],
      cut: true,
      recorded_from: at,
    });
    expect((await command('trace', 'WEB-1', '--since', '2027-01-01T00:00:00Z')).stdout).toMatchSnapshot();
    expect(console.requests.map(({ what }) => what)).toEqual([
      'GET /api/trace?entry=WEB-1&since=2027-01-01T00%3A00%3A00.000Z',
    ]);
  });
});
