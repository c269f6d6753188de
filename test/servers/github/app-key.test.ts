import { createVerify } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { type AppKey, appSigner } from '#shared/github/app-signer.ts';
import { Secret } from '#shared/http/secret.ts';
import { type Answering, signingWith, startAppSigner } from '#test/fakes/app-signer.ts';
import { connect, keys } from './connect.ts';
import { type FakeGithub, fakeGithub } from './fake-github.ts';

let fake: FakeGithub;
beforeAll(async () => {
  fake = await fakeGithub();
});
beforeEach(() => {
  fake.route = () => undefined;
  fake.requests.length = 0;
});
afterAll(() => fake.close());

async function signer(answering: Answering) {
  const started = await startAppSigner(answering);
  onTestFinished(started.close);
  return started;
}

const jwts = (): string[] => fake.requests.map(({ headers }) => headers.authorization?.replace('bearer ', '') ?? '');
const claims = (jwt: string | undefined) => JSON.parse(Buffer.from(jwt?.split('.')[1] ?? '', 'base64url').toString());

function isSigned(jwt: string): boolean {
  const end = jwt.lastIndexOf('.');
  return createVerify('sha256')
    .update(jwt.slice(0, end))
    .verify(keys.publicKey, jwt.slice(end + 1), 'base64url');
}

describe('what the App asks by itself', () => {
  const elsewhere = async (): Promise<AppKey> => ({ signer: (await signer(signingWith(keys.privateKey))).path });
  test.each([
    ['here', async (): Promise<AppKey> => ({ pem: new Secret(keys.privateKey) })],
    ['with a signer', elsewhere],
  ])('is signed with its key, which is %s, for less than ten minutes', async (_, keyOf) => {
    const { reader } = connect(fake.url, { appKey: await keyOf() });
    expect(await reader.ownLogin()).toBe('countersign[bot]');
    const [jwt = ''] = jwts();
    expect(isSigned(jwt)).toBe(true);
    const { iat, exp, iss } = claims(jwt);
    expect([iss, exp - iat]).toEqual([1, 600]);
    expect(exp * 1000).toBeLessThan(Date.now() + 10 * 60_000);
  });

  test('is signed by GitHub’s clock where that is another, and sent once more', async () => {
    const theirs = Date.now() + 3_600_000;
    const headers = { date: new Date(theirs).toUTCString() };
    const message =
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires";
    fake.route = (request) =>
      claims(request.headers.authorization).exp * 1000 > theirs
        ? undefined
        : { status: 401, headers, body: { message } };
    expect(await connect(fake.url).reader.ownLogin()).toBe('countersign[bot]');
    expect(fake.requests).toHaveLength(2);
  });

  test('is not tried again where the clocks agree', async () => {
    fake.route = () => ({ status: 401, body: { message: 'A JSON web token could not be decoded' } });
    await expect(connect(fake.url).reader.ownLogin()).rejects.toMatchObject({
      code: 'backend_unavailable',
      message: expect.stringContaining('the operator has to look at the key'),
    });
    expect(fake.requests).toHaveLength(1);
  });
});

describe('a signer', () => {
  test('is sent what it is to sign, in one line, and nothing else', async () => {
    const { path, asked } = await signer(signingWith(keys.privateKey));
    await appSigner({ signer: path })('head.body');
    expect(asked).toEqual(['{"alg":"RS256","sign":"head.body"}']);
  });

  const failing: [string, Answering][] = [
    ['refuses', () => JSON.stringify({ error: 'locked' })],
    ['says nothing', () => ''],
    ['says no JSON', () => 'signature: abc'],
    ['gives what is too short for a signature', () => JSON.stringify({ signature: 'abc' })],
    ['gives what no header may have', () => JSON.stringify({ signature: `${'a'.repeat(340)}\r\nx: y` })],
    ['never ends its line', () => 'x'.repeat(100_000)],
  ];
  test.each(failing)('that %s leaves everything undone, and tells no more than that', async (_, answering) => {
    const { path } = await signer(answering);
    const { openWriter, reader } = connect(fake.url, { appKey: { signer: path } });
    const told = {
      code: 'backend_unavailable',
      message: expect.stringMatching(/^The signer .* gives no signature\.$/),
    };
    await expect(reader.head('acme/web', 'main')).rejects.toMatchObject(told);
    await expect(openWriter()).rejects.toMatchObject({ name: 'NotDone', kind: 'unavailable' });
    expect(fake.requests).toEqual([]);
  });

  test('that is not there is an outage, and is asked again the next time', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'countersign-signer-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const nowhere = connect(fake.url, { appKey: { signer: join(folder, 'none.sock') } });
    for (const _ of [1, 2]) {
      await expect(nowhere.reader.ownLogin()).rejects.toMatchObject({
        code: 'backend_unavailable',
        message: 'The signer that holds the key of the GitHub App does not answer.',
      });
    }
  });

  test('that hangs is waited for, for some seconds', async () => {
    const { path } = await signer(() => undefined);
    await expect(appSigner({ signer: path }, 50)('text')).rejects.toMatchObject({
      code: 'backend_unavailable',
      message: expect.stringContaining('does not answer'),
    });
  });
});
