import { generateKeyPairSync } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { allocator } from '#servers/suite/children.ts';
import { callTool } from '#servers/suite/mcp-call.ts';
import { freeBasePort } from '#servers/suite/ports.ts';
import { environmentOf, type Started, startCommand, startUntil } from './command.ts';
import { folder, warmData } from './folder.ts';
import { isRunning, until } from './kit.ts';
import { expectCtrlC, placeOf, proposal, smallPlace, start, withProposal } from './places.ts';

const token = 'a-token-of-at-least-thirty-two-characters';
const foreign = { GITHUB_TOKEN: 'foreign', AWS_SECRET_ACCESS_KEY: 'foreign', NODE_OPTIONS: '--no-deprecation' };

/** Runs `start` to its end. */
async function refused(args: readonly string[], environment: Record<string, string> = {}) {
  const suite = startCommand(args, environment);
  return { code: await suite.ended, stderr: suite.stderr(), stdout: suite.stdout() };
}

/** Whether there is anything in a folder, or in one of its own. */
function hasFiles(path: string): boolean {
  return readdirSync(path, { recursive: true, withFileTypes: true }).some((entry) => entry.isFile());
}

describe('a suite that runs', () => {
  const parent = mkdtempSync(join(tmpdir(), 'suite-'));
  let place: { base: number; data: string; args: string[] };
  let suite: Started;
  let stop: () => Promise<void>;
  beforeAll(async () => {
    // The stand-in alone has to compile its code.
    place = await placeOf(warmData(parent, ['github', 'tickets', 'knowledge', 'approvals']));
    const environment = { ...foreign, COUNTERSIGN_APPROVER_TOKEN: token, TZ: 'Asia/Tokyo' };
    ({ started: suite, stop } = startUntil(place.args, environment));
    await suite.says('Stop with Ctrl-C');
  });
  afterAll(async () => {
    await stop();
    rmSync(parent, { recursive: true, force: true });
  });

  it('answers everywhere, prints where, and gives each process its own settings and nobody else’s', async () => {
    const { base, data } = place;
    const urls = [base + 1, base + 4].map((port) => `http://127.0.0.1:${port}`);
    for (const url of urls) expect((await fetch(`${url}/healthz`)).status).toBe(200);
    for (const url of [
      ...urls.map((url) => `${url}/mcp`),
      `http://127.0.0.1:${base}`,
      `http://127.0.0.1:${base + 100}`,
    ]) {
      expect(suite.stdout()).toContain(url);
    }
    const links = suite.stdout().match(new RegExp(`http://127.0.0.1:${base + 100}/sign-in\\S+`, 'g'));
    // After a start of the approvals server only the link from then is good.
    expect((await fetch(links?.at(-1) ?? '')).status).toBe(200);

    const { forge = 0, github = 0, tickets = 0, knowledge = 0, approvals = 0, ...others } = suite.children();
    expect(others).toEqual({});
    const basics = (name: string) => ({
      PATH: expect.any(String),
      TZ: 'Asia/Tokyo',
      ...allocator,
      NODE_COMPILE_CACHE: join(data, 'cache', name),
      COUNTERSIGN_DATA: data,
    });
    const shared = {
      COUNTERSIGN_LEDGER: join(data, 'ledger.db'),
      COUNTERSIGN_BLUEPRINTS: expect.stringContaining('default.yaml'),
      COUNTERSIGN_DECISION_KEYS: join(data, 'approvals/decision-keys.json'),
    };
    expect(environmentOf(forge)).toEqual({
      ...basics('forge'),
      COUNTERSIGN_FORGE_PORT: String(base),
      COUNTERSIGN_FORGE_APP_ID: '1',
      COUNTERSIGN_FORGE_APP_PUBLIC_KEY: join(data, 'forge/app-public-key.pem'),
    });
    expect(environmentOf(github)).toEqual({
      ...basics('github'),
      ...shared,
      COUNTERSIGN_GITHUB_PORT: String(base + 1),
      COUNTERSIGN_GITHUB_URL: `http://127.0.0.1:${base}`,
      COUNTERSIGN_GITHUB_APP_ID: '1',
      COUNTERSIGN_GITHUB_APP_KEY: join(data, 'github/app-key.pem'),
      COUNTERSIGN_REVIEW_URL: `http://127.0.0.1:${base + 100}`,
      COUNTERSIGN_SIGN_IN: 'link',
    });
    expect(environmentOf(tickets)).toEqual({
      ...basics('tickets'),
      ...shared,
      COUNTERSIGN_TICKETS_PORT: String(base + 2),
      COUNTERSIGN_REVIEW_URL: `http://127.0.0.1:${base + 100}`,
      COUNTERSIGN_SIGN_IN: 'link',
    });
    expect(environmentOf(knowledge)).toEqual({
      ...basics('knowledge'),
      ...shared,
      COUNTERSIGN_KNOWLEDGE_PORT: String(base + 3),
      COUNTERSIGN_REVIEW_URL: `http://127.0.0.1:${base + 100}`,
      COUNTERSIGN_SIGN_IN: 'link',
    });
    expect(environmentOf(approvals)).toEqual({
      ...basics('approvals'),
      ...shared,
      COUNTERSIGN_APPROVALS_PORT: String(base + 4),
      COUNTERSIGN_CONSOLE_PORT: String(base + 100),
      COUNTERSIGN_DECISION_KEY: join(data, 'approvals/decision-key.pem'),
      COUNTERSIGN_APPROVER_TOKEN: token,
      COUNTERSIGN_READS_RETENTION: expect.stringMatching(/^\d+d$/),
      COUNTERSIGN_SIGN_IN: 'link',
    });

    const key = readFileSync(join(data, 'github/app-key.pem'), 'utf8').split('\n')[1] ?? '';
    for (const secret of [token, key, 'PRIVATE KEY']) expect(suite.stdout() + suite.stderr()).not.toContain(secret);
    expect(suite.stdout()).not.toContain('\u001b');
    for (const path of ['github', 'forge', 'tickets', 'knowledge', 'approvals', 'cache/forge'])
      expect(statSync(join(data, path)).mode & 0o077).toBe(0);
    for (const path of ['github/app-key.pem', 'approvals/decision-key.pem']) {
      expect(statSync(join(data, path)).mode & 0o777).toBe(0o600);
    }
  });

  it('starts a server that dies again, on the same port, and gives a new sign-in link', async () => {
    const before = suite.children();
    // What was compiled is kept as soon as it runs, not when it ends: the next start needs half the time.
    await until(() => hasFiles(join(place.data, 'cache', 'forge')));
    for (const name of ['forge', 'github', 'tickets', 'knowledge', 'approvals'])
      process.kill(before[name] ?? 0, 'SIGKILL');
    await until(() => suite.stderr().match(/runs again/g)?.length === 5);
    const after = suite.children();
    expect(Object.keys(after).toSorted()).toEqual(['approvals', 'forge', 'github', 'knowledge', 'tickets']);
    expect(suite.stderr()).toContain('github ended (SIGKILL); starting it again in 100 ms');
    expect(suite.stdout()).toContain('with this new link: http://');
    await callTool(`http://127.0.0.1:${place.base + 1}/mcp`, proposal);
  });

  it('goes on when another one is started on the same data, which says so', async () => {
    const second = await refused(['--data', place.data, '--base-port', String(await freeBasePort())]);
    expect(second).toMatchObject({ code: 2, stdout: '' });
    expect(second.stderr).toMatch(`Another suite (process ${suite.pid}) runs on this data directory`);
    expect(Object.keys(suite.children())).toHaveLength(5);
  });
});

