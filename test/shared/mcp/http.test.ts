import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Running, run } from './fixture.ts';

let server: Running;
beforeEach(async () => {
  server = await run();
});
afterEach(() => server.close());

const modern = '2026-07-28';
const envelope = {
  'io.modelcontextprotocol/protocolVersion': modern,
  'io.modelcontextprotocol/clientCapabilities': {},
};
const echo = (id: number, said: string) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name: 'echo', arguments: { text: said } },
});

type Sent = {
  readonly method?: string;
  readonly body?: NonNullable<RequestInit['body']>;
  readonly headers?: Record<string, string>;
};

async function send({ method = 'POST', body, headers }: Sent): Promise<Response> {
  const usual = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
  const init = { method, headers: { ...usual, ...headers }, ...(body !== undefined && { body, duplex: 'half' }) };
  return fetch(server.endpoint, init as RequestInit);
}

/** A request written byte by byte, for what no HTTP library would send. Resolves with the whole answer. */
async function sendRaw(lines: readonly string[], body = ''): Promise<string> {
  const socket = connect(server.port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write([...lines, 'Connection: close', `Content-Length: ${body.length}`, '', body].join('\r\n'));
  return text(socket);
}

/** The messages of an answer in the 2025 era, which is always a stream. */
async function messages(response: Response): Promise<readonly { readonly id: unknown }[]> {
  const lines = (await response.text()).split('\n').filter((line) => line.startsWith('data: '));
  return lines.map((line) => JSON.parse(line.slice('data: '.length)));
}

describe('what is in front of the protocol', () => {
  it('answers health checks, and those under our own name only', async () => {
    const answer = await fetch(`${server.url}/healthz`);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ ok: true });
    expect(await sendRaw(['GET /healthz HTTP/1.1', 'Host: rebound.example'])).toMatch(/^HTTP\/1.1 403 /);
  });

  it.each([
    ['a foreign host', ['Host: rebound.example'], 403],
    ['two hosts', ['Host: 127.0.0.1', 'Host: rebound.example'], 403],
    ['two hosts, ours last', ['Host: rebound.example', 'Host: 127.0.0.1'], 403],
    ['an empty host', ['Host:'], 400],
    ['no host', [], 400],
    ['a host with a user name', ['Host: 127.0.0.1@rebound.example'], 400],
  ])('refuses %s', async (_, lines, status) => {
    const body = JSON.stringify(echo(1, 'hi'));
    const answer = await sendRaw(['POST /mcp HTTP/1.1', ...lines, 'Content-Type: application/json'], body);
    expect(Number(answer.split(' ')[1])).toBe(status);
    expect(server.contexts).toEqual([]);
  });

  it('takes its own name in any notation', async () => {
    for (const host of ['127.0.0.1', 'LOCALHOST:9', 'localhost.']) {
      expect(await sendRaw(['GET /healthz HTTP/1.1', `Host: ${host}`])).toMatch(/^HTTP\/1.1 200 /);
    }
  });

  it('refuses pages of other origins with 403, before anything is run', async () => {
    for (const origin of ['http://evil.example', 'null']) {
      const answer = await send({ body: JSON.stringify(echo(1, 'hi')), headers: { origin } });
      expect(answer.status).toBe(403);
      expect(await answer.json()).toMatchObject({
        jsonrpc: '2.0',
        error: { message: expect.stringMatching(/origin/i) },
      });
    }
    expect(server.contexts).toEqual([]);
  });

  it('gives no page leave to read what it sends, not even one of our own host', async () => {
    const headers = { origin: server.url, 'access-control-request-method': 'POST' };
    const preflight = await send({ method: 'OPTIONS', headers });
    expect(preflight.status).toBe(405);
    const answer = await send({ body: JSON.stringify(echo(1, 'hi')), headers: { origin: server.url } });
    expect(answer.status).toBe(200);
    for (const { headers: sent } of [preflight, answer]) expect(sent.has('access-control-allow-origin')).toBe(false);
  });

  it('refuses more than the limit with 413, declared or streamed', async () => {
    const large = JSON.stringify(echo(1, 'x'.repeat(64 * 1024)));
    const streamed = new Blob([large]).stream();
    for (const body of [large, streamed]) {
      const answer = await send({ body });
      expect(answer.status).toBe(413);
      expect(await answer.json()).toMatchObject({ error: { code: 'too_large' } });
    }
    expect(server.contexts).toEqual([]);
  });

  it('takes a body up to the limit when it is streamed', async () => {
    const body = new Blob([JSON.stringify(echo(1, 'x'.repeat(60 * 1024)))]).stream();
    const answer = await send({ body });
    const said = expect.stringMatching(/^x{61440}$/);
    expect(await messages(answer)).toMatchObject([{ result: { structuredContent: { said } } }]);
  });

  it('refuses other content types with 415', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/json, text/plain']) {
      const answer = await send({ body: JSON.stringify(echo(1, 'hi')), headers: { 'content-type': type } });
      expect(answer.status).toBe(415);
      expect(await answer.json()).toMatchObject({ error: { code: 'invalid_arguments' } });
    }
  });

  it.each(['GET', 'DELETE', 'PUT', 'PATCH'])('answers %s with 405: there are no sessions', async (method) => {
    const answer = await send({ method, ...(method.startsWith('P') && { body: '{}' }) });
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('POST');
  });

  it('answers other paths with 404', async () => {
    const answer = await fetch(`${server.url}/mcp/other`);
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ error: { code: 'not_found' } });
  });

  it('marks every answer as nothing that a browser should keep, sniff or frame', async () => {
    for (const answer of [await fetch(`${server.url}/healthz`), await send({ method: 'GET' })]) {
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    }
  });
});

