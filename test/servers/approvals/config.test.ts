import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readConfig } from '#servers/approvals/config.ts';

const good = { COUNTERSIGN_DATA: '/data' };
const secret = 'a-preset-token-of-more-than-32-characters';

describe('the settings', () => {
  test('need the data directory alone', () => {
    expect(readConfig(good)).toMatchObject({
      ledger: '/data/ledger.db',
      queuePort: 7104,
      console: { host: '127.0.0.1', port: 7200 },
      blueprints: expect.stringMatching(/capabilities\/blueprints\/default\.yaml$/),
      decisionKey: '/data/approvals/decision-key.pem',
      decisionKeys: '/data/approvals/decision-keys.json',
      approverToken: undefined,
      signInFile: undefined,
    });
  });

  test('may name a PostgreSQL database as the ledger', () => {
    const url = 'postgres://countersign_approvals@db.internal/countersign';
    expect(readConfig({ ...good, COUNTERSIGN_LEDGER: url }).ledger).toBe(url);
  });

  test('name groups that look on and others that respond', () => {
    const groups = { COUNTERSIGN_AUDITORS: 'group:law', COUNTERSIGN_RESPONDERS: 'group:duty, group:on call' };
    expect(readConfig({ ...good, ...groups })).toMatchObject({ auditors: ['law'], responders: ['duty', 'on call'] });
    const both = { ...good, ...groups, COUNTERSIGN_AUDITORS: 'group:duty' };
    expect(messageOf(both)).toContain('COUNTERSIGN_RESPONDERS: names a group of COUNTERSIGN_AUDITORS');
  });

  test('tell every problem at once, and no secret', () => {
    const wrong = {
      COUNTERSIGN_APPROVALS_PORT: '70000',
      COUNTERSIGN_CONSOLE_PORT: 'x',
      COUNTERSIGN_CONSOLE_HOST: '0.0.0.0',
      COUNTERSIGN_APPROVER_TOKEN: 'short-secret',
      COUNTERSIGN_SIGN_IN_FILE: '',
      COUNTERSIGN_REAL_BACKEND: 'yes',
    };
    const message = messageOf(wrong);
    for (const name of [...Object.keys(wrong), 'COUNTERSIGN_DATA']) expect(message).toContain(`${name}: `);
    expect(message).not.toContain('short-secret');
  });

  test.each(['0.0.0.0', '10.0.0.1', 'console.example', '127.0.0.1.evil.example', '::'])(
    'keep the console off %s',
    (host) => {
      expect(messageOf({ ...good, COUNTERSIGN_CONSOLE_HOST: host })).toMatch(/CONSOLE_HOST: must be a loopback/);
    },
  );

  test('take links and a preset token beside embedded backends, and beside real ones only on the operator’s word', () => {
    const preset = { ...good, COUNTERSIGN_APPROVER_TOKEN: secret };
    expect(readConfig(preset)).toMatchObject({ approverToken: secret, signIn: { how: 'link' } });
    const real = { ...preset, COUNTERSIGN_REAL_BACKEND: '1' };
    const message = messageOf(real);
    expect(message).toContain('COUNTERSIGN_APPROVER_TOKEN: is for embedded backends only');
    expect(message).toContain('COUNTERSIGN_SIGN_IN: must be another than by link with a real backend');
    expect(message).not.toContain(secret);
    expect(readConfig({ ...real, COUNTERSIGN_SINGLE_USER: '1' }).approverToken).toBe(secret);
  });
});