it('goes on where it was when it was killed and is started again, and ends with Ctrl-C, all of it with exit 0', async () => {
  const place = await smallPlace();
  const { first, waits } = await withProposal(place);
  // The same after Ctrl-C is in start.apart.test.ts.
  const firstOnes = Object.values(first.children());
  expect(firstOnes).toHaveLength(4);
  first.kill('SIGKILL');
  const second = await start(place.args);
  // They close what is under way in good order, which takes a moment; the new ones need not wait for that.
  await expect.poll(() => firstOnes.filter(isRunning), { timeout: 60_000 }).toEqual([]);
  await waits();
  await expectCtrlC(second, place.data);
});

it('leaves nothing behind when it is stopped before it is ready', async () => {
  const { data, args } = await smallPlace();
  const suite = startCommand(args);
  await until(() => Object.keys(suite.children()).length >= 3);
  const pids = Object.values(suite.children());
  suite.kill('SIGINT');
  expect(await suite.ended).toBe(0);
  expect(pids.filter(isRunning)).toEqual([]);
  expect(readdirSync(data)).not.toContain('suite.lock');
});

describe('a suite that cannot start', () => {
  it('names the port that is taken, and leaves nothing running', async () => {
    const { base, data, args } = await placeOf();
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(base + 4, '127.0.0.1', resolve));
    onTestFinished(() => void other.close());
    const { code, stderr } = await refused(args);
    expect([code, stderr]).toEqual([
      2,
      `Port ${base + 4} of 127.0.0.1, wanted for approvals, is already in use by another program.\n` +
        'End the program that has it, or choose other ports with --base-port.\n',
    ]);
    expect(readdirSync(data)).toEqual([]);
    expect(statSync(data).mode & 0o077).toBe(0);
  });

  it('says everything that is wrong with the configuration before it touches the data', async () => {
    const { data, args } = await placeOf();
    const config = join(folder(), 'countersign.yaml');
    writeFileSync(config, 'base_port: 0\nblueprint: x\n');
    const { code, stderr } = await refused([...args, '--config', config]);
    expect([code, stderr]).toEqual([
      2,
      `${config}:1:12: base_port: This must be at least 1.\n` +
        `${config}:2:1: blueprint: There is no such key. Did you mean "blueprints"?\n`,
    ]);
    expect(existsSync(data)).toBe(false);
  });

  it('refuses a data directory that others can read', async () => {
    const { data, args } = await placeOf();
    mkdirSync(data, { mode: 0o755 });
    const { code, stderr } = await refused(args);
    expect([code, stderr]).toEqual([2, expect.stringContaining(`chmod 700 ${data}`)]);
  });

  it('stops what did start when a server refuses its settings, and shows what it said', async () => {
    const { data, args } = await smallPlace();
    const { code, stderr } = await refused(args, { COUNTERSIGN_APPROVER_TOKEN: 'short' });
    expect(code).toBe(2);
    expect(stderr).toContain('COUNTERSIGN_APPROVER_TOKEN: must have at least 32 characters');
    expect(stderr).not.toContain('short');
    expect(readdirSync(data)).not.toContain('suite.lock');
  });
});

