import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import {
  linearOptions,
  linearSecrets,
  linearSettings,
  withLinearCredential,
} from '#servers/tickets/linear/settings.ts';
import { parseEnvironment } from '#shared/config/environment.ts';
import type { AppError } from '#shared/errors.ts';

let folder: string;
let file: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'linear-settings-'));
  file = join(folder, 'secret');
  writeFileSync(file, 'a-secret-of-linear\n', { mode: 0o600 });
});
afterAll(() => rmSync(folder, { recursive: true }));

const prefix = 'COUNTERSIGN_TICKETS_LINEAR_';
function read(given: Record<string, string>) {
  const environment = Object.fromEntries(Object.entries(given).map(([name, value]) => [`${prefix}${name}`, value]));
  const schema = withLinearCredential(z.object(linearSettings), environment);
  return linearOptions(parseEnvironment(schema, environment, 'The ticket server'));
}

function problemsOf(given: Record<string, string>): string {
  try {
    read(given);
  } catch (error) {
    expect(error).toMatchObject({ code: 'bad_configuration' });
    return (error as AppError).message;
  }
  return expect.unreachable('the settings were taken');
}

test('client credentials are read, from a file or the environment, for Linear itself unless another host is named', () => {
  const options = read({ CLIENT_ID: 'abc', CLIENT_SECRET_FILE: file });
  const scopes = ['read', 'write'];
  expect(options).toMatchObject({
    origin: 'https://api.linear.app',
    credential: { kind: 'app', clientId: 'abc', scopes },
  });
  const delegated = read({ CLIENT_ID: 'abc', CLIENT_SECRET_FILE: file, ASSIGNABLE: 'on' });
  expect(delegated.credential).toMatchObject({ scopes: [...scopes, 'app:assignable'] });
  const { credential } = read({ URL: 'http://127.0.0.1:9000', CLIENT_ID: 'abc', CLIENT_SECRET: 'a-secret-of-linear' });
  expect(credential.kind === 'app' && credential.secret.reveal()).toBe('a-secret-of-linear');
});

test('a key is taken in their place, and not beside them', () => {
  expect(read({ API_KEY_FILE: file }).credential.kind).toBe('key');
  expect(problemsOf({ API_KEY_FILE: file, CLIENT_ID: 'abc' })).toContain('give one credential');
  expect(problemsOf({ API_KEY_FILE: file, CLIENT_SECRET_FILE: file, CLIENT_ID: 'abc' })).toContain('only one of these');
  expect(problemsOf({ CLIENT_SECRET_FILE: file })).toContain('is needed with the secret');
  expect(problemsOf({})).toContain(`${prefix}CLIENT_ID: is needed`);
});

test('every problem is told at once, and nothing that may be a secret is quoted', () => {
  const secret = 'lin_api_pasted in the wrong place';
  const said = problemsOf({ URL: 'https://linear.example/graphql', CLIENT_ID: 'abc', CLIENT_SECRET_FILE: secret });
  expect(said).toContain(`${prefix}URL: must be a host alone`);
  expect(said).toContain(`${prefix}CLIENT_SECRET_FILE: cannot be read`);
  expect(said).not.toContain('pasted');
  expect(problemsOf({ API_KEY: secret })).not.toContain('pasted');
  expect(problemsOf({ URL: 'http://linear.example', API_KEY_FILE: file })).toContain('https://');
});

test('the variables that hold a secret themselves are named, to be taken out of the environment', () => {
  expect(linearSecrets).toEqual([`${prefix}CLIENT_SECRET`, `${prefix}API_KEY`]);
});
