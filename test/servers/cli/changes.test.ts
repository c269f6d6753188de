import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type Console, pending, seal, startConsole, token } from './console.ts';
import { type Ran, run, runProcess } from './run.ts';

let console: Console;
beforeEach(async () => {
  console = await startConsole();
});
afterEach(() => console.close());

const id = pending.change_id;

const place = () => ({ COUNTERSIGN_CONSOLE_URL: console.url, COUNTERSIGN_APPROVER_TOKEN: token });

function changes(...args: string[]): Promise<Ran> {
  return run(['changes', ...args], place());
}

function stored() {
  const change = console.changes.get(id);
  if (!change) throw new Error('the change is gone');
  return change;
}

const bodies = () => console.requests.flatMap(({ what, body }) => (body === undefined ? [] : [[what, body]]));

describe('the process', () => {
  it.each([
    [0, ['list']],
    [1, ['show', 'chg_none']],
    [2, ['list', '--limit', '0']],
    [4, ['approve', id, '--seal', 'cd'.repeat(32)]],
  ])('ends with %i, and prints what it is to print, after %j', async (code, args) => {
    const ran = await runProcess(['changes', ...args], place());
    expect(ran).toEqual({ ...(await changes(...args)), code });
  });
});

it('says where nobody checked what the sponsor may do', async () => {
  console.changes.set(id, { ...stored(), content: { ...stored().content, sponsor_access: 'unverified' } });
  expect((await changes('show', id)).stdout).toContain('for operator (nobody checked what they may do there)');
});

describe('list', () => {
  it('shows changes as a table', async () => {
    expect(await changes('list')).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining(id) });
  });

  it('asks for one state and a page, and says when there is nothing', async () => {
    const { stdout } = await changes('list', '--status', 'applied', '--limit', '7', '--before', 'chg_x');
    expect(stdout).toBe('There are no such changes.\n');
    expect(console.requests[0]?.what).toBe('GET /api/changes?status=applied&limit=7&before=chg_x');
  });

  it('searches, and asks for what is narrowed in several ways', async () => {
    const narrow = ['--agent', 'a b', '--server', 'github', '--tool', 't', '--requester', 'agent'];
    const times = ['--since', '2027-03-01T08:00:00+01:00', '--until', '2027-03-02T08:00:00Z'];
    await changes('list', '--search', 'bump & lodash', ...narrow, '--status', 'failed,pending', ...times);
    const [, query] = console.requests[0]?.what.split('?') ?? [];
    expect(Object.fromEntries(new URLSearchParams(query))).toEqual({
      q: 'bump & lodash',
      agent: 'a b',
      server: 'github',
      tool: 't',
      requester: 'agent',
      status: 'failed,pending',
      since: '2027-03-01T07:00:00.000Z',
      until: '2027-03-02T08:00:00.000Z',
    });
  });

  it('gives scripts JSON', async () => {
    const { stdout } = await changes('list', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ changes: [{ change_id: id, files: 2 }], next_before: null });
  });

  it.each([['--status', 'nonsense'], ['--since', 'soon'], ['--limit', '0'], ['--limit', '201'], ['--nonsense']])(
    'refuses %s %s',
    async (...args) => {
      expect(await changes('list', ...args)).toMatchObject({ code: 2, stdout: '' });
      expect(console.requests).toEqual([]);
    },
  );
});

