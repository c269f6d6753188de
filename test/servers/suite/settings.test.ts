import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { portsFrom, readSettings } from '#servers/suite/settings.ts';
import { folder } from './folder.ts';

function configFile(text: string): string {
  const path = join(folder(), 'countersign.yaml');
  writeFileSync(path, text);
  return path;
}

const blueprint = (name: string, listener: string): string => `
blueprint: ${name}
goal: Test.
agent: ${name}-agent
sponsor: operator
callers: [{ listener: ${listener} }]
capabilities: { repo-read: { repositories: [acme/storefront] } }
`;

describe('without a file', () => {
  it('keeps its data here, and takes the ports from 7100', () => {
    expect(readSettings({})).toMatchObject({
      data: resolve('data'),
      ledger: resolve('data/ledger.db'),
      ports: { forge: 7100, github: 7101, tickets: 7102, approvals: 7104, console: 7200 },
      listeners: [{ address: '127.0.0.1', agent: 'demo-agent' }],
      realGithub: null,
    });
  });

  it.each([0, -1, 65436, 1.5, Number.NaN])('refuses the base port %s', (base) => {
    expect(() => portsFrom(base)).toThrow('The base port must be a number from 1 to 65435.');
  });
});

describe('a configuration file', () => {
  it('is read with its paths as they are meant from its folder, and gives way to what the command line says', () => {
    const configuration = configFile('data: here\nledger: ledgers/one.db\nbase_port: 9000\n');
    const at = (path: string) => resolve(configuration, '..', path);
    expect(readSettings({ configFile: configuration })).toMatchObject({
      data: at('here'),
      ledger: at('ledgers/one.db'),
      ports: { forge: 9000, console: 9100 },
    });
    expect(readSettings({ configFile: configuration, data: '/elsewhere', basePort: 9500 })).toMatchObject({
      data: '/elsewhere',
      ledger: at('ledgers/one.db'),
      ports: { forge: 9500 },
    });
  });

  it('may name a PostgreSQL database as the ledger', () => {
    const url = 'postgres://countersign:secret@db.internal/countersign?sslmode=verify-full';
    expect(readSettings({ configFile: configFile(`ledger: ${url}\n`) }).ledger).toBe(url);
  });

  it('may be empty', () => {
    expect(readSettings({ configFile: configFile('# nothing yet\n') }).ports.forge).toBe(7100);
  });

  it('is refused with every problem at once, each with line and column', () => {
    const path = configFile('data: 7\nbase_prt: 9000\nbase_port: "9000"\ngithub:\n  url: github\n  app_id: 0\n');
    expect(() => readSettings({ configFile: path })).toThrow(
      [
        `${path}:1:7: data: This must be text; put it in quotes.`,
        `${path}:2:1: base_prt: There is no such key. Did you mean "base_port"?`,
        `${path}:3:12: base_port: This must be a number.`,
        `${path}:5:8: github.url: This must be a URL, such as https://api.github.com.`,
        `${path}:6:11: github.app_id: This must be at least 1.`,
      ].join('\n'),
    );
  });

  it.each([
    ['is no YAML', 'data: [', 'not valid YAML'],
    ['is a list', '- data', 'must be a mapping of keys'],
    ['says a thing twice', 'data: a\ndata: b', 'given twice'],
    ['holds the key itself', 'github: { app_key_pem: abc }', 'There is no such key'],
  ])('is refused when it %s', (_, text, message) => {
    expect(() => readSettings({ configFile: configFile(text) })).toThrow(message);
  });

  it('must be there', () => {
    expect(() => readSettings({ configFile: join(folder(), 'none.yaml') })).toThrow('This file cannot be read.');
  });
});

describe('blueprints', () => {
  it('give one listener to each agent', () => {
    const blueprints = folder();
    writeFileSync(join(blueprints, 'one.yaml'), blueprint('one', '127.0.0.1'));
    writeFileSync(join(blueprints, 'two.yaml'), blueprint('two', '127.0.0.2'));
    expect(readSettings({ configFile: configFile(`blueprints: ${blueprints}`) }).listeners).toEqual([
      { address: '127.0.0.1', agent: 'one-agent', blueprint: 'one', servers: ['github'] },
      { address: '127.0.0.2', agent: 'two-agent', blueprint: 'two', servers: ['github'] },
    ]);
  });

  it('that cannot be used are refused with their place', () => {
    const blueprints = join(folder(), 'one.yaml');
    writeFileSync(blueprints, `${blueprint('one', '127.0.0.1')}limit: {}\n`);
    expect(() => readSettings({ configFile: configFile(`blueprints: ${blueprints}`) })).toThrow(
      `${blueprints}:8:1: limit: There is no such key. Did you mean "limits"?`,
    );
  });
});

describe('how people sign in', () => {
  it('is said in the file, with paths from its folder, and handed to the approvals server', () => {
    const path = configFile(`people: people.yaml
console_url: https://console.example/
sign_in: { by: oidc, issuer: https://id.example, client_id: c, client_secret: s, allow: [people, "group:ops"], idle: 5m }
`);
    writeFileSync(
      resolve(path, '../people.yaml'),
      'people: { alice: { sign_in: [{ issuer: https://id.example, subject: a }] } }',
    );
    expect(readSettings({ configFile: path })).toMatchObject({
      people: resolve(path, '../people.yaml'),
      consoleUrl: 'https://console.example',
      signIn: {
        COUNTERSIGN_SIGN_IN: 'oidc',
        COUNTERSIGN_OIDC_ISSUER: 'https://id.example',
        COUNTERSIGN_OIDC_CLIENT_ID: 'c',
        COUNTERSIGN_OIDC_CLIENT_SECRET_FILE: resolve(path, '../s'),
        COUNTERSIGN_SIGN_IN_ALLOW: 'people,group:ops',
        COUNTERSIGN_SESSION_IDLE: '5m',
      },
    });
  });

  it('may be a proxy, whose keys are at a URL or in a file', () => {
    const proxy = (keys: string) =>
      readSettings({
        configFile: configFile(`sign_in: { by: cloudflare-access, issuer: https://t.example, keys: ${keys} }`),
      });
    expect(proxy('https://t.example/certs').signIn).toMatchObject({
      COUNTERSIGN_PROXY_ISSUER: 'https://t.example',
      COUNTERSIGN_PROXY_KEYS: 'https://t.example/certs',
    });
    expect(proxy('keys.json').signIn?.['COUNTERSIGN_PROXY_KEYS']).toMatch(/^\/.*\/keys\.json$/);
  });

  it('is refused with its place, and so is a list of people that cannot be used', () => {
    const path = configFile('sign_in: { by: odic, secret: x, life: 12 }\n');
    expect(() => readSettings({ configFile: path })).toThrow(
      /:1:16: sign_in\.by: .*Did you mean "oidc"[\s\S]*sign_in\.secret/,
    );
    const people = configFile('people: none.yaml\n');
    expect(() => readSettings({ configFile: people })).toThrow('none.yaml:1:1: There is no such file');
  });
});

describe('a real GitHub', () => {
  const real = 'github: { url: "https://api.github.com", app_id: 7, app_key: key.pem }';

  it('wants --single-user while people sign in by link', () => {
    const path = configFile(real);
    const refusal = { code: 'bad_configuration', next: expect.stringContaining('--single-user') };
    expect(() => readSettings({ configFile: path })).toThrow(expect.objectContaining(refusal));
    expect(readSettings({ configFile: path, singleUser: true }).realGithub).toEqual({
      url: 'https://api.github.com',
      appId: 7,
      appKey: resolve(path, '../key.pem'),
      logHosts: [],
      check: false,
    });
  });
});
