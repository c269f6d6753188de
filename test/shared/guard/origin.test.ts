import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { originGuard } from '#shared/guard/origin.ts';

const app = new Hono();
app.use(originGuard(['agents.internal', '127.0.0.1', '[::1]']));
app.all('/', (context) => context.text('in'));
const statusFor = async (origin: string, method = 'POST') =>
  (await app.request('/', { method, headers: { origin } })).status;

describe('originGuard', () => {
  it('lets programs through, which send no Origin', async () => {
    expect((await app.request('/', { method: 'POST' })).status).toBe(200);
  });

  it.each(['http://agents.internal', 'https://AGENTS.internal:8443', 'http://127.0.0.1:7101', 'http://[::1]:7101'])(
    'lets %s through',
    async (origin) => {
      expect(await statusFor(origin)).toBe(200);
    },
  );

  it.each([
    'http://evil.example',
    'https://agents.internal.evil.example',
    'http://agents.internal@evil.example',
    'http://evil.example/agents.internal',
    'http://agents.internal/',
    'http://agents.internal, http://evil.example',
    'null',
    '',
    'agents.internal',
    'file://',
    'chrome-extension://agents.internal',
    '*',
  ])('answers %j with 403', async (origin) => {
    expect(await statusFor(origin)).toBe(403);
  });

  it('looks at every method', async () => {
    for (const method of ['GET', 'PUT', 'DELETE', 'OPTIONS']) {
      expect(await statusFor('http://evil.example', method)).toBe(403);
    }
  });
});