describe('the settings of sign-in', () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-config-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = (name: string, text: string, mode = 0o600) => {
    const path = join(folder, name);
    writeFileSync(path, text, { mode });
    return path;
  };
  const oidc = {
    ...good,
    COUNTERSIGN_SIGN_IN: 'oidc',
    COUNTERSIGN_OIDC_ISSUER: 'https://id.example',
    COUNTERSIGN_OIDC_CLIENT_ID: 'countersign',
    COUNTERSIGN_SIGN_IN_ALLOW: 'group:platform,group:two words',
  };

  test('name a provider, and take the secret from a file that only its owner reads', () => {
    const secretFile = file('secret', 's3cret\n');
    const config = readConfig({
      ...oidc,
      COUNTERSIGN_OIDC_CLIENT_SECRET_FILE: secretFile,
      COUNTERSIGN_REAL_BACKEND: '1',
    });
    expect(config).toMatchObject({
      signIn: {
        how: 'oidc',
        issuer: 'https://id.example',
        clientId: 'countersign',
        clientSecret: 's3cret',
        scopes: 'openid profile',
        groupsClaim: 'groups',
      },
      admission: { everyone: false, people: false, groups: ['platform', 'two words'] },
      sessions: { idleMs: 1_800_000, lifeMs: 43_200_000 },
      console: { publicUrl: undefined },
    });
    for (const [path, why] of [
      [file('open', 's3cret', 0o644), 'can be read by others'],
      [file('empty', '\n'), 'is the path of an empty file'],
      ['s3cret', 'cannot be read'],
    ] as const) {
      const message = messageOf({ ...oidc, COUNTERSIGN_OIDC_CLIENT_SECRET_FILE: path });
      expect(message).toContain(`COUNTERSIGN_OIDC_CLIENT_SECRET_FILE: ${why}`);
      expect(message).not.toContain('s3cret');
    }
  });

  test('may name a proxy, with the address at which people reach it', () => {
    const proxy = { ...good, COUNTERSIGN_PROXY_AUDIENCE: 'aud', COUNTERSIGN_CONSOLE_URL: 'https://console.example/' };
    expect(readConfig({ ...proxy, COUNTERSIGN_SIGN_IN: 'iap', COUNTERSIGN_CONSOLE_HOST: '10.0.0.5' })).toMatchObject({
      signIn: {
        issuer: 'https://cloud.google.com/iap',
        keys: { url: new URL('https://www.gstatic.com/iap/verify/public_key-jwk') },
      },
      admission: { everyone: true },
      console: { host: '10.0.0.5', publicUrl: 'https://console.example' },
    });
    const team = {
      COUNTERSIGN_SIGN_IN: 'cloudflare-access',
      COUNTERSIGN_PROXY_ISSUER: 'https://t.cloudflareaccess.com/',
    };
    expect(readConfig({ ...proxy, ...team }).signIn).toMatchObject({
      issuer: 'https://t.cloudflareaccess.com',
      keys: { url: new URL('https://t.cloudflareaccess.com/cdn-cgi/access/certs') },
    });
  });

  test('tell every problem at once, those of settings that do not go together too', () => {
    const message = messageOf({
      COUNTERSIGN_SIGN_IN: 'oidc',
      COUNTERSIGN_OIDC_ISSUER: 'http://id.example',
      COUNTERSIGN_PROXY_AUDIENCE: 'aud',
      COUNTERSIGN_CONSOLE_HOST: '10.0.0.5',
      COUNTERSIGN_APPROVER_TOKEN: secret,
      COUNTERSIGN_SESSION_IDLE: '0m',
    });
    expect(
      message
        .split('\n')
        .slice(1)
        .map((line) => line.split(':')[0])
        .toSorted(),
    ).toEqual([
      'COUNTERSIGN_APPROVER_TOKEN',
      'COUNTERSIGN_CONSOLE_URL',
      'COUNTERSIGN_DATA',
      'COUNTERSIGN_OIDC_CLIENT_ID',
      'COUNTERSIGN_OIDC_ISSUER',
      'COUNTERSIGN_PROXY_AUDIENCE',
      'COUNTERSIGN_SESSION_IDLE',
      'COUNTERSIGN_SIGN_IN_ALLOW',
    ]);
  });

  test.each([
    ['a provider that is not asked over TLS', { COUNTERSIGN_OIDC_ISSUER: 'http://10.0.0.1' }, 'OIDC_ISSUER'],
    ['a console at a path', { COUNTERSIGN_CONSOLE_URL: 'https://x.example/console' }, 'CONSOLE_URL'],
    ['a console without TLS', { COUNTERSIGN_CONSOLE_URL: 'http://x.example' }, 'CONSOLE_URL'],
    ['another list than it knows', { COUNTERSIGN_SIGN_IN_ALLOW: 'everybody' }, 'SIGN_IN_ALLOW'],
    ['people without a list of them', { COUNTERSIGN_SIGN_IN_ALLOW: 'people' }, 'SIGN_IN_ALLOW'],
    ['scopes without openid', { COUNTERSIGN_OIDC_SCOPES: 'profile' }, 'OIDC_SCOPES'],
  ])('refuse %s', (_what, wrong, name) => {
    expect(messageOf({ ...oidc, ...wrong })).toContain(`COUNTERSIGN_${name}: `);
  });
});

function messageOf(environment: Record<string, string>): string {
  try {
    readConfig(environment);
    return '';
  } catch (error) {
    expect(error).toMatchObject({ code: 'bad_configuration' });
    return (error as Error).message;
  }
}