describe('malformed messages', () => {
  it.each([
    ['nothing', ''],
    ['no JSON', '{"jsonrpc":'],
    ['bytes that are not UTF-8', new Uint8Array([0x22, 0xff, 0x22])],
  ])('answers %s with a parse error', async (_, body) => {
    const answer = await send({ body });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ jsonrpc: '2.0', id: null, error: { code: -32700 } });
  });

  it.each(['null', '1', '"x"', '{}', '[]', '{"jsonrpc":"1.0","id":1,"method":"ping"}', '{"jsonrpc":"2.0","id":{}}'])(
    'answers %s with an error and runs nothing',
    async (body) => {
      const answer = await send({ body });
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({ error: { code: expect.any(Number) } });
      expect(server.contexts).toEqual([]);
    },
  );

  it.each([
    ['no name', {}],
    ['a name that is no string', { name: 7 }],
    ['arguments that are no object', { name: 'echo', arguments: ['hi'] }],
  ])('answers a call with %s with an error and runs nothing', async (_, params) => {
    const answer = await send({ body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }) });
    expect(await messages(answer)).toMatchObject([{ id: 1, error: { code: expect.any(Number) } }]);
    expect(server.contexts).toEqual([]);
  });

  it('has no method but those for tools', async () => {
    for (const method of ['resources/list', 'prompts/list', 'logging/setLevel', 'changes/approve']) {
      const answer = await send({ body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: {} }) });
      expect(await messages(answer)).toMatchObject([{ id: 1, error: { code: -32601 } }]);
    }
  });

  it('refuses a cursor, since it never gave one', async () => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: { cursor: 'more' } });
    expect(await messages(await send({ body }))).toMatchObject([{ error: { code: -32602 } }]);
  });
});

describe('the 2025 revisions', () => {
  it('answer a batch message by message', async () => {
    const batch = [echo(1, 'a'), { jsonrpc: '2.0', method: 'notifications/initialized' }, echo(2, 'b')];
    const answers = await messages(await send({ body: JSON.stringify(batch) }));
    expect([...answers].sort((a, b) => Number(a.id) - Number(b.id))).toMatchObject([
      { id: 1, result: { structuredContent: { said: 'a' } } },
      { id: 2, result: { structuredContent: { said: 'b' } } },
    ]);
  });

  it('refuse a batch of more than a hundred messages', async () => {
    const batch = Array.from({ length: 101 }, (_, id) => echo(id, 'x'));
    expect((await send({ body: JSON.stringify(batch) })).status).toBe(400);
    expect(server.contexts).toEqual([]);
  });

  it('know nothing of caching: the listing has no ttlMs', async () => {
    const [listing] = await messages(await send({ body: '{"jsonrpc":"2.0","id":1,"method":"tools/list"}' }));
    expect(Object.keys((listing as unknown as { result: object }).result)).toEqual(['tools']);
  });
});

describe('revision 2026-07-28', () => {
  const call = (headers: Record<string, string>, name = 'echo') => {
    const params = { name, arguments: { text: 'hi' }, _meta: envelope };
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params });
    return send({ body, headers: { 'mcp-protocol-version': modern, ...headers } });
  };

  it('answers a short call with plain JSON', async () => {
    const answer = await call({ 'mcp-method': 'tools/call', 'mcp-name': 'echo' });
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(await answer.json()).toMatchObject({
      id: 1,
      result: { resultType: 'complete', structuredContent: { said: 'hi' } },
    });
  });

  it.each([
    ['another method', { 'mcp-method': 'tools/list', 'mcp-name': 'echo' }],
    ['another tool', { 'mcp-method': 'tools/call', 'mcp-name': 'refuse' }],
    ['no tool', { 'mcp-method': 'tools/call' }],
    ['no method', { 'mcp-name': 'echo' }],
    ['another revision', { 'mcp-method': 'tools/call', 'mcp-name': 'echo', 'mcp-protocol-version': '2025-11-25' }],
  ])('refuses a request whose headers name %s, since proxies decide by them', async (_, headers) => {
    const answer = await call(headers);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ id: 1, error: { code: expect.any(Number) } });
    expect(server.contexts).toEqual([]);
  });

  it('lets the listing be kept for a while, by this caller alone', async () => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: { _meta: envelope } });
    const answer = await send({ body, headers: { 'mcp-protocol-version': modern, 'mcp-method': 'tools/list' } });
    expect(await answer.json()).toMatchObject({ result: { ttlMs: 60_000, cacheScope: 'private' } });
  });

  it('offers tools and nothing else', async () => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'server/discover', params: { _meta: envelope } });
    const answer = await send({ body, headers: { 'mcp-protocol-version': modern, 'mcp-method': 'server/discover' } });
    expect(await answer.json()).toMatchObject({ result: { capabilities: { tools: {} } } });
  });

  it('has no batches', async () => {
    const params = { name: 'echo', _meta: envelope };
    const batch = [{ jsonrpc: '2.0', id: 1, method: 'tools/call', params }];
    const headers = { 'mcp-protocol-version': modern, 'mcp-method': 'tools/call', 'mcp-name': 'echo' };
    expect((await send({ body: JSON.stringify(batch), headers })).status).toBe(400);
    expect(server.contexts).toEqual([]);
  });
});
