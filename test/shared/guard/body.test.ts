import { Hono } from 'hono';
import { describe, expect, it, vi } from 'vitest';
import { limitBody } from '#shared/guard/body-limit.ts';
import { bodyTurns } from '#shared/guard/body-turns.ts';
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

describe('large bodies', () => {
  const turned = (turns: ReturnType<typeof bodyTurns>) => {
    const app = new Hono();
    const answers: (() => void)[] = [];
    app.use(limitBody(100, turns));
    app.post('/', async (context) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      answers.push(resolve);
      await promise;
      return context.text(await context.req.text());
    });
    const send = (length: number, more: Record<string, string> = {}) =>
      app.request('/', {
        method: 'POST',
        body: 'x'.repeat(length),
        headers: { 'content-length': String(length), ...more },
      });
    return { app, send, answers };
  };
  const room = { largeBytes: 10, mostBytes: 50, waitMs: 60_000, mostWaiting: 2 };

  it('are under way together as far as there is room, and the others in the order in which they came', async () => {
    const turns = bodyTurns(room);
    const began: number[] = [];
    const come = (bytes: number) =>
      turns.take(bytes).then((leave) => {
        began.push(bytes);
        return leave ?? expect.unreachable();
      });
    const [one, two] = [await come(20), await come(30)];
    const [third, fourth] = [come(40), come(15)];
    one();
    // Only what is inside counts once: to leave twice makes no room.
    one();
    const other = await Promise.race([third, fourth, new Promise((resolve) => setImmediate(resolve))]);
    expect(other).toBeUndefined();
    two();
    (await third)();
    (await fourth)();
    expect(began).toEqual([20, 30, 40, 15]);
    // One that is larger than all of the room comes in alone.
    (await come(90))();
  });

  it('keep their room until their answer is read, or nobody reads it', async () => {
    const { send, answers } = turned(bodyTurns(room));
    const [one, two] = [send(50), send(50)];
    await vi.waitFor(() => expect(answers).toHaveLength(1));
    answers[0]?.();
    const answer = await one;
    expect(answers).toHaveLength(1);
    await answer.body?.cancel();
    await vi.waitFor(() => expect(answers).toHaveLength(2));
    answers[1]?.();
    expect(await (await two).text()).toHaveLength(50);
  });

  it('that get no turn in time, or come to a long line, are answered with 503 and when to come again', async () => {
    const { send, answers } = turned(bodyTurns({ ...room, waitMs: 20 }));
    const first = send(50);
    await vi.waitFor(() => expect(answers).toHaveLength(1));
    for (const refused of await Promise.all([send(50), send(50), send(50)])) {
      expect(refused.status).toBe(503);
      expect(refused.headers.get('retry-after')).toBe('5');
      expect(await refused.json()).toMatchObject({ error: { code: 'busy', retryable: true } });
    }
    answers[0]?.();
    expect((await first).status).toBe(200);
  });

  it('must declare their length', async () => {
    const { app } = turned(bodyTurns(room));
    const { body } = streamOf(['0123456789', '0']);
    const answer = await app.request('/', { method: 'POST', body, duplex: 'half' } as RequestInit);
    expect(answer.status).toBe(411);
  });

  it('whose work fails give their room back', async () => {
    const app = new Hono();
    const turns = bodyTurns(room);
    app.use(limitBody(100, turns));
    app.post('/', () => {
      throw new Error('failed');
    });
    app.onError((_error, context) => context.text('', 500));
    const send = () => app.request('/', { method: 'POST', body: 'x'.repeat(50), headers: { 'content-length': '50' } });
    for (const _ of [1, 2, 3]) expect((await send()).status).toBe(500);
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
