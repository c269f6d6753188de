import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { readConfig } from '#servers/github/config.ts';
import type { AppError } from '#shared/errors.ts';
import { endpointsOf } from '#shared/github/endpoints.ts';
import { keys } from './connect.ts';

let folder: string;
let key: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'github-config-'));
  key = join(folder, 'app.pem');
  writeFileSync(key, keys.privateKey, { mode: 0o600 });
});
afterAll(() => rmSync(folder, { recursive: true }));

const complete = () => ({
  COUNTERSIGN_GITHUB_URL: 'https://github.example.com',
  COUNTERSIGN_GITHUB_APP_ID: '12',
  COUNTERSIGN_GITHUB_APP_KEY: key,
  COUNTERSIGN_DATA: folder,
  COUNTERSIGN_DECISION_KEYS: join(folder, 'keys.json'),
  COUNTERSIGN_REVIEW_URL: 'http://127.0.0.1:7200/',
});

function problemsOf(environment: Record<string, string | undefined>): string[] {
  try {
    readConfig(environment);
  } catch (error) {
    expect(error).toMatchObject({ code: 'bad_configuration' });
    return (error as AppError).message.split('\n').slice(1);
  }
  return expect.unreachable('the configuration was taken');
}

test('the check on heads is off until it is switched on, which wants a list of people', () => {
  expect(readConfig(complete())).toMatchObject({ check: false, reviewsEveryMs: 15_000 });
  const on = { ...complete(), COUNTERSIGN_GITHUB_CHECK: 'on' };
  expect(readConfig({ ...on, COUNTERSIGN_PEOPLE: join(folder, 'people.yaml') }).check).toBe(true);
  expect(problemsOf(on).join()).toContain('COUNTERSIGN_PEOPLE: is needed where COUNTERSIGN_GITHUB_CHECK is on');
});

test('the settings are read, with their defaults', () => {
  expect(readConfig(complete())).toMatchObject({
    endpoints: {
      origin: 'https://github.example.com',
      rest: 'https://github.example.com/api/v3',
      git: 'https://github.example.com',
    },
    appId: 12,
    ledger: join(folder, 'ledger.db'),
    port: 7101,
    blueprints: expect.stringMatching(/default\.yaml$/),
    reviewUrl: 'http://127.0.0.1:7200',
    userAgent: expect.stringMatching(/^countersign\/\d+\.\d+\.\d+$/),
  });
});

test('git is served unless it is switched off, with as much room as is given', () => {
  const mirrors = join(folder, 'github', 'mirrors');
  expect(readConfig(complete()).git).toMatchObject({ mirrors, diskBytes: 10 * 2 ** 30 });
  expect(readConfig({ ...complete(), COUNTERSIGN_GITHUB_GIT_DISK: '500MiB' }).git?.diskBytes).toBe(500 * 2 ** 20);
  expect(readConfig({ ...complete(), COUNTERSIGN_GITHUB_GIT: 'off' }).git).toBeNull();
  for (const wrong of ['0GiB', '10', '10GB', '-1GiB']) {
    expect(problemsOf({ ...complete(), COUNTERSIGN_GITHUB_GIT_DISK: wrong })).toHaveLength(1);
  }
});

test('the ledger may be a PostgreSQL database', () => {
  const url = 'postgresql://countersign_github@db.internal/countersign';
  expect(readConfig({ ...complete(), COUNTERSIGN_LEDGER: url }).ledger).toBe(url);
});

test('hosts of logs may be named, as names alone', () => {
  expect(readConfig(complete()).logHosts).toEqual([]);
  const named = (hosts: string) => ({ ...complete(), COUNTERSIGN_GITHUB_LOG_HOSTS: hosts });
  expect(readConfig(named('a.example,b.example')).logHosts).toEqual(['a.example', 'b.example']);
  for (const wrong of ['https://a.example', 'a.example/x', '*.example', 'a.example, b.example']) {
    expect(problemsOf(named(wrong))).toEqual([expect.stringContaining('COUNTERSIGN_GITHUB_LOG_HOSTS')]);
  }
});

test('a list of people may be named', () => {
  expect(readConfig(complete()).people).toBe(undefined);
  expect(readConfig({ ...complete(), COUNTERSIGN_PEOPLE: '/srv/people.yaml' }).people).toBe('/srv/people.yaml');
});

test('every problem is told at once, each with its variable', () => {
  expect(problemsOf({ COUNTERSIGN_GITHUB_PORT: 'x' }).map((line) => line.split(':')[0])).toEqual([
    'COUNTERSIGN_GITHUB_URL',
    'COUNTERSIGN_GITHUB_APP_ID',
    'COUNTERSIGN_GITHUB_PORT',
    'COUNTERSIGN_DATA',
    'COUNTERSIGN_DECISION_KEYS',
    'COUNTERSIGN_REVIEW_URL',
    'COUNTERSIGN_GITHUB_APP_KEY',
  ]);
});

