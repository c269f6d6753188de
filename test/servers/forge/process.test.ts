import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { basics } from '#test/fakes/environment.ts';
import { appKeys, base64, clientsOf, commit, headOf, makeBranch } from './kit.ts';

let data: string;
const children: ChildProcess[] = [];

async function newData(): Promise<void> {
  data = await mkdtemp(join(tmpdir(), 'forge-'));
  const pem = appKeys.publicKey.export({ type: 'spki', format: 'pem' });
  await writeFile(join(data, 'app.pub'), pem);
}

async function endAll(): Promise<void> {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  await rm(data, { recursive: true, force: true });
}

function spawnForge(environment: Record<string, string> = {}): ChildProcess {
  const settings = {
    COUNTERSIGN_DATA: data,
    COUNTERSIGN_FORGE_PORT: '0',
    COUNTERSIGN_FORGE_APP_ID: '7',
    COUNTERSIGN_FORGE_APP_PUBLIC_KEY: join(data, 'app.pub'),
    ...basics(),
  };
  const child = spawn(process.execPath, ['servers/forge/main.ts'], {
    env: { ...settings, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  return child;
}

/** A forge process that answers, and its clients. */
async function startProcess(environment: Record<string, string> = {}) {
  const child = spawnForge(environment);
  child.stderr?.resume();
  if (!child.stdout) throw new Error('no output');
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const ready = JSON.parse(line) as { ready: string; url: string };
  return { child, ready, ...clientsOf(ready.url) };
}

async function kill(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  const exit = once(child, 'exit') as Promise<[number | null]>;
  child.kill(signal);
  return (await exit)[0];
}

const file = (path: string, text: string) => ({ additions: [{ path, contents: base64(text) }] });

describe('the process', () => {
  beforeEach(newData);
  afterEach(endAll);

  test('says where it listens in one line of JSON, and stops cleanly on SIGTERM', async () => {
    const forge = await startProcess();
    expect(forge.ready).toEqual({
      ready: 'forge',
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      what: expect.stringContaining('stand-in for GitHub'),
    });
    const page = await fetch(forge.ready.url);
    expect(await page.text()).toContain('stand-in for GitHub Enterprise Server, for trying out, development and tests');
    expect(await kill(forge.child, 'SIGTERM')).toBe(0);
  });

  test('keeps tokens, branches, commits and pull requests over kill -9 right after the answers', async () => {
    const first = await startProcess();
    const bearer = await first.token();
    const head = await makeBranch(first, bearer, 'kept');
    const made = await commit(first.query(bearer), { branch: 'kept', head, changes: file('kept.txt', 'still here') });
    const body = { title: 'Kept', head: 'kept', base: 'main' };
    const pull = await first.rest(bearer, '/repos/acme/storefront/pulls', { method: 'POST', body });
    const { number } = (await pull.json()) as { number: number };
    await kill(first.child, 'SIGKILL');
    const second = await startProcess();
    expect(await headOf(second, bearer, 'kept')).toBe(made.commit.oid);
    const found = await second.rest(bearer, `/repos/acme/storefront/pulls/${number}`);
    expect(await found.json()).toMatchObject({ title: 'Kept', state: 'open', head: { sha: made.commit.oid } });
    const next = await commit(second.query(bearer), { branch: 'kept', head: made.commit.oid, changes: file('b', '2') });
    expect(next.commit.signature.isValid).toBe(true);
  });

  test('loses no answered commit when it is killed in the middle of many', async () => {
    const first = await startProcess();
    const bearer = await first.token();
    let head = await makeBranch(first, bearer, 'busy');
    const answered: string[] = [];
    for (let index = 0; index < 5; index += 1) {
      head = (await commit(first.query(bearer), { branch: 'busy', head, changes: file('n', `${index}`) })).commit.oid;
      answered.push(head);
    }
    const last = commit(first.query(bearer), { branch: 'busy', head, changes: file('n', 'last') }).catch(
      () => undefined,
    );
    await kill(first.child, 'SIGKILL');
    await last;
    const second = await startProcess();
    const history = await second.rest(bearer, '/repos/acme/storefront/commits?sha=busy');
    const shas = ((await history.json()) as { sha: string }[]).map(({ sha }) => sha);
    expect(shas).toEqual(expect.arrayContaining(answered));
    const now = await headOf(second, bearer, 'busy');
    await commit(second.query(bearer), { branch: 'busy', head: now, changes: file('n', 'goes on') });
  });

  test('seeds anew what an earlier start left half done, and always the same', async () => {
    await mkdir(join(data, 'forge', 'acme', 'storefront.git', 'objects'), { recursive: true });
    const forge = await startProcess();
    const bearer = await forge.token();
    expect(await headOf(forge, bearer, 'main')).toBe('fbbf0ddaaeaaecd81db416248f27476f4a17b519');
  });

  test('refuses a second forge on the same data, and names every problem of a bad configuration', async () => {
    await startProcess();
    const outcomes = [spawnForge(), spawnForge({ COUNTERSIGN_FORGE_HOST: '0.0.0.0', COUNTERSIGN_FORGE_PORT: 'x' })];
    const [second, wrong] = await Promise.all(
      outcomes.map(async (child) => {
        const errors: Buffer[] = [];
        child.stderr?.on('data', (chunk: Buffer) => errors.push(chunk));
        const [code] = (await once(child, 'close')) as [number];
        return { code, text: Buffer.concat(errors).toString() };
      }),
    );
    expect(second?.code).toBe(2);
    expect(second?.text).toContain('another forge already uses');
    expect(wrong?.code).toBe(2);
    expect(wrong?.text).toContain('COUNTERSIGN_FORGE_HOST');
    expect(wrong?.text).toContain('COUNTERSIGN_FORGE_PORT');
  });
});

describe('a process that runs', () => {
  let forge: Awaited<ReturnType<typeof startProcess>>;
  beforeAll(async () => {
    await newData();
    forge = await startProcess();
  });
  afterAll(endAll);

  test('tells whoever follows the link of a pull request that it has no pages, and asks for no password', async () => {
    for (const page of ['pull/1', `commit/${'0'.repeat(40)}`]) {
      const answer = await fetch(`${forge.ready.url}/acme/storefront/${page}`);
      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([501, null]);
      expect(await answer.text()).toContain('forge has no pages for people');
    }
  });

  test('keeps its keys, database and log to its own user', async () => {
    const mode = async (name: string) => (await stat(join(data, 'forge', name))).mode & 0o777;
    expect(await mode('.')).toBe(0o700);
    for (const name of ['signing-key', 'requests.jsonl', 'forge.sqlite']) expect(await mode(name)).toBe(0o600);
  });

  test('does not serve another host name', async () => {
    const { hostname, port } = new URL(forge.ready.url);
    const status = await new Promise((resolve, reject) => {
      const asked = request({ hostname, port, path: '/', headers: { host: 'evil.example' } }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      });
      asked.on('error', reject).end();
    });
    expect(status).toBe(403);
  });

  test('logs each request with caller, operation and repository before its answer is out, and no secret', async () => {
    const bearer = await forge.token();
    await forge.query(bearer)('query Look { here: repository(owner: "acme", name: "storefront") { id } }');
    const text = await readFile(join(data, 'forge', 'requests.jsonl'), 'utf8');
    const entries = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(entries.at(-1)).toMatchObject({
      method: 'POST',
      path: '/api/graphql',
      operations: ['Look'],
      fields: ['repository'],
      status: 200,
      caller: 'installation',
      installation: expect.any(Number),
      token: expect.any(Number),
      repository: 'acme/storefront',
    });
    expect(entries.map(({ caller }) => caller)).toContain('app');
    expect(text).not.toContain(bearer);
  });
});

describe('faults for tests', () => {
  beforeEach(newData);
  afterEach(endAll);

  async function withFault(fault: Record<string, unknown>) {
    const faults = join(data, 'faults.json');
    const forge = await startProcess({ COUNTERSIGN_FORGE_FAULTS: faults });
    const bearer = await forge.token();
    const head = await makeBranch(forge, bearer, 'faulty');
    await writeFile(faults, JSON.stringify([fault]));
    const attempt = () => commit(forge.query(bearer), { branch: 'faulty', head, changes: file('a', '1') });
    return { forge, bearer, head, attempt };
  }

  test('can lose the answer to a commit that was made', async () => {
    const { forge, bearer, head, attempt } = await withFault({
      match: 'createCommitOnBranch',
      when: 'after',
      do: 'drop',
    });
    await expect(attempt()).rejects.toThrow();
    const now = await headOf(forge, bearer, 'faulty');
    expect(now).not.toBe(head);
    await commit(forge.query(bearer), { branch: 'faulty', head: now, changes: file('a', '2') });
  });

  test('can refuse before anything is done, once', async () => {
    const fault = { match: 'createCommitOnBranch', when: 'before', do: 'status', status: 503 };
    const { forge, bearer, head, attempt } = await withFault(fault);
    await expect(attempt()).rejects.toMatchObject({ status: 503 });
    expect(await headOf(forge, bearer, 'faulty')).toBe(head);
    expect((await attempt()).commit.oid).toBe(await headOf(forge, bearer, 'faulty'));
    await writeFile(join(data, 'faults.json'), JSON.stringify([fault]));
    await expect(attempt()).rejects.toMatchObject({ status: 503 });
  });

  test('can match a path, and hang until the process ends', async () => {
    const { forge, bearer } = await withFault({
      match: 'GET /api/v3/repos/acme/storefront',
      when: 'before',
      do: 'hang',
    });
    const hanging = forge.rest(bearer, '/repos/acme/storefront').catch(() => 'cut off');
    const other = await forge.rest(bearer, '/installation/repositories');
    expect(other.status).toBe(200);
    expect(await kill(forge.child, 'SIGTERM')).toBe(0);
    expect(await hanging).toBe('cut off');
  });
});