describe('a new version', () => {
  const rejected = { who: { kind: 'person', name: 'bob', issuer: 'x' }, category: 'needs_changes', signature: 'valid' };

  it('is listed and shown as one, with what was said of those before', async () => {
    stored().version = 2;
    stored().versions = {
      version: 2,
      last: false,
      earlier: [{ change_id: 'chg_1', version: 1, status: 'rejected', rejected: { ...rejected, reason: 'No\u202e.' } }],
      newer: { change_id: 'chg_3', status: 'pending_approval' },
    };
    expect((await changes('list')).stdout).toContain('Version 2: Open a draft');
    const { stdout } = await changes('show', id);
    expect(stdout).toContain('version 1   chg_1 (rejected) by bob, needs_changes: No⟨U+202E⟩.');
    expect(stdout).toMatch(/newer +chg_3 \(pending_approval\)/);
  });

  it('is compared with the one before', async () => {
    const field = { kind: 'field', target: 'note', field: 'text', before: 'one', after: 'two\u001b[2J' };
    const none = { added: [], gone: [] };
    console.answers.set(`GET /api/changes/${id}/since`, {
      change_id: id,
      version: 2,
      before: 'chg_1',
      missing: 'They were dropped.',
      branch: { before: 'a', now: 'b' },
      parts: [
        { what: 'changed', name: 'note: text', effect: field },
        { what: 'dropped', name: 'a.txt', effect: null },
      ],
      same: ['b.txt'],
      flags: { added: [{ code: 'deletion', message: 'Deletes.' }], gone: [] },
      reaches: none,
    });
    const { code, stdout } = await changes('show', id, '--since-version');
    expect(code).toBe(0);
    expect(stdout.split('\n')).toEqual([
      'What changed from version 1, chg_1, to version 2',
      '  Files cannot be compared: They were dropped.',
      '  branch a becomes b',
      '  + flag: Deletes. (deletion)',
      '  note: text: otherwise than before',
      '    note: text',
      '      - one',
      '      + two⟨U+001B⟩[2J',
      '  a.txt: not in this version any more: it stays as it is',
      '  As before: b.txt',
      '',
    ]);
  });
});

