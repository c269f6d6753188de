import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openProxy, type UpstreamProxy } from '#servers/github/git/proxy.ts';
import { Secret } from '#shared/http/secret.ts';
import { type Gateway, openGateway } from './gateway.ts';

let backend: Gateway;
let proxy: UpstreamProxy;
beforeAll(async () => {
  backend = await openGateway('http://127.0.0.1:1');
  backend.before = () => 'an answer';
  const base = `${backend.url}/acme/storefront.git`;
  const authorization = new Secret('Basic secret');
  proxy = await openProxy({ base, authorization, userAgent: 'git/2', maxBytes: 1000, timeoutMs: 60_000 });
});
afterAll(async () => {
  await proxy.close();
  await backend.close();
});

const refs = 'GET /info/refs?service=git-upload-pack HTTP/1.1';
const key = (): string => proxy.environment['GIT_CONFIG_VALUE_0'] ?? '';

/** The statuses that some bytes are answered with, until the other side has nothing more to say. */
async function statusesOf(...lines: readonly string[]): Promise<string[]> {
  const socket = connect(Number(new URL(proxy.url).port), '127.0.0.1');
  const said: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => said.push(chunk));
  socket.write(Buffer.from([...lines, 'connection: close', '', ''].join('\r\n'), 'latin1'));
  await once(socket, 'close');
  return (
    Buffer.concat(said)
      .toString('latin1')
      .match(/(?<=HTTP\/1\.1 )\d+/g) ?? []
  );
}

test('a fetch passes with the key, as itself and with the credential of the backend', async () => {
  expect(await statusesOf(refs, 'host: x', key(), 'authorization: Basic mine', 'x-more: 1')).toEqual(['200']);
  const [{ url, headers } = { url: '', headers: {} }] = backend.passed.slice(-1);
  expect([url, headers.authorization]).toEqual([
    '/acme/storefront.git/info/refs?service=git-upload-pack',
    'Basic secret',
  ]);
  expect(headers).not.toHaveProperty('x-more');
});

const refused: readonly (readonly [what: string, lines: () => readonly string[]])[] = [
  ['no key', () => [refs, 'host: x']],
  ['another key', () => [refs, 'host: x', `x-countersign-fetch: ${'0'.repeat(64)}`]],
  [
    'a key of as many signs that are more bytes',
    () => [refs, 'host: x', `x-countersign-fetch: ${'\u00e9'.repeat(64)}`],
  ],
  ['the key twice', () => [refs, 'host: x', key(), key()]],
  ['another repository', () => [refs.replace('/info', '/../web.git/info'), 'host: x', key()]],
  ['another host', () => [refs.replace('/info', 'http://evil.example/info'), 'host: x', key()]],
  ['a push', () => ['POST /git-receive-pack HTTP/1.1', 'host: x', key(), 'content-length: 0']],
];
test.each(refused)('nothing passes with %s', async (_what, lines) => {
  const before = backend.passed.length;
  expect(await statusesOf(...lines())).toEqual(['403']);
  expect(backend.passed.length).toBe(before);
});

test('no second request hides in the body of a first', async () => {
  const before = backend.passed.length;
  const two = ['transfer-encoding: chunked', 'content-length: 5', '', '0', '', 'POST /git-receive-pack HTTP/1.1'];
  expect(await statusesOf('POST /git-upload-pack HTTP/1.1', 'host: x', key(), ...two, 'host: x', key())).toEqual([
    '400',
  ]);
  expect(backend.passed.length).toBe(before);
});
