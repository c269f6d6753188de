import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { allCapabilities, repoCapabilities } from '#capabilities/index.ts';
import { diagnose } from '#servers/github/doctor/diagnose.ts';
import { allTools, neededFor } from '#servers/github/permissions.ts';
import { makeGithubApp } from '#servers/github/setup/make-app.ts';
import { writePermissions } from '#servers/github/tokens.ts';
import { loadBlueprints } from '#shared/blueprints/load.ts';
import { openSigningKey, publishKey } from '#shared/changes/keys.ts';
import type { Report } from '#shared/doctor/report.ts';
import { endpointsOf } from '#shared/github/endpoints.ts';
import { Secret } from '#shared/http/secret.ts';
import { openLedger } from '#shared/ledger/ledger.ts';
import { basics } from '#test/fakes/environment.ts';
import { countersign, ending, run } from '#test/servers/cli/run.ts';
import { connect, keys } from './connect.ts';
import { type RunningForge, startForge } from './start-forge.ts';

const name = 'acme/storefront';
let forge: RunningForge;
let folder: string;

beforeAll(async () => {
  forge = await startForge();
  folder = mkdtempSync(join(tmpdir(), 'doctor-'));
  writeFileSync(join(folder, 'app-key.pem'), keys.privateKey, { mode: 0o600 });
  publishKey(join(folder, 'keys.json'), openSigningKey(join(folder, 'key.pem')));
  await (await openLedger(join(folder, 'ledger.db'))).close();
  blueprint('plain.yaml', {});
});
beforeEach(() => {
  forge.arrange({});
  forge.faults([]);
});
afterAll(async () => {
  await forge.close();
  rmSync(folder, { recursive: true });
});

function blueprint(file: string, more: { readonly requires?: object; readonly tools?: readonly string[] }): string {
  const { requires, tools } = more;
  const path = join(folder, file);
  const write = {
    repositories: [name],
    base: ['main'],
    branches: ['agents/*'],
    ...(requires && { requires }),
    ...(tools && { tools }),
  };
  const read = { repositories: [name] };
  writeFileSync(
    path,
    JSON.stringify({
      ...{ blueprint: 'one', goal: 'g', agent: 'a', sponsor: 's', callers: [{ listener: '127.0.0.1' }] },
      capabilities: { 'repo-read': tools ? { ...read, tools: ['read_file'] } : read, 'repo-write': write },
    }),
  );
  return path;
}

async function look(
  options: {
    readonly blueprints?: string;
    readonly url?: string;
    readonly appId?: number;
    readonly pem?: string;
    readonly now?: () => number;
  } = {},
) {
  const endpoints = endpointsOf(options.url ?? forge.url);
  if (typeof endpoints === 'string') throw new Error(endpoints);
  const config = {
    ...{ endpoints, appId: options.appId ?? 1, appKey: { pem: new Secret(options.pem ?? keys.privateKey) } },
    userAgent: 'countersign/test',
    ...{ decisionKeys: join(folder, 'keys.json'), ledger: join(folder, 'ledger.db') },
  };
  const blueprints = loadBlueprints({
    path: options.blueprints ?? join(folder, 'plain.yaml'),
    capabilities: allCapabilities,
  });
  return diagnose({ config, blueprints, ...(options.now && { now: options.now }) });
}

const of = ({ findings }: Report, check: string) => findings.filter((one) => one.check === check);
const findingsOn = ({ findings }: Report, thing: string) => findings.filter(({ about }) => about === thing);
const wrong = ({ findings }: Report) => findings.filter(({ verdict }) => verdict === 'wrong').map(({ check }) => check);

