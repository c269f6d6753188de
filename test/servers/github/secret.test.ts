import { inspect } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Secret } from '#shared/http/secret.ts';
import { connect, keys, oidOf, web } from './connect.ts';
import { type FakeGithub, fakeGithub } from './fake-github.ts';

let fake: FakeGithub;
beforeAll(async () => {
  fake = await fakeGithub();
});
afterAll(() => fake.close());

const shown = (value: unknown): string =>
  [inspect(value, { depth: 20, showHidden: true, getters: true }), JSON.stringify(value), String(value)].join('\n');

test('a secret shows only where it is asked for', () => {
  const secret = new Secret('ghs_value');
  expect(shown({ secret, list: [secret] })).not.toContain('ghs_value');
  expect(`${secret}`).toBe('[secret]');
  expect(Object.keys(secret)).toEqual([]);
  expect(secret.reveal()).toBe('ghs_value');
});

test('no key and no token shows in a reader, a writer, a door or an error', async () => {
  const backend = connect(fake.url);
  const write = await backend.openWriter();
  const branch = { repository: web, branch: 'a', oid: oidOf('a') };
  const errors: unknown[] = [];
  for (const answer of [{ status: 500, body: { message: 'echo ghs_secret1' } }, 'drop' as const, { body: {} }]) {
    fake.route = ({ url }) => (url === '/api/graphql' ? answer : undefined);
    errors.push(await write.createBranch(branch).catch((error: unknown) => error));
    errors.push(await backend.reader.head('acme/web', 'main').catch((error: unknown) => error));
  }
  expect(errors.every((error) => error instanceof Error)).toBe(true);
  const all = shown([backend, write, errors, backend.problems]);
  for (const { headers } of fake.requests) {
    const credential = headers.authorization?.split(' ')[1] ?? '';
    expect(credential.length).toBeGreaterThan(5);
    expect(all).not.toContain(credential);
  }
  expect(all).not.toContain('ghs_');
  expect(all).not.toContain(keys.privateKey.slice(100, 140));
});