describe('show', () => {
  it('shows all of a change, and lets nothing hide in it', async () => {
    const { code, stdout } = await changes('show', id);
    expect(code).toBe(0);
    expect(stdout).toMatchSnapshot();
    expect(stdout).not.toMatch(/[^\n\x20-\x7e→│⟨⟩]/u);
  });

  it('says that a rule decides, and what decided without a person', async () => {
    const at = '2026-11-21T21:18:00.000Z';
    const who = { kind: 'server', name: 'approvals', issuer: null };
    const one = { verb: 'approve', who, at, category: null };
    const reason = 'By a policy rule of blueprint demo (own\u202e).';
    const decisions = [
      { ...one, signature: 'valid', reason },
      { ...one, signature: 'not by a known key', reason: null },
    ];
    const review = { ...pending.review, rule: 'own-notes', decide: 'policy' };
    console.changes.set(id, { ...stored(), review, decisions });
    const { stdout } = await changes('show', id);
    expect(stdout).toContain('decided by  the rule own-notes, as long as it holds; else local: 0 of 1 approved\n');
    expect(stdout).toContain(
      `approved    without a person, ${at}. By a policy rule of blueprint demo (own⟨U+202E⟩).\n`,
    );
    expect(stdout).toContain(`approved    without a person, ${at}, but without a signature by a known key\n`);
  });

  it('names what its branch comes to, and shows that when asked', async () => {
    const sum = { base: 'main\u202e', merge_base: '1'.repeat(40), left_out: 2, cut: true };
    const shown = async (more: object): Promise<string> => {
      const content = { ...pending.content, since_base: { ...sum, files: 2, only_this: false, ...more } };
      console.changes.set(id, { ...stored(), content });
      return (await changes('show', id)).stdout;
    };
    const title = 'The whole branch, since it left main⟨U+202E⟩\n';
    const rest = '  ! Not all of it is here: 2 more files too many or too large to show, and there may be others.\n';
    const command = `countersign changes show ${id} --since-base`;
    expect(await shown({})).toContain(`${title}${rest}  2 files, with this change and all before it: ${command}\n`);
    expect(await shown({ left_out: 0, cut: false, only_this: true })).toContain(`${title}  Nothing else is on it`);
    expect(await shown({ merge_base: null, files: 0 })).toContain(`${title}  ! The two have no common past`);

    const effect = { kind: 'field', target: 'a.txt', field: 'text', before: null, after: 'two\u001b[2J' };
    console.answers.set(`GET /api/changes/${id}/since-base`, { ...sum, effects: [effect] });
    const { code, stdout } = await changes('show', id, '--since-base');
    expect([code, stdout]).toEqual([0, `${title}${rest}  a.txt: text\n    + two⟨U+001B⟩[2J\n`]);
    expect(await changes('show', id, '--since-base', '--since-version')).toMatchObject({ code: 2, stdout: '' });
  });

  it('says where to find what was made, and when its signature is not good', async () => {
    const [step] = pending.steps;
    if (!step) throw new Error('the change has no step');
    const done = { ...step, state: 'done', verified: false, link: 'https://github.test/commit/1' };
    console.changes.set(id, { ...stored(), status: 'applied', steps: [done] });
    const { stdout } = await changes('show', id);
    expect(stdout).toContain(
      'commit: done, but without a signature that the system finds good, https://github.test/commit/1',
    );
  });

  it('says whose approval each file waits for', async () => {
    const sets = [
      { paths: ['a.ts', 'b.ts'], owners: ['@alice', '@acme/db'], approved: true },
      { paths: ['c.ts\u202e'], owners: [], approved: false },
    ];
    const owners = { file: null, unread: [3, 9], sets };
    console.changes.set(id, { ...stored(), review: { ...pending.review, by: ['codeowners'], owners } });
    const { stdout } = await changes('show', id);
    expect(stdout).toContain('decided by  codeowners: 0 of 1 approved (default)');
    expect(stdout).toContain('owners      @alice or @acme/db: a.ts, b.ts (approved)');
    expect(stdout).toContain('nobody: c.ts⟨U+202E');
    expect(stdout).toContain('CODEOWNERS has lines that say nothing: 3, 9');
  });

  it('gives scripts JSON, where everything hidden is escaped or as it is', async () => {
    const { stdout } = await changes('show', id, '--json');
    expect(JSON.parse(stdout)).toMatchObject({ change_id: id, seal, reason: pending.reason });
  });

  it('says 1 when there is no such change, and looks for nothing but a change', async () => {
    const { code, stderr } = await changes('show', '../sign-in-links');
    expect([code, stderr]).toEqual([1, 'There is no such change.\nLook at it again.\n']);
    expect(console.requests[0]?.what).toBe('GET /api/changes/..%2Fsign-in-links');
  });
});

