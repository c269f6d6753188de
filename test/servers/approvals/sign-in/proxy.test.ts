import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CryptoKey, exportJWK, exportSPKI, generateKeyPair, type JWK, SignJWT, UnsecuredJWT } from 'jose';
import { describe, expect, onTestFinished, test } from 'vitest';
import { proxyReader } from '#servers/approvals/sign-in/proxy.ts';
import type { ProxySettings } from '#servers/approvals/sign-in/proxy-settings.ts';
import { type Suite, startSuite } from '../kit.ts';

type Key = { readonly kid: string; readonly private: CryptoKey; readonly public: CryptoKey; readonly jwk: JWK };

async function newKey(kid: string, alg: 'ES256' | 'RS256' = 'ES256'): Promise<Key> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, private: privateKey, public: publicKey, jwk: { ...(await exportJWK(publicKey)), kid, alg } };
}

/** The address at which a proxy publishes its keys. Counts how often it was asked. */
async function keyServer(...keys: Key[]) {
  const published = { keys, asked: 0, down: false };
  const server = createServer((_request, response) => {
    published.asked += 1;
    if (published.down) response.writeHead(503).end();
    else response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: jwks() }));
  }).listen(0, '127.0.0.1');
  const jwks = () => published.keys.map(({ jwk }) => jwk);
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return Object.assign(published, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys` });
}

const issuer = 'https://cloud.google.com/iap';
const audience = '/projects/1/global/backendServices/2';
const headerName = 'x-goog-iap-jwt-assertion';
const now = () => Math.floor(Date.now() / 1000);

type Claims = Record<string, unknown>;
const good = (): Claims => ({
  iss: issuer,
  aud: audience,
  sub: 'accounts.google.com:1',
  email: 'alice@example.com',
  iat: now(),
  exp: now() + 600,
});

const signed = (key: Key, claims: Claims = good(), alg = 'ES256') =>
  new SignJWT(claims).setProtectedHeader({ alg, kid: key.kid }).sign(key.private);

const settings = (keys: ProxySettings['keys']): ProxySettings => ({
  how: 'iap',
  issuer,
  audience,
  keys,
  groupsClaim: 'groups',
});
const timing = { cooldownMs: 0, maxAgeMs: 600_000 };
const headers = (token?: string) => (name: string) => (name === headerName ? token : undefined);

describe('the header of a proxy', () => {
  test('says who a request is from, by issuer and subject', async () => {
    const key = await newKey('a');
    const read = proxyReader(settings({ url: new URL((await keyServer(key)).url) }));
    expect(await read(headers(await signed(key)))).toEqual({
      approver: { issuer, subject: 'accounts.google.com:1' },
      how: 'iap',
      name: 'alice@example.com',
      groups: [],
    });
  });

  test('is refused when anything about it is not as it must be', async () => {
    const [key, stranger, rsa] = await Promise.all([newKey('a'), newKey('a'), newKey('r', 'RS256')]);
    const read = proxyReader(settings({ url: new URL((await keyServer(key, rsa)).url) }));
    const mac = new TextEncoder().encode(await exportSPKI(key.public));
    const [head = '', , signature = ''] = (await signed(key)).split('.');
    const forged = Buffer.from(JSON.stringify({ ...good(), sub: 'bob' })).toString('base64url');
    const cases: [problem: string, what: string, token: string | undefined][] = [
      ['no_assertion', 'none', undefined],
      ['no_assertion', 'an empty one', ''],
      ['invalid_token', 'a name', 'alice@example.com'],
      ['invalid_token', 'no signature', new UnsecuredJWT(good()).encode()],
      [
        'invalid_token',
        'the public key as a secret',
        await new SignJWT(good()).setProtectedHeader({ alg: 'HS256', kid: 'a' }).sign(mac),
      ],
      ['invalid_token', 'another algorithm', await signed(rsa, good(), 'RS256')],
      ['invalid_token', 'another key', await signed(stranger)],
      ['invalid_token', 'an unknown key', await signed({ ...stranger, kid: 'zzz' })],
      ['invalid_token', 'other claims than were signed', `${head}.${forged}.${signature}`],
      ['invalid_token', 'two of them', `${await signed(key)}, ${await signed(key)}`],
      ['wrong_audience', 'another audience', await signed(key, { ...good(), aud: '/projects/1/apps/other' })],
      ['wrong_issuer', 'another issuer', await signed(key, { ...good(), iss: 'https://cloud.google.com/iapx' })],
      ['clock_skew', 'the past', await signed(key, { ...good(), iat: now() - 900, exp: now() - 60 })],
      ['clock_skew', 'the future', await signed(key, { ...good(), iat: now() + 120 })],
      ['clock_skew', 'not yet', await signed(key, { ...good(), nbf: now() + 120 })],
      ...(await Promise.all(
        ['iss', 'aud', 'sub', 'iat', 'exp'].map(async (claim): Promise<[string, string, string]> => {
          const { [claim]: _left, ...claims } = good();
          return ['missing_claims', `no ${claim}`, await signed(key, claims)];
        }),
      )),
      // The service tokens of a proxy, which are not people.
      ['missing_claims', 'an empty subject', await signed(key, { ...good(), sub: '' })],
    ];
    for (const [problem, what, token] of cases) {
      const outcome = await read(headers(token)).then(
        () => 'accepted',
        (error) => error.problem,
      );
      expect([what, outcome]).toEqual([what, problem]);
    }
    expect(await read(headers(await signed(key, { ...good(), iat: now() + 20 })))).toBeDefined();
  });

  test('may be signed with a new key: an unknown one is looked for, and not more often than the pause allows', async () => {
    const [old, next] = await Promise.all([newKey('old'), newKey('next')]);
    const server = await keyServer(old);
    const read = proxyReader(settings({ url: new URL(server.url) }), timing);
    await read(headers(await signed(old)));
    await read(headers(await signed(old)));
    expect(server.asked).toBe(1);
    server.keys = [next];
    await read(headers(await signed(next)));
    expect(server.asked).toBe(2);
    await expect(read(headers(await signed(old)))).rejects.toMatchObject({ problem: 'invalid_token' });

    const calm = await keyServer(old);
    const patient = proxyReader(settings({ url: new URL(calm.url) }), { ...timing, cooldownMs: 600_000 });
    await patient(headers(await signed(old)));
    for (let tried = 0; tried < 5; tried += 1) {
      await expect(patient(headers(await signed(next)))).rejects.toMatchObject({ problem: 'invalid_token' });
    }
    expect(calm.asked).toBe(1);
  });

  test('is refused while the keys cannot be had, and may be tried again', async () => {
    const key = await newKey('a');
    const server = await keyServer(key);
    server.down = true;
    const read = proxyReader(settings({ url: new URL(server.url) }), timing);
    const refusal = { problem: 'provider_unavailable', code: 'backend_unavailable', retryable: true };
    await expect(read(headers(await signed(key)))).rejects.toMatchObject(refusal);
    server.down = false;
    expect(await read(headers(await signed(key)))).toBeDefined();
  });

  test('may be verified with keys in a file, which is read again when it changes', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'countersign-proxy-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'keys.json');
    const [old, next] = await Promise.all([newKey('old'), newKey('next')]);
    const publish = (...keys: Key[]) => writeFileSync(file, JSON.stringify({ keys: keys.map(({ jwk }) => jwk) }));
    publish(old);
    const read = proxyReader(settings({ file }));
    expect(await read(headers(await signed(old)))).toBeDefined();
    publish(next);
    expect(await read(headers(await signed(next)))).toBeDefined();
    await expect(read(headers(await signed(old)))).rejects.toMatchObject({ problem: 'invalid_token' });
    writeFileSync(file, '{');
    await expect(read(headers(await signed(next)))).rejects.toMatchObject({ problem: 'provider_unavailable' });
  });

  test('of Cloudflare Access is its own, with its own algorithm', async () => {
    const [rsa, ec] = await Promise.all([newKey('r', 'RS256'), newKey('e')]);
    const team = 'https://team.cloudflareaccess.com';
    const { url } = await keyServer(rsa, ec);
    const read = proxyReader({ ...settings({ url: new URL(url) }), how: 'cloudflare-access', issuer: team });
    const claims = { ...good(), iss: team, aud: [audience] };
    const at = (name: string, token: string) => read((asked) => (asked === name ? token : undefined));
    const token = await signed(rsa, claims, 'RS256');
    expect(await at('cf-access-jwt-assertion', token)).toMatchObject({ how: 'cloudflare-access' });
    await expect(at(headerName, token)).rejects.toMatchObject({ problem: 'no_assertion' });
    await expect(at('cf-access-jwt-assertion', await signed(ec, claims))).rejects.toMatchObject({
      problem: 'invalid_token',
    });
  });
});

describe('a console behind a proxy', () => {
  const publicUrl = 'https://console.example';

  async function start(): Promise<{ suite: Suite; key: Key; at: string }> {
    const key = await newKey('a');
    const server = await keyServer(key);
    const suite = await startSuite({
      environment: {
        COUNTERSIGN_APPROVER_TOKEN: undefined,
        COUNTERSIGN_SIGN_IN: 'iap',
        COUNTERSIGN_CONSOLE_URL: publicUrl,
        COUNTERSIGN_PROXY_AUDIENCE: audience,
        COUNTERSIGN_PROXY_KEYS: server.url,
      },
    });
    return { suite, key, at: suite.consoleUrl };
  }

  const ask = async (at: string, path: string, given: Record<string, string>, body?: object) => {
    const response = await fetch(`${at}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { ...(body && { 'content-type': 'application/json', origin: publicUrl }), ...given },
      ...(body && { body: JSON.stringify(body) }),
      redirect: 'manual',
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };

  test('wants its header on every request, valid each time, and of the person whose session it is', async () => {
    const { suite, key, at } = await start();
    const [alice, bob] = [await signed(key), await signed(key, { ...good(), sub: 'accounts.google.com:2' })];
    expect((await ask(at, '/healthz', {})).status).toBe(200);
    for (const path of ['/', '/sign-in', '/assets/main.js', '/api/session']) {
      expect((await ask(at, path, {})).status).toBe(401);
      expect((await ask(at, path, { 'x-goog-authenticated-user-email': 'accounts.google.com:alice@x' })).status).toBe(
        401,
      );
    }
    expect((await ask(at, '/', { [headerName]: alice })).status).toBe(303);

    const made = await ask(at, '/sign-in/proxy', { [headerName]: alice }, {});
    expect(made.status).toBe(200);
    const [cookie = ''] = (made.headers.get('set-cookie') ?? '').split(';');
    const session = { cookie, 'x-countersign-key': JSON.parse(made.text).key };
    const status = async (given: Record<string, string>) => (await ask(at, '/api/session', given)).status;
    expect(await status({ ...session, [headerName]: alice })).toBe(200);
    const old = await signed(key, { ...good(), iat: now() - 900, exp: now() - 60 });
    for (const given of [session, { ...session, [headerName]: bob }, { ...session, [headerName]: old }]) {
      expect(await status(given)).toBe(401);
    }
    expect(await status({ [headerName]: alice })).toBe(401);
    expect(await status({ cookie, [headerName]: alice })).toBe(401);

    const events = await suite.ledger.db.selectFrom('events').select('type').execute();
    expect(events).toEqual([{ type: 'person.signed_in' }]);
  });

  test('takes requests that change something from its public address alone, and has no links', async () => {
    const { suite, key, at } = await start();
    const terminal = await suite.ask('/terminals', {
      headers: { authorization: `Bearer ${'x'.repeat(43)}` },
      body: {},
    });
    expect([terminal.status, terminal.body.error.message]).toEqual([403, expect.stringContaining('cannot pass')]);
    const header = { [headerName]: await signed(key) };
    expect((await ask(at, '/sign-in/proxy', { ...header, origin: at }, {})).status).toBe(403);
    expect((await ask(at, '/sign-in/proxy', { ...header, origin: 'http://console.example' }, {})).status).toBe(403);
    expect(suite.links).toEqual([]);
    const token = suite.newSignInLink().url.split('/').at(-1);
    expect((await ask(at, '/sign-in', header, { token })).status).toBe(404);
    expect((await ask(at, '/sign-in-links', header, {})).status).toBe(404);
  });
});
