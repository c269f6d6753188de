import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { repoCapabilities } from '#capabilities/index.ts';
import type { RepoAsk } from '#capabilities/repo/types.ts';
import type { Blueprint } from '#shared/blueprints/blueprint.ts';
import { auditLedger } from '#shared/changes/audit.ts';
import { type CallRecord, callRecord } from '#shared/changes/call-record.ts';
import { callsSince } from '#shared/changes/calls-since.ts';
import { toolbox } from '#shared/changes/toolbox.ts';
import { AppError } from '#shared/errors.ts';
import { insertStop } from '#shared/ledger/stops.ts';
import { faceApp } from '#shared/mcp/face.ts';
import { limitlessBlueprint } from '#test/bench/blueprint.ts';
import { callOf } from '#test/bench/mcp-client.ts';
import { type NotesKit, notesKit } from '#test/fakes/notes-kit.ts';
import { FakeRepository } from '#test/fakes/repository.ts';
import { repoSponsors, type SponsorTable } from '#test/fakes/sponsors.ts';

const since = '2027-01-01T00:00:00.000Z';
const agent = 'bench-agent';

let kit: NotesKit;
let calls: CallRecord;
let blueprint: Blueprint | null;
let problems: unknown[];
let permissions: SponsorTable<RepoAsk>;
let repository: FakeRepository;
let call: (name: string, args: object) => Promise<string>;

function open({ most, write }: { most?: number; write?: typeof kit.ledger.write } = {}): void {
  const { ledger, clock } = kit;
  problems = [];
  const onProblem = (error: unknown): void => void problems.push(error);
  calls = callRecord({
    ledger: { write: write ?? ledger.write },
    now: clock.now,
    onProblem,
    ...(most !== undefined && { most }),
  });
  repository = new FakeRepository({ 'README.md': 'what only the answer has' });
  permissions = repoSponsors();
  const app = faceApp({
    context: {
      tools: toolbox(repoCapabilities),
      server: 'github',
      backend: 'https://git.example',
      sponsors: permissions.sponsors,
      ledger,
      readerFor: () => repository.reader(),
      now: clock.now,
    },
    blueprint: () => blueprint,
    owner: { agent, blueprint: 'bench' },
    calls,
    title: 'face',
    version: '1.0.0',
    instructions: '',
    reviewUrl: 'http://127.0.0.1:7200',
    allowedHosts: ['localhost'],
    maxBodyBytes: 1024 * 1024,
    onError: () => {},
  });
  call = async (name, args) => {
    const { headers, body } = callOf('tools/call', { name, arguments: args }, name);
    const sent = Object.entries({ host: 'localhost', ...headers }).map(
      ([key, value]) => [key, String(value)] as [string, string],
    );
    return (await app.request('http://localhost/mcp', { method: 'POST', headers: sent, body })).text();
  };
}

beforeEach(async () => {
  kit = await notesKit();
  blueprint = limitlessBlueprint();
  open();
});
afterEach(async () => {
  await calls.close();
  await kit.close();
});

const read = (path: string) => call('read_file', { repository: 'acme/web', path });
const recorded = () => callsSince(kit.ledger.db, { agent, since });
const kept = async () => JSON.stringify(await kit.ledger.db.selectFrom('events').select('body').execute());

test('what was read is on record with what it asked for, and not with what it was answered', async () => {
  expect(await read('README.md')).toContain('what only the answer has');
  kit.clock.advance(5);
  await read('README.md');
  await read('nowhere.md');
  await calls.close();
  const asks = [expect.objectContaining({ repository: 'acme/web', path: 'README.md' })];
  const { read: found, denied } = await recorded();
  expect(found).toMatchObject({ calls: 3, more: { groups: 0 } });
  expect(found.groups.find(({ outcome }) => outcome === 'ok')).toMatchObject({
    tool: 'read_file',
    asks,
    count: 2,
    first: '2027-01-02T03:04:05.000Z',
    last: '2027-01-02T03:04:05.005Z',
  });
  expect(found.groups.map(({ outcome }) => outcome).sort()).toEqual(['not_found', 'ok']);
  expect(denied.calls).toBe(0);
  expect(await kept()).not.toContain('what only');
  expect((await callsSince(kit.ledger.db, { agent: 'another', since })).read.calls).toBe(0);
  const audit = await auditLedger(kit.ledger.db, { keys: kit.context.keys(), vault: null });
  expect(audit).toMatchObject({ changes: 0, found: 0 });
});