describe('approve', () => {
  it('approves what has the seal', async () => {
    const ran = await changes('approve', id, '--seal', seal, '--reason', 'Good.');
    expect(ran).toEqual({ code: 0, stdout: `${id} is approved.\n`, stderr: '' });
    expect(bodies()).toEqual([[`POST /api/changes/${id}/decision`, { decision: 'approve', seal, reason: 'Good.' }]]);
  });

  it('approves with it what comes before it, each by its seal, in order', async () => {
    const first = { change_id: 'chg_00000000000000000000000001', seal: 'cd'.repeat(32) };
    const next = { change_id: 'chg_00000000000000000000000002', seal: 'ef'.repeat(32) };
    const named = [first, next].flatMap((one) => ['--with', `${one.change_id}=${one.seal}`]);
    expect(await changes('approve', id, '--seal', seal, ...named)).toMatchObject({ code: 0 });
    const body = { decision: 'approve', seal, reason: '', with: [first, next] };
    expect(bodies()).toEqual([[`POST /api/changes/${id}/decision`, body]]);
    expect(await changes('approve', id, '--seal', seal, '--with', first.change_id)).toMatchObject({ code: 2 });
  });

  it('says 4 when the change has another seal, and approves nothing', async () => {
    expect(await changes('approve', id, '--seal', 'cd'.repeat(32))).toMatchObject({ code: 4, stdout: '' });
    expect(stored().status).toBe('pending_approval');
  });

  it('says 4 when the change is in another state, 1 when it is too late or not this person’s to decide', async () => {
    stored().status = 'rejected';
    expect(await changes('approve', id, '--seal', seal)).toMatchObject({ code: 4 });
    stored().status = 'expired';
    expect(await changes('approve', id, '--seal', seal)).toMatchObject({ code: 1 });
    Object.assign(stored(), {
      status: 'pending_approval',
      requester: { kind: 'person', name: 'myself', issuer: 'local' },
    });
    expect(await changes('approve', id, '--seal', seal)).toMatchObject({ code: 1 });
  });

  it.each([[[]], [['--json']]])('wants the seal where nobody can be asked %s', async (more) => {
    const { code, stderr } = await changes('approve', id, ...more);
    expect(code).toBe(2);
    expect(stderr).toContain('pass --seal');
    expect(bodies()).toEqual([]);
  });

  it('waits for the end, and says 1 when the change was not applied', async () => {
    expect(await changes('approve', id, '--seal', seal, '--wait')).toMatchObject({
      code: 0,
      stdout: `${id} is applied.\n`,
    });
    Object.assign(stored(), { status: 'pending_approval', note: 'main has moved' });
    console.outcome = 'stale';
    expect(await changes('approve', id, '--seal', seal, '--wait')).toMatchObject({
      code: 1,
      stdout: `${id} is stale: main has moved.\n`,
    });
  });

  it('waits no longer than it is told', async () => {
    console.outcome = 'unknown';
    const ran = await changes('approve', id, '--seal', seal, '--wait', '--timeout', '0', '--json');
    expect(ran.code).toBe(1);
    expect(JSON.parse(ran.stdout)).toMatchObject({ status: 'unknown' });
  });
});

describe('reject and restore', () => {
  it('rejects with a reason what is there now', async () => {
    expect(await changes('reject', id, '--reason', 'No.')).toMatchObject({ code: 0, stdout: `${id} is rejected.\n` });
    expect(bodies()).toEqual([
      [`POST /api/changes/${id}/decision`, { decision: 'reject', seal, category: 'other', reason: 'No.' }],
    ]);
  });

  it('asks for a new version, and knows no other category', async () => {
    const made = await changes('reject', id, '--category', 'needs_changes', '--reason', 'Shorter.');
    expect(made).toMatchObject({ code: 0, stdout: `${id} is rejected.\n` });
    expect(bodies()).toMatchObject([[expect.any(String), { category: 'needs_changes', reason: 'Shorter.' }]]);
    expect(await changes('reject', id, '--category', 'rude', '--reason', 'x')).toMatchObject({ code: 2 });
  });

  it('cannot reject what has no plan yet', async () => {
    Object.assign(stored(), { status: 'planning', seal: null });
    expect(await changes('reject', id, '--reason', 'No.')).toMatchObject({ code: 4 });
  });

  it('asks for a restore, and names the change that will do it', async () => {
    const ran = await changes('restore', id, '--reason', 'It broke.', '--choice', 'untouched');
    expect(ran).toMatchObject({ code: 0, stdout: expect.stringContaining('chg_restore') });
    expect(bodies()).toEqual([[`POST /api/changes/${id}/restore`, { reason: 'It broke.', choice: 'untouched' }]]);
  });

  it('shows what was, what was left and what is there now, and asks for nothing', async () => {
    const since = { kind: 'field', target: 'a.txt', field: 'state', before: 'ours', after: 'theirs\u001b[2J' };
    const part = { name: 'a.txt', standing: 'changed', before: null, left: '1 byte', now: '2 bytes', why: 'It was.' };
    const outcomes = [
      { choice: 'refuse', summary: null, refused: 'Some were changed.\n- a.txt' },
      { choice: 'overwrite', summary: 'Commit 1 file', refused: null },
    ];
    const difference = { parts: [{ ...part, later: [{ id: 'abc', author: 'bob' }], since }], outcomes };
    console.changes.set('chg_restore', { ...pending, status: 'compared', difference });
    const { code, stdout } = await changes('restore', id, '--dry-run');
    expect(code).toBe(0);
    expect(stdout).toMatchSnapshot();
    expect(bodies()).toEqual([[`POST /api/changes/${id}/restore`, { dry_run: true }]]);
    const json = await changes('restore', id, '--dry-run', '--json');
    expect(JSON.parse(json.stdout)).toMatchObject({ change_id: id, parts: [{ standing: 'changed' }] });
  });

  it('asks for a set where several are to be put back', async () => {
    console.answers.set('POST /api/sets', { set_id: 'set_1' });
    const ran = await changes('restore', id, 'chg_other', '--reason', 'Both.');
    expect(ran).toMatchObject({ code: 0, stdout: expect.stringContaining('countersign sets approve set_1') });
    expect(bodies()).toEqual([['POST /api/sets', { changes: [id, 'chg_other'], reason: 'Both.', choice: 'refuse' }]]);
  });

  it.each([
    [['reject', id]],
    [['restore', id, 'chg_other', '--dry-run']],
    [['restore', id]],
    [['restore', id, '--reason', 'x', '--choice', 'all']],
    [['reject', '--reason', 'x']],
    [['approve', id, '--timeout', 'long']],
    [['nonsense']],
    [[]],
  ])('says 2 to %j', async (args) => {
    expect(await changes(...args)).toMatchObject({ code: 2, stdout: '' });
    expect(console.requests).toEqual([]);
  });
});