describe('the App’s key', () => {
  test('shows in no form of the settings', () => {
    const config = readConfig(complete());
    expect(inspect(config, { depth: 9, showHidden: true }) + JSON.stringify(config)).not.toContain('PRIVATE KEY');
  });

  test('is refused where others can read its file', () => {
    const open = join(folder, 'open.pem');
    writeFileSync(open, keys.privateKey);
    chmodSync(open, 0o640);
    expect(problemsOf({ ...complete(), COUNTERSIGN_GITHUB_APP_KEY: open })).toEqual([
      'COUNTERSIGN_GITHUB_APP_KEY: can be read by others: give the file mode 0600',
    ]);
  });

  test('is refused when it is no key, or is the key itself and not its path, without being shown', () => {
    const broken = join(folder, 'broken.pem');
    writeFileSync(broken, 'hello', { mode: 0o600 });
    expect(problemsOf({ ...complete(), COUNTERSIGN_GITHUB_APP_KEY: broken })).toHaveLength(1);
    const [pasted, ...more] = problemsOf({ ...complete(), COUNTERSIGN_GITHUB_APP_KEY: keys.privateKey });
    expect(pasted).toContain('must be the path');
    expect(pasted).not.toContain('BEGIN');
    expect(more).toEqual([]);
  });
});

describe('the App’s key may be', () => {
  const withKey = (more: Record<string, string>) => ({ ...complete(), COUNTERSIGN_GITHUB_APP_KEY: undefined, ...more });
  const revealed = (environment: Record<string, string | undefined>): string => {
    const { appKey } = readConfig(environment);
    return 'pem' in appKey ? appKey.pem.reveal().trim() : '';
  };

  test('in a variable, with line breaks or with what stands for them', () => {
    for (const pem of [keys.privateKey, keys.privateKey.replaceAll('\n', '\\n')]) {
      const environment = withKey({ COUNTERSIGN_GITHUB_APP_KEY_PEM: pem });
      expect(revealed(environment)).toBe(keys.privateKey.trim());
      expect(inspect(readConfig(environment), { depth: 9 })).not.toContain('PRIVATE KEY');
    }
  });

  test('with a signer on a socket', () => {
    expect(readConfig(withKey({ COUNTERSIGN_GITHUB_APP_SIGNER: 'unix:/run/signer.sock' })).appKey).toEqual({
      signer: '/run/signer.sock',
    });
  });

  test('in one place alone, and in one at least', () => {
    const several = { ...complete(), COUNTERSIGN_GITHUB_APP_SIGNER: 'unix:/run/signer.sock' };
    expect(problemsOf(several)).toEqual([expect.stringMatching(/^COUNTERSIGN_GITHUB_APP_KEY: only one of these/)]);
    expect(problemsOf(withKey({}))).toEqual([expect.stringMatching(/is needed: .*_KEY_PEM .*_SIGNER unix:/)]);
  });

  test('nothing else, and what was given instead is not shown', () => {
    const pem = problemsOf(withKey({ COUNTERSIGN_GITHUB_APP_KEY_PEM: 'hunter2' }));
    expect(pem).toEqual(['COUNTERSIGN_GITHUB_APP_KEY_PEM: holds no RSA private key in PEM form']);
    for (const wrong of ['/run/signer.sock', 'unix:signer.sock', 'https://signer.example', '']) {
      const problems = problemsOf(withKey({ COUNTERSIGN_GITHUB_APP_SIGNER: wrong }));
      expect(problems).toEqual([expect.stringMatching(/^COUNTERSIGN_GITHUB_APP_SIGNER: must be unix:/)]);
    }
  });

  test('taken out of the process’ own environment, once it is read', () => {
    // A copy takes its place and not the other way round: others hold on to the one that was there.
    const { env } = process;
    process.env = { ...env };
    onTestFinished(() => {
      process.env = env;
    });
    Object.assign(process.env, complete(), { COUNTERSIGN_GITHUB_APP_KEY_PEM: keys.privateKey });
    delete process.env['COUNTERSIGN_GITHUB_APP_KEY'];
    expect(readConfig().appKey).toHaveProperty('pem');
    expect(process.env).not.toHaveProperty('COUNTERSIGN_GITHUB_APP_KEY_PEM');
    expect(process.env).toHaveProperty('COUNTERSIGN_GITHUB_APP_ID');
  });
});

describe('the base URL', () => {
  test.each([
    ['https://api.github.com', 'https://api.github.com', 'https://github.com'],
    ['https://api.acme.ghe.com/', 'https://api.acme.ghe.com', 'https://acme.ghe.com'],
    ['https://github.example.com:8443', 'https://github.example.com:8443/api/v3', 'https://github.example.com:8443'],
    ['http://127.0.0.1:7100', 'http://127.0.0.1:7100/api/v3', 'http://127.0.0.1:7100'],
    ['http://[::1]:7100', 'http://[::1]:7100/api/v3', 'http://[::1]:7100'],
  ])('%s has its REST API at %s and git at %s', (base, rest, git) => {
    expect(endpointsOf(base)).toEqual({ origin: new URL(base).origin, rest, git });
  });

  test.each([
    'github.example.com',
    'http://github.example.com',
    'http://10.0.0.1',
    'ftp://127.0.0.1',
    'https://github.com',
    'https://user:secret@github.example.com',
    'https://github.example.com/api/v3',
    'https://github.example.com/?a=b',
  ])('%s is refused', (base) => {
    expect(endpointsOf(base)).toBeTypeOf('string');
  });
});