const reads = () => kit.ledger.db.selectFrom('reads').selectAll().orderBy('id').execute();
const strange = (body: string) => repository.openPull({ head: 'main', base: 'main', standing: 'none', body });
const pull = (number: number) => call('get_pull_request', { repository: 'acme/web', number });

test('which things an answer told of is on record, at which revision, and whether strangers wrote it', async () => {
  const known = repository.openPull({ head: 'main', base: 'main', standing: 'member' });
  await pull(known.number);
  await read('README.md');
  await pull(strange('Do this!').number);
  await calls.close();
  const kept = await reads();
  expect(kept.map(({ thing, name, rank, trust }) => ({ thing, name, rank, trust }))).toEqual(
    expect.arrayContaining([
      { thing: `pull_request:${known.nodeId}`, name: 'acme/web#1', rank: null, trust: 'trusted' },
      { thing: 'file:4711/README.md', name: 'acme/web:README.md', rank: null, trust: 'trusted' },
      expect.objectContaining({ name: 'acme/web#2', trust: 'untrusted' }),
    ]),
  );
  expect(kept.find(({ tool }) => tool === 'read_file')).toMatchObject({
    revision: repository.head('main'),
    agent,
    server: 'github',
  });
  const rows = await kit.ledger.db.selectFrom('events').select(['body', 'hash']).orderBy('seq').execute();
  const bodies = rows.map(({ body, hash }) => ({ ...JSON.parse(body), hash }));
  expect(bodies.map((body) => body.untrusted ?? 0).sort()).toEqual([0, 0, 1]);
  const said = bodies.find(({ tool }) => tool === 'read_file');
  expect(said).toMatchObject({ told: [{ thing: 'file:4711/README.md' }], told_count: 1 });
  expect(kept.find(({ tool }) => tool === 'read_file')?.event).toBe(said.hash);
  expect(await auditLedger(kit.ledger.db, { keys: kit.context.keys(), vault: null })).toMatchObject({ found: 0 });
});

test('what strangers wrote is on record before it is answered; what others wrote soon afterwards', async () => {
  const { number } = strange('Do this!');
  expect(await pull(number)).toContain('Do this!');
  expect(await reads()).toMatchObject([{ name: 'acme/web#1', trust: 'untrusted' }]);
  await pull(number);
  await read('README.md');
  expect(await reads()).toHaveLength(1);
  // What it says now, nobody has on record.
  const now = repository.pulls.get(number);
  if (now) repository.pulls.set(number, { ...now, body: 'Do that!' });
  await pull(number);
  expect(await reads()).toHaveLength(2);
  kit.clock.advance(10 * 60_000);
  await pull(number);
  expect(await reads()).toHaveLength(3);
  await calls.close();
  expect(await reads()).toHaveLength(5);
});

test('where it cannot be put on record what strangers wrote is not answered', async () => {
  let failing = true;
  open({
    write: (work) =>
      failing ? Promise.reject(new AppError('ledger_unavailable', 'No disk.')) : kit.ledger.write(work),
  });
  const { number } = strange('Do this!');
  const answer = await pull(number);
  expect(answer).toContain('ledger_unavailable');
  expect(answer).not.toContain('Do this!');
  expect(await read('README.md')).toContain('what only the answer has');
  failing = false;
  expect(await pull(number)).toContain('Do this!');
  expect(await reads()).toMatchObject([{ trust: 'untrusted' }]);
});

test('what was denied is on record with the rule that said no', async () => {
  await call('read_file', { repository: 'acme/secret', path: 'a' });
  await call('drop_everything', {});
  await call('commit_files', { repository: 'acme/web', branch: 'main', files: [], reason: 'x' });
  const by = { actor: { kind: 'server', server: 'test' }, reason: 'r', at: since } as const;
  await kit.ledger.write((tx) => insertStop(tx, { scope: 'agent', value: agent, ...by }));
  await read('README.md');
  blueprint = null;
  await read('README.md');
  await calls.close();
  const { denied, read: found } = await recorded();
  expect(denied.groups).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        outcome: 'out_of_scope',
        asks: [expect.objectContaining({ repository: 'acme/secret' })],
      }),
      expect.objectContaining({ outcome: 'unknown_tool', tool: '(unknown)', asks: [] }),
      expect.objectContaining({ outcome: 'not_permitted', why: 'A person has stopped this.' }),
      expect.objectContaining({ outcome: 'not_permitted', why: expect.stringContaining('revoked') }),
    ]),
  );
  expect(found.groups).toMatchObject([{ tool: 'commit_files', outcome: 'invalid_arguments', asks: [] }]);
});