describe('what holds a default branch', () => {
  test('is read from its rulesets', async () => {
    const { reader } = connect(forge.url);
    expect(await reader.safeguards(name)).toEqual({
      ...{ pullRequests: true, noForcePush: true, noDeletion: true, signatures: false },
      ...{ reviews: 1, checks: [], ciSecrets: [] },
    });
    const checks = [{ context: 'countersign' }, { context: 'ci' }];
    const rules = [
      { type: 'required_signatures' },
      { type: 'required_status_checks', parameters: { required_status_checks: checks } },
    ];
    forge.arrange({ rules: { [name]: rules } });
    expect(await connect(forge.url).reader.safeguards(name)).toEqual({
      ...{ pullRequests: false, noForcePush: false, noDeletion: false, signatures: true },
      ...{ reviews: 0, checks: ['ci', 'countersign'], ciSecrets: [] },
    });
  });

  test('is read from its protection of the older kind, too', async () => {
    const protection = { [name]: { reviews: 2, signatures: true, checks: ['ci'] } };
    forge.arrange({ rules: { [name]: [] }, protection });
    expect(await connect(forge.url).reader.safeguards(name)).toMatchObject({
      ...{ pullRequests: true, noForcePush: true, noDeletion: true, signatures: true, reviews: 2, checks: ['ci'] },
    });
  });

  test('is asked for once in five minutes by all who ask', async () => {
    let time = Date.now();
    const { reader } = connect(forge.url, { now: () => time });
    const asked = () => forge.requests().filter(({ path }) => path.includes('/rules/branches/main')).length;
    const before = asked();
    await Promise.all([reader.safeguards(name), reader.safeguards('Acme/Storefront')]);
    expect(asked()).toBe(before + 1);
    time += 299_000;
    forge.arrange({ rules: { [name]: [] } });
    expect((await reader.safeguards(name)).pullRequests).toBe(true);
    time += 2_000;
    expect((await reader.safeguards(name)).pullRequests).toBe(false);
    expect(asked()).toBe(before + 2);
  });

  test('is not known where GitHub does not show it, and asked for again after an outage', async () => {
    const { reader } = connect(forge.url);
    forge.faults([{ match: `GET /api/v3/repos/${name}/rules`, when: 'before', do: 'status', status: 500, times: 9 }]);
    await expect(reader.safeguards(name)).rejects.toMatchObject({ code: 'backend_unavailable' });
    const body = JSON.stringify({ message: 'Resource not accessible by integration' });
    forge.faults([{ match: `GET /api/v3/repos/${name}/rules`, when: 'before', do: 'status', status: 403, body }]);
    expect(await reader.safeguards(name)).toMatchObject({
      pullRequests: null,
      noDeletion: null,
      reviews: null,
      ciSecrets: [],
    });
    await expect(reader.safeguards('acme/none')).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('the doctor of GitHub', () => {
  test('finds nothing wrong where all of it fits', async () => {
    const found = await look();
    expect(wrong(found)).toEqual([]);
    expect(found).toMatchObject({ server: 'github', backend: forge.url, reached: true });
    for (const check of [
      'api',
      'clock',
      'app',
      'rate_limit',
      'decision_keys',
      'ledger',
      'pull_requests',
      'ci_secrets',
    ]) {
      expect([check, of(found, check)[0]?.verdict]).toEqual([check, 'ok']);
    }
    // Better than nothing, and nothing that somebody has to have.
    expect(of(found, 'signatures')[0]?.verdict).toBe('advice');
    expect(of(found, 'beyond')[0]?.verdict).toBe('unseen');
    expect(of(found, 'repositories')[0]).toMatchObject({
      verdict: 'advice',
      message: expect.stringContaining('acme/billing'),
    });
  });

  test('leaves no token behind', async () => {
    const minted = () =>
      forge.requests().filter(({ path, status }) => path.endsWith('/access_tokens') && status === 201).length;
    const ended = () => forge.requests().filter(({ method, status }) => method === 'DELETE' && status === 204).length;
    const before = [minted(), ended()];
    await look();
    expect([minted() - Number(before[0]), ended() - Number(before[1])]).toEqual([2, 2]);
  });

  test('says that the App itself may bypass the rules', async () => {
    expect(of(await look(), 'bypass')[0]?.verdict).toBe('ok');
    forge.arrange({ bypass: [name] });
    expect(wrong(await look())).toEqual(['bypass']);
  });

  test('names each rule that is missing', async () => {
    forge.arrange({ rules: { [name]: [{ type: 'deletion' }] } });
    const found = await look();
    expect(wrong(found)).toEqual(['pull_requests', 'no_force_push']);
    expect(of(found, 'pull_requests')[0]?.next).toContain('Require a pull request before merging');
  });

  test('has nothing to say against the ruleset that the documentation recommends', async () => {
    const file = new URL('../../../docs/github-ruleset.json', import.meta.url);
    const { rules } = JSON.parse(readFileSync(file, 'utf8')) as { rules: { type: string }[] };
    forge.arrange({ rules: { [name]: rules.map(({ type }) => ({ type })) } });
    const found = await look();
    expect(
      findingsOn(found, name)
        .filter(({ verdict }) => verdict !== 'ok')
        .map(({ check }) => check),
    ).toEqual(['checks']);
  });

  test('says whom a missing rule stops that a blueprint requires', async () => {
    const found = await look({
      blueprints: blueprint('requires.yaml', { requires: { signatures: true, checks: ['ci'] } }),
    });
    expect(wrong(found)).toEqual(['signatures', 'checks']);
    expect(of(found, 'signatures')[0]?.message).toContain('one requires it');
  });

  test('says which permissions are missing, and which no granted tool needs', async () => {
    forge.arrange({
      permissions: {
        contents: 'write',
        pull_requests: 'read',
        workflows: 'write',
        administration: 'read',
        actions: 'read',
      },
    });
    const found = await look({
      blueprints: blueprint('few.yaml', { tools: ['delete_branch', 'comment_on_pull_request'] }),
    });
    expect(new Set(wrong(found))).toEqual(new Set(['permissions_missing', 'permissions_beyond']));
    expect(of(found, 'permissions_missing')[0]?.message).toContain('pull_requests: write');
    expect(of(found, 'permissions_beyond').map(({ verdict, message }) => [verdict, message])).toEqual([
      ['wrong', 'No granted tool needs administration: read, workflows: write.'],
      ['advice', 'No granted tool needs actions: read.'],
      ['wrong', 'No granted tool needs administration: read, workflows: write.'],
      ['advice', 'No granted tool needs actions: read.'],
    ]);
  });

  test('says where the installation is suspended, or leaves out what blueprints grant', async () => {
    forge.arrange({ suspended: ['acme'] });
    const suspended = await look();
    expect(of(suspended, 'suspended')[0]?.next).toContain('acme');
    expect(of(suspended, 'repository')[0]?.verdict).toBe('wrong');
    forge.arrange({ selected: ['acme/billing'] });
    expect(of(await look(), 'repository')[0]).toMatchObject({ about: name, verdict: 'wrong' });
    forge.arrange({ selected: [name] });
    const selected = await look();
    expect(wrong(selected)).toEqual([]);
    expect(of(selected, 'repositories')[0]?.verdict).toBe('ok');
  });

  test('tells a wrong key and a wrong clock from each other', async () => {
    const other = await look({ appId: 77 });
    expect(wrong(other)).toContain('app');
    const late = await look({ now: () => Date.now() + 120_000 });
    expect(wrong(late)).toContain('clock');
  });

  test('says that GitHub does not answer, and what it can see without', async () => {
    const found = await look({ url: 'http://127.0.0.1:1' });
    expect(found.reached).toBe(false);
    expect(wrong(found)).toEqual(['api']);
    expect(of(found, 'ledger')[0]?.verdict).toBe('ok');
  });

  test('is a command, with the settings of the server', async () => {
    const environment = {
      ...{ COUNTERSIGN_GITHUB_URL: forge.url, COUNTERSIGN_GITHUB_APP_ID: '1' },
      ...{ COUNTERSIGN_GITHUB_APP_KEY: join(folder, 'app-key.pem'), COUNTERSIGN_DATA: folder },
      ...{ COUNTERSIGN_DECISION_KEYS: join(folder, 'keys.json'), COUNTERSIGN_REVIEW_URL: 'http://127.0.0.1:7200' },
      COUNTERSIGN_BLUEPRINTS: join(folder, 'plain.yaml'),
    };
    const { code, stdout, stderr } = await run(['doctor', 'github'], environment);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^acme\/storefront\n {2}ok {5,6}main has a rule that wants pull requests\.$/m);
    expect(stdout).toMatch(/0 wrong, \d+ could be better, \d+ cannot be seen/);
    expect(stdout).not.toContain('PRIVATE KEY');
    forge.arrange({ rules: { [name]: [] } });
    const json = await run(['doctor', 'github', '--json'], environment);
    expect(json.code).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({ format: 'countersign/doctor@1', reached: true });
    const missing = await run(['doctor', 'github'], { ...environment, COUNTERSIGN_GITHUB_APP_ID: '' });
    expect(missing).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('COUNTERSIGN_GITHUB_APP_ID'),
    });
  });

  test('takes the settings of a suite, and says that its GitHub does not answer', async () => {
    const data = join(folder, 'suite');
    mkdirSync(data, { mode: 0o700 });
    const config = join(folder, 'suite.yaml');
    const github = { url: 'http://127.0.0.1:1', app_id: 1, app_key: join(folder, 'app-key.pem') };
    writeFileSync(config, JSON.stringify({ data, blueprints: join(folder, 'plain.yaml'), github }));
    const { code, stdout } = await run(['doctor', 'github', '--config', config, '--json']);
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ backend: github.url, reached: false });
  });

  test('wants to know which suite, where there are no settings', async () => {
    const { code, stderr } = await run(['doctor', 'github', '--data', join(folder, 'nowhere')]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('There is no data directory') });
  });
});

