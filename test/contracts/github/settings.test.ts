import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readConfig } from './config.ts';
import { assertScratch } from './scratch.ts';

const repository = {
  ...{ id: 1, nodeId: 'R_1', name: 'acme/scratch', defaultBranch: 'main', url: 'https://github.example/acme/scratch' },
  ...{ private: true, archived: false, description: 'A Countersign scratch repository' },
};

test('everything that is missing is named at once', () => {
  const settings = ['URL', 'APP_ID', 'APP_KEY', 'REPOSITORY'].map(
    (name) => `COUNTERSIGN_TEST_GITHUB_${name}: is needed`,
  );
  for (const missing of settings) expect(() => readConfig({})).toThrow(missing);
});

test('a GitHub, an App with its key in a file that nobody else reads, and a repository', () => {
  const folder = mkdtempSync(join(tmpdir(), 'contract-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const key = join(folder, 'app.pem');
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  writeFileSync(key, privateKey.export({ type: 'pkcs1', format: 'pem' }), { mode: 0o600 });
  const settings = {
    ...{ COUNTERSIGN_TEST_GITHUB_URL: 'https://api.github.com', COUNTERSIGN_TEST_GITHUB_APP_ID: '7' },
    ...{ COUNTERSIGN_TEST_GITHUB_APP_KEY: key, COUNTERSIGN_TEST_GITHUB_REPOSITORY: 'acme/scratch' },
  };
  const rest = 'https://api.github.com';
  expect(readConfig(settings)).toMatchObject({ endpoints: { rest }, appId: 7, repository: 'acme/scratch' });
  const wrong = { ...settings, COUNTERSIGN_TEST_GITHUB_REPOSITORY: 'https://github.com/acme/scratch' };
  expect(() => readConfig(wrong)).toThrow('must be OWNER/NAME');
});

test('only a repository that says that it is a scratch one is written to', () => {
  expect(() => assertScratch(repository)).not.toThrow();
  for (const other of [{ description: null }, { description: 'The shop' }, { archived: true }]) {
    expect(() => assertScratch({ ...repository, ...other })).toThrow('is not written to');
  }
});