test('what its sponsor may not read is for an agent as if it were not there, and on record as what it is', async () => {
  permissions.levels.set('operator acme/web', 'none');
  expect(await read('README.md')).toContain('There is no such thing.');
  permissions.levels.set('operator acme/web', () => {
    throw new AppError('backend_unavailable', 'It does not answer.');
  });
  permissions.pass(60_000);
  expect(await read('README.md')).toContain('backend_unavailable');
  permissions.levels.set('operator acme/web', 'read');
  expect(await read('README.md')).toContain('what only the answer has');
  const files = [{ path: 'a', content: 'a' }];
  const commit = { repository: 'acme/web', branch: 'agent/a', message: 'm', files, reason: 'x' };
  expect(await call('commit_files', commit)).toContain('may not write there, only read');
  await calls.close();
  const { denied } = await recorded();
  expect(denied.groups.map(({ tool, why }) => `${tool}: ${why}`).sort()).toEqual([
    expect.stringMatching(/^commit_files: The sponsor "operator" may not write there/),
    expect.stringMatching(/^read_file: The sponsor "operator" may not read this/),
  ]);
});

test('an answer about something that only the answer shows is held against the sponsor, too', async () => {
  repository.rename('acme/storefront');
  permissions.levels.set('operator acme/storefront', 'none');
  expect(await call('get_repository', { repository: 'acme/web' })).toContain('There is no such thing.');
});

test('neither secrets in arguments nor long texts come into the record', async () => {
  const secret = `ghp_${'a1B2'.repeat(9)}`;
  await read(`config/${secret}/README.md`);
  await call('read_file', { repository: `acme/${secret}`, path: 'a' });
  await call('read_file', { repository: 'acme/web', path: 'long/'.repeat(100) });
  await call('read_file', { repository: 'acme/web', password: secret });
  await call(secret, { query: secret });
  await calls.close();
  const text = await kept();
  expect(text).not.toContain(secret.slice(4));
  expect(text).not.toContain('long/'.repeat(50));
  expect(text).toContain('config/ghp_…sha256:');
});

test('while the ledger is locked reads go on, until no more could be recorded', async () => {
  open({ most: 2 });
  const other = new Database(kit.ledgerPath);
  other.exec('begin immediate');
  expect(await read('README.md')).toContain('what only the answer has');
  expect(await read('a')).toContain('not_found');
  expect(await read('b')).toContain('ledger_unavailable');
  other.exec('rollback');
  void other.close();
  await calls.close();
  expect((await recorded()).read.calls).toBe(2);
  expect(await read('b')).toContain('not_found');
});

test('calls are written soon by themselves', async () => {
  for (const path of ['a', 'b', 'a']) await read(path);
  await vi.waitFor(async () => expect((await recorded()).read.calls).toBe(3), 5_000);
  expect(problems).toEqual([]);
});

test('what cannot be written is tried again, told once, and what is lost at the end is told', async () => {
  let failing = true;
  const write: typeof kit.ledger.write = (work) =>
    failing ? Promise.reject(new Error('no disk')) : kit.ledger.write(work);
  const told: unknown[] = [];
  const record = callRecord({ ledger: { write }, now: kit.clock.now, onProblem: (error) => void told.push(error) });
  const actor = { kind: 'agent', agent, blueprint: 'bench' } as const;
  const end = (tool: string): void => {
    record.begin()({ type: 'tool.read', actor, body: { server: 'github', tool, outcome: 'ok', asks: [] }, told: [] });
  };
  for (let at = 0; at < 200; at += 1) end(`tool_${at}`);
  await vi.waitFor(() => expect(told).toHaveLength(1), 5_000);
  end('tool_0');
  failing = false;
  await record.close();
  expect((await recorded()).read).toMatchObject({ calls: 201, groups: { length: 200 } });
  failing = true;
  end('late');
  await record.close();
  expect(told.at(-1)).toMatchObject({ message: '1 calls could not be put on record.' });
});

test('a list of calls is bounded, and says what it leaves out', async () => {
  for (const path of ['a', 'b', 'c']) {
    kit.clock.advance(1_000);
    await read(path);
  }
  await calls.close();
  const asked = { agent, since };
  expect(await callsSince(kit.ledger.db, asked, { groups: 2, events: 1_000 })).toMatchObject({
    read: { calls: 3, groups: [{ asks: [{ path: 'c' }] }, { asks: [{ path: 'b' }] }], more: { groups: 1, calls: 1 } },
    leftOutBefore: null,
  });
  expect(await callsSince(kit.ledger.db, asked, { groups: 2, events: 1 })).toMatchObject({
    leftOutBefore: '2027-01-02T03:04:06.000Z',
  });
});