describe('the permissions of the App', () => {
  test('are those of the tokens, and never those that could lift what holds an agent', () => {
    const all = neededFor(allTools);
    expect(all).toMatchObject({ contents: 'write', metadata: 'read', pull_requests: 'write', actions: 'read' });
    for (const never of ['workflows', 'administration', 'secrets', 'members']) expect(all).not.toHaveProperty(never);
    expect(neededFor(['get_checks'], { check: true })).toMatchObject({ checks: 'write', statuses: 'read' });
    expect(neededFor(['read_file'])).toEqual({ contents: 'read', metadata: 'read', pull_requests: 'read' });
    // A tool that has no place among the tokens would be forgotten here, too.
    const writes = repoCapabilities.flatMap(({ tools }) => tools.filter(({ kind }) => kind === 'write'));
    expect(writes.map((tool) => tool.name).filter((tool) => !(tool in writePermissions))).toEqual([]);
  });
});

describe('the setup of the App', () => {
  const wanted = (key: string) => ({
    ...{ url: forge.url, organization: 'acme', name: 'countersign-acme', key, force: false, timeoutMs: 60_000 },
    ...{ userAgent: 'countersign/test', permissions: neededFor(['propose_pull_request', 'get_checks']) },
  });

  /** What a browser does of it: opens the page, posts its form to GitHub, and goes where that leads. */
  async function browse(url: string): Promise<Response> {
    const back = await confirm(url);
    return fetch(back);
  }

  async function confirm(url: string): Promise<string> {
    const page = await (await fetch(url)).text();
    const decoded = (text = '') => text.replaceAll('&quot;', '"').replaceAll('&amp;', '&');
    const [, action] = /action="([^"]*)"/.exec(page) ?? [];
    const [, manifest] = /name="manifest" value="([^"]*)"/.exec(page) ?? [];
    const body = new URLSearchParams({ manifest: decoded(manifest) });
    const answer = await fetch(decoded(action), { method: 'POST', body, redirect: 'manual' });
    expect(answer.status).toBe(302);
    return answer.headers.get('location') ?? '';
  }

  test('ends with a key that nobody else reads, of an App that fits', async () => {
    const key = join(folder, 'made.pem');
    const pages: Promise<Response>[] = [];
    const made = await makeGithubApp({ ...wanted(key), onOpen: (url) => pages.push(browse(url)) });
    expect(await (await pages[0])?.text()).toContain('You can close this page');
    expect(made).toMatchObject({ slug: 'countersign-acme', key, differs: [] });
    expect(made.install).toBe(`${forge.url}/github-apps/countersign-acme/installations/new`);
    expect(statSync(key).mode & 0o777).toBe(0o600);
    const found = await look({
      appId: made.app_id,
      pem: readFileSync(key, 'utf8'),
      blueprints: blueprint('made.yaml', { tools: ['propose_pull_request'] }),
    });
    expect(wrong(found)).toEqual([]);
    expect(of(found, 'permissions_beyond').map(({ message }) => message)).toContain(
      'No granted tool needs checks: read, statuses: read.',
    );
  });

  test('turns away who does not come from the page, and who comes twice', async () => {
    const key = join(folder, 'twice.pem');
    const statuses: number[] = [];
    const visit = async (url: string): Promise<void> => {
      const status = async (path: string | URL, init?: RequestInit) => statuses.push((await fetch(path, init)).status);
      await status(new URL('/made?code=abc&state=wrong', url));
      await status(new URL('/made?code=abc', url));
      await status(new URL('/else', url));
      // Another user of the machine knows the port alone, and must not get the page with its state.
      await status(new URL('/', url));
      await status(url.slice(0, -1));
      await status(url, { method: 'POST' });
      const back = await confirm(url);
      await status(back.replace(/code=[^&]*/, 'code='));
      const [first, second] = [fetch(back), vi.waitFor(async () => expect((await fetch(back)).status).toBe(409))];
      await second.catch(() => {});
      statuses.push((await first).status);
    };
    let visited: Promise<void> | undefined;
    forge.faults([{ match: 'POST /api/v3/app-manifests', when: 'before', do: 'delay', ms: 300 }]);
    await makeGithubApp({ ...wanted(key), name: 'countersign-twice', onOpen: (url) => (visited = visit(url)) });
    await visited;
    expect(statuses).toEqual([400, 400, 404, 404, 404, 403, 400, 200]);
  });

  test('never replaces a key unless it is told to', async () => {
    const key = join(folder, 'there.pem');
    writeFileSync(key, 'mine');
    const onOpen = (url: string) => void browse(url);
    await expect(makeGithubApp({ ...wanted(key), onOpen })).rejects.toMatchObject({ code: 'already_exists' });
    expect(readFileSync(key, 'utf8')).toBe('mine');
    await makeGithubApp({ ...wanted(key), name: 'countersign-there', force: true, onOpen });
    expect(readFileSync(key, 'utf8')).toMatch(/^-----BEGIN /);
  });

  test('keeps nothing when nobody comes, when it is given up, and when GitHub hands nothing over', async () => {
    const inside = join(folder, 'empty');
    mkdirSync(inside);
    const options = wanted(join(inside, 'key.pem'));
    await expect(makeGithubApp({ ...options, timeoutMs: 1, onOpen: () => {} })).rejects.toMatchObject({
      code: 'expired',
    });
    const giveUp = new AbortController();
    const given = makeGithubApp({
      ...options,
      signal: giveUp.signal,
      onOpen: () => giveUp.abort(new Error('given up')),
    });
    await expect(given).rejects.toThrow('given up');
    forge.faults([{ match: 'POST /api/v3/app-manifests', when: 'before', do: 'status', status: 404, body: '{}' }]);
    const refused = makeGithubApp({ ...options, onOpen: (url) => void browse(url) });
    await expect(refused).rejects.toMatchObject({ code: 'backend_refused' });
    expect(() => statSync(options.key)).toThrow();
    await expect(
      makeGithubApp({ ...options, key: join(inside, 'no', 'key.pem'), onOpen: () => {} }),
    ).rejects.toMatchObject({
      code: 'bad_configuration',
    });
  });

  test('is a command, which prints no secret', async () => {
    const key = join(folder, 'command.pem');
    const args = ['setup', 'github', '--github', forge.url, '--name', 'countersign-command', '--key', key];
    const tools = ['--tools', 'read_file'];
    const child = spawn(process.execPath, [countersign, ...args, ...tools, '--json'], { env: { ...basics() } });
    let said = '';
    child.stderr.on('data', (text) => (said += text));
    const url = await vi.waitFor(() => /http:\S+/.exec(said)?.[0] ?? expect.unreachable('not open yet'), {
      timeout: 100_000,
    });
    const [{ code, stdout, stderr }] = await Promise.all([ending(child), browse(url)]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      slug: 'countersign-command',
      key,
      permissions: neededFor(['read_file']),
    });
    expect(stdout + stderr).not.toMatch(/PRIVATE KEY|secret/);
    const again = await run([...args, ...tools]);
    expect(again).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('already') });
    const unknown = await run(['setup', 'github', '--tools', 'fly', '--key', join(folder, 'x.pem')]);
    expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('There is no tool fly') });
  });
});
