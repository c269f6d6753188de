import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { limitBody } from '#shared/guard/body-limit.ts';
import { jsonOnly } from '#shared/guard/json-only.ts';

function streamOf(chunks: readonly string[]): { body: ReadableStream; pulled: () => number } {
  let pulled = 0;
  const body = new ReadableStream({
    pull(controller) {
      const chunk = chunks[pulled];
      pulled += 1;
      if (chunk === undefined) controller.close();
      else controller.enqueue(new TextEncoder().encode(chunk));
    },
  });
  return { body, pulled: () => pulled };
}

describe('limitBody', () => {
  const app = new Hono();
  app.use(limitBody(10));
  app.all('/', async (context) => context.text(await context.req.text()));
  const send = (init: RequestInit) => app.request('/', { method: 'POST', ...init });

  it('lets a body of exactly the limit through, declared or not', async () => {
    const declared = await send({ body: '0123456789', headers: { 'content-length': '10' } });
    expect(await declared.text()).toBe('0123456789');
    const { body } = streamOf(['01234', '56789']);
    expect(await (await send({ body, duplex: 'half' } as RequestInit)).text()).toBe('0123456789');
  });

  it('refuses a declared length above the limit with 413 and without reading', async () => {
    const { body, pulled } = streamOf(['0', '1']);
    const init = { body, duplex: 'half', headers: { 'content-length': '11' } } as RequestInit;
    const answer = await send(init);
    expect(answer.status).toBe(413);
    expect(await answer.json()).toMatchObject({ error: { code: 'too_large', retryable: false } });
    expect(pulled()).toBeLessThanOrEqual(1);
  });

  it('counts what comes without a declared length and stops reading above the limit', async () => {
    const { body, pulled } = streamOf(Array.from({ length: 1000 }, () => '01234'));
    expect((await send({ body, duplex: 'half' } as RequestInit)).status).toBe(413);
    expect(pulled()).toBeLessThan(10);
  });

  it('does not believe a small length beside a transfer encoding', async () => {
    const { body } = streamOf(['0123456789', '0123456789']);
    const headers = { 'content-length': '1', 'transfer-encoding': 'chunked' };
    expect((await send({ body, duplex: 'half', headers } as RequestInit)).status).toBe(413);
  });

  it('has nothing against requests without a body', async () => {
    expect((await app.request('/')).status).toBe(200);
  });
});

describe('jsonOnly', () => {
  const app = new Hono();
  app.use(jsonOnly());
  app.post('/', (context) => context.text('in'));
  const statusFor = async (type: string | undefined) =>
    (await app.request('/', { method: 'POST', headers: type === undefined ? {} : { 'content-type': type } })).status;

  it.each(['application/json', 'Application/JSON', 'application/json; charset=utf-8', 'application/json;x=y'])(
    'lets %s through',
    async (type) => {
      expect(await statusFor(type)).toBe(200);
    },
  );

  it.each([
    undefined,
    '',
    'text/plain',
    'text/plain; application/json',
    'application/jsonp',
    'application/json, text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
  ])('answers %j with 415', async (type) => {
    expect(await statusFor(type)).toBe(415);
  });
});