describe('what answers', () => {
  it('says 3 when nothing does', async () => {
    await console.close();
    const { code, stderr } = await runProcess(['changes', 'list'], place());
    expect([code, stderr]).toEqual([3, expect.stringContaining(`The console at ${console.url} does not answer.`)]);
    console = await startConsole();
  });

  it('says 3 when something else does, and sends the token nowhere else', async () => {
    const other = createServer((request, response) => {
      if (request.url === '/api/changes?') response.writeHead(200).end('<h1>Hello</h1>');
      else response.writeHead(307, { location: `${console.url}/api/changes` }).end();
    });
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
    onTestFinished(() => void other.close());
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    expect(await changes('list', '--url', url)).toMatchObject({ code: 3, stdout: '' });
    expect(await changes('show', id, '--url', url)).toMatchObject({ code: 3, stdout: '' });
    expect(console.requests).toEqual([]);
  });

  it('says 2 when the token is not the right one, and never shows it', async () => {
    const ran = await run(['--url', console.url, 'changes', 'list'], { COUNTERSIGN_APPROVER_TOKEN: 'not-this-one' });
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).not.toContain('not-this-one');
  });
});

describe('assign', () => {
  it('says who looks at a change, by the note that it saw', async () => {
    expect(await changes('assign', id, '--me')).toMatchObject({
      code: 0,
      stdout: `${id} is looked at by operator.\n`,
    });
    expect((await changes('show', id)).stdout).toMatch(
      /looked at by.* operator\n.*told again.*\n.*told also .*group:leads, 2026/,
    );
    expect((await changes('assign', id, 'carol')).stdout).toBe(`${id} is looked at by carol.\n`);
    expect((await changes('assign', id, '--nobody')).stdout).toBe(`${id} is nobody’s in particular.\n`);
    expect(bodies().map(([, body]) => body)).toEqual([
      { to: 'me', seen: null },
      { to: { person: 'carol' }, seen: 7 },
      { to: 'nobody', seen: 7 },
    ]);
  });

  it('wants to know who, once', async () => {
    expect(await changes('assign', id, 'carol', '--me')).toMatchObject({ code: 2, stdout: '' });
    expect(console.requests).toEqual([]);
  });
});
