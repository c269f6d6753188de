import { request } from 'node:http';
import { describe, expect, test } from 'vitest';
import { startSuite, token } from './kit.ts';

/** A request whose `Host` is what a test says; fetch would set its own. */
function raw(url: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    request(url, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });
}

describe('the console', () => {
  test('answers under its own names only', async () => {
    const { consoleUrl } = await startSuite();
    const { port } = new URL(consoleUrl);
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, '127.0.0.1', 'LOCALHOST.']) {
      expect(await raw(`${consoleUrl}/healthz`, { host })).toBe(200);
    }
    for (const host of ['evil.example', `127.0.0.1.evil.example:${port}`, '127.0.0.2', '0.0.0.0', '[::1]']) {
      expect(await raw(`${consoleUrl}/healthz`, { host })).toBe(403);
      expect(await raw(`${consoleUrl}/api/changes`, { host, authorization: `Bearer ${token}` })).toBe(403);
    }
  });

  test.each(['/', '/sign-in', '/sign-in/x', '/assets/main.js', '/assets/base.css', '/api/changes', '/nowhere', '/mcp'])(
    'sends %s with headers that keep foreign code, frames and copies away',
    async (path) => {
      const suite = await startSuite();
      const { headers } = await suite.ask(path, { headers: {} });
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy.split('; ')).toEqual([
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
      ]);
      expect(Object.fromEntries(headers)).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
      });
    },
  );

  test('keeps its reads from pages of other origins, and lets people come from anywhere', async () => {
    const suite = await startSuite();
    const authorization = `Bearer ${token}`;
    for (const site of ['same-site', 'cross-site']) {
      const fetched = { authorization, 'sec-fetch-site': site, 'sec-fetch-mode': 'cors' };
      expect(await raw(`${suite.consoleUrl}/api/changes`, fetched)).toBe(403);
      const followed = { 'sec-fetch-site': site, 'sec-fetch-mode': 'navigate' };
      expect(await raw(`${suite.consoleUrl}/changes/x`, followed)).toBe(303);
    }
    expect(await raw(`${suite.consoleUrl}/api/changes`, { authorization, origin: 'http://127.0.0.1:1' })).toBe(403);
  });

  test('is not a place for agents', async () => {
    const suite = await startSuite();
    const body = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
    expect((await suite.ask('/mcp', { body })).status).toBe(403);
  });

  test('takes no large body, and no body that is not JSON', async () => {
    const suite = await startSuite();
    const id = await suite.proposeNote('x');
    const post = (body: string, type = 'application/json') =>
      fetch(`${suite.consoleUrl}/api/changes/${id}/decision`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': type },
        body,
      });
    expect((await post(JSON.stringify({ reason: 'x'.repeat(70_000) }))).status).toBe(413);
    expect((await post('{"decision":')).status).toBe(400);
    expect((await post('decision=approve', 'application/x-www-form-urlencoded')).status).toBe(400);
    expect((await post('{}', 'text/plain')).status).toBe(400);
  });

  test('gives its own files and no others', async () => {
    const suite = await startSuite();
    for (const name of ['..%2fmain.ts', '%2e%2e%2fconfig.ts', 'main.ts', '__proto__', 'constructor', '']) {
      expect((await suite.ask(`/assets/${name}`, { headers: {} })).status).toBe(404);
    }
    const script = await suite.ask('/assets/main.js', { headers: {} });
    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  });
});

describe('an agent’s listener', () => {
  test('has no route to a decision, whatever it is asked with', async () => {
    const suite = await startSuite();
    const id = await suite.proposeNote('x');
    const { seal } = (await suite.ask(`/api/changes/${id}`)).body;
    for (const { url } of suite.queues) {
      for (const path of ['/', '/sign-in', '/api/session', '/api/changes', `/api/changes/${id}`, `/changes/${id}`]) {
        expect((await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${token}` } })).status).toBe(404);
      }
      for (const path of [`/api/changes/${id}/decision`, '/sign-in', '/api/sign-in-links']) {
        const response = await fetch(`${url}${path}`, {
          method: 'POST',
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          body: JSON.stringify({ decision: 'approve', seal }),
        });
        expect(response.status).toBe(404);
      }
    }
    expect((await suite.ask(`/api/changes/${id}`)).body.status).toBe('pending_approval');
  });

  test('answers under the address of its own agent only', async () => {
    const suite = await startSuite();
    const [one, two] = suite.queues;
    expect(await raw(`${one?.url}/healthz`, { host: '127.0.0.1' })).toBe(200);
    expect(await raw(`${one?.url}/healthz`, { host: '127.0.0.2' })).toBe(403);
    expect(await raw(`${two?.url}/healthz`, { host: '127.0.0.1' })).toBe(403);
    expect(await raw(`${two?.url}/healthz`, { host: 'localhost' })).toBe(403);
  });
});
