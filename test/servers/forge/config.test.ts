import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from '#servers/forge/config.ts';
import { appKeys } from './kit.ts';

let folder: string;
let settings: Record<string, string>;
const write = (name: string, content: string): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'forge-config-'));
  const key = write('app.pub', appKeys.publicKey.export({ type: 'spki', format: 'pem' }).toString());
  settings = { COUNTERSIGN_DATA: folder, COUNTERSIGN_FORGE_APP_PUBLIC_KEY: key };
});
afterAll(() => rmSync(folder, { recursive: true }));

test('the defaults are loopback, port 7100, App 1, and an installation that cannot write workflows', () => {
  expect(readConfig(settings)).toMatchObject({
    dataDir: join(folder, 'forge'),
    host: '127.0.0.1',
    port: 7100,
    appId: 1,
    permissions: {
      ...{ metadata: 'read', contents: 'write', pull_requests: 'write' },
      ...{ checks: 'read', statuses: 'read', actions: 'read' },
    },
    faultsFile: undefined,
  });
});

test('a fixtures file says what the installation may do', () => {
  const fixtures = write('fixtures.json', '{"permissions": {"contents": "read"}}');
  expect(readConfig({ ...settings, COUNTERSIGN_FORGE_FIXTURES: fixtures }).permissions).toEqual({ contents: 'read' });
});

test('a fixtures file says which repositories there are beside those of the demo', () => {
  const repositories = [{ name: 'scratch', description: 'Of no worth' }];
  const fixtures = write('repositories.json', JSON.stringify({ repositories }));
  expect(readConfig({ ...settings, COUNTERSIGN_FORGE_FIXTURES: fixtures })).toMatchObject({
    ...{ repositories, permissions: { contents: 'write' } },
  });
  const outside = write('outside.json', JSON.stringify({ repositories: [{ name: '../x', description: '' }] }));
  expect(() => readConfig({ ...settings, COUNTERSIGN_FORGE_FIXTURES: outside })).toThrow('cannot be used');
});

test('a private key is refused, and so are a fixtures file with unknown words and an address that is not loopback', () => {
  const key = write('app.pem', appKeys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  const fixtures = write('wrong.json', '{"permissions": {"root": "write"}}');
  const wrong = {
    COUNTERSIGN_FORGE_APP_PUBLIC_KEY: key,
    COUNTERSIGN_FORGE_FIXTURES: fixtures,
    COUNTERSIGN_FORGE_HOST: '192.0.2.1',
  };
  const read = () => readConfig({ ...settings, ...wrong });
  for (const name of Object.keys(wrong)) expect(read).toThrow(name);
  expect(read).toThrow('a private key, which must not come here');
});