describe('with a real GitHub', () => {
  async function real(where?: string) {
    const { base, data, args } = await placeOf(where);
    const config = join(folder(), 'countersign.yaml');
    const key = join(config, '../key.pem');
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    writeFileSync(key, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    // Nothing listens there, and nothing is asked before the first call.
    writeFileSync(config, `github: { url: "https://127.0.0.1:9", app_id: 7, app_key: key.pem }\n`);
    return { base, data, key, args: [...args, '--config', config] };
  }

  it('starts no stand-in, and makes no key of its own', async () => {
    const { base, data, key, args } = await real(warmData());
    const suite = await start([...args, '--single-user']);
    const { github = 0, tickets = 0, knowledge = 0, approvals = 0, ...others } = suite.children();
    expect(others).toEqual({});
    expect(environmentOf(tickets)).not.toHaveProperty('COUNTERSIGN_TICKETS_BACKEND');
    expect(environmentOf(knowledge)).not.toHaveProperty('COUNTERSIGN_KNOWLEDGE_BACKEND');
    expect(environmentOf(github)).toMatchObject({
      COUNTERSIGN_GITHUB_URL: 'https://127.0.0.1:9',
      COUNTERSIGN_GITHUB_APP_ID: '7',
      COUNTERSIGN_GITHUB_APP_KEY: key,
    });
    expect(environmentOf(approvals)).toMatchObject({ COUNTERSIGN_REAL_BACKEND: '1', COUNTERSIGN_SINGLE_USER: '1' });
    expect(suite.stdout()).not.toContain(`http://127.0.0.1:${base}\n`);
    expect(existsSync(join(data, 'github', 'app-key.pem'))).toBe(false);
  });

  it('starts nothing unless the operator says that nobody else can use this machine', async () => {
    const { data, args } = await real();
    const suite = startCommand(args);
    expect(await suite.ended).toBe(2);
    expect(suite.stderr()).toContain('--single-user');
    expect(existsSync(data)).toBe(false);
  });

  it('takes a preset token only together with the operator’s word', async () => {
    const { args } = await real();
    const suite = startCommand(args, { COUNTERSIGN_APPROVER_TOKEN: token });
    expect(await suite.ended).toBe(2);
    expect(suite.stderr()).toContain('--single-user');
    expect(suite.stderr()).not.toContain(token);
  });
});
