import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { withinLimits } from '#shared/github/limits.ts';
import { writePace } from '#shared/http/pace.ts';
import { patientFetch } from '#shared/http/retry.ts';
import { connect, oidOf, web } from './connect.ts';
import { type Answer, type FakeGithub, fakeGithub, onGraphql } from './fake-github.ts';

let fake: FakeGithub;
beforeAll(async () => {
  fake = await fakeGithub();
});
beforeEach(() => {
  fake.route = () => undefined;
  fake.requests.length = 0;
});
afterAll(() => fake.close());

const asked = (): number => fake.requests.filter(({ url }) => url === '/api/graphql').length;
const fine: Answer = { body: { data: { repository: { ref: { target: { oid: oidOf('a') } } } } } };

/** GitHub answers like this, one after the other, and is fine afterwards. */
function answers(...wanted: Answer[]): void {
  fake.route = onGraphql(() => wanted.shift() ?? fine);
}

const head = (backend = connect(fake.url)) => backend.reader.head('acme/web', 'main');
const branch = { repository: web, branch: 'deps/a', oid: oidOf('a') };

describe('a read', () => {
  const passing: [string, Answer][] = [
    ['a connection that ends', 'drop'],
    ['an answer that breaks off', 'cut'],
    ['502', { status: 502 }],
    ['503', { status: 503 }],
    ['504', { status: 504 }],
    ['a secondary limit that ends soon', { status: 403, headers: { 'retry-after': '0' }, body: {} }],
  ];

  test.each(passing)('is tried again after %s', async (_, answer) => {
    answers(answer, answer);
    expect(await head()).toBe(oidOf('a'));
    expect(asked()).toBe(3);
  });

  test('is tried three times and no more', async () => {
    answers(...Array.from({ length: 9 }, (): Answer => ({ status: 502 })));
    await expect(head()).rejects.toMatchObject({ code: 'backend_unavailable' });
    expect(asked()).toBe(3);
  });

  test.each([400, 404, 500])('is not tried again after %d', async (status) => {
    answers({ status, body: {} });
    await expect(head()).rejects.toMatchObject({ name: 'AppError' });
    expect(asked()).toBe(1);
  });

  test('is not tried again after it took all its time', async () => {
    const hasty = connect(fake.url, { readTimeoutMs: 300 });
    answers();
    // Until it has a token: within a short time, that may take a busy machine more than one try.
    await vi.waitFor(() => head(hasty), { timeout: 60_000 });
    fake.requests.length = 0;
    answers('hang');
    await expect(head(hasty)).rejects.toMatchObject({ code: 'backend_unavailable' });
    expect(asked()).toBe(1);
  });

  test('waits a part, by chance, of a time that doubles', async () => {
    const waits: number[] = [];
    const wait = async (ms: number): Promise<void> => void waits.push(ms);
    const busy = async (): Promise<Response> => new Response(null, { status: 503 });
    const patient = patientFetch(busy, { budgetMs: 10_000, now: () => 0, random: () => 0.5, wait });
    expect((await patient('http://x')).status).toBe(503);
    expect(waits).toEqual([125, 250]);
  });
});

describe('a write', () => {
  test.each([502, 503, 504])('is never sent twice, not after %d either', async (status) => {
    const { openWriter } = connect(fake.url);
    const write = await openWriter();
    answers({ status }, { status });
    await expect(write.createBranch(branch)).rejects.toThrow(/no answer from which it can be told/);
    expect(asked()).toBe(1);
  });

  test('that meets a limit says until when, and that nothing was done', async () => {
    const now = Date.parse('2026-01-01T00:00:00Z');
    const { openWriter } = connect(fake.url, { now: () => now });
    const write = await openWriter();
    answers({ status: 429, headers: { 'retry-after': '90' }, body: {} });
    const limited = { kind: 'unavailable', message: expect.stringContaining('until 2026-01-01T00:01:30Z') };
    await expect(write.createBranch(branch)).rejects.toMatchObject(limited);
    await expect(write.createBranch(branch)).rejects.toMatchObject(limited);
    expect(asked()).toBe(1);
  });
});

describe('a limit', () => {
  const start = Date.parse('2026-01-01T00:00:00Z');
  const reset = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(start / 1000 + 1800) };
  const limits: [string, Answer, string][] = [
    ['a primary one', { status: 403, headers: reset, body: {} }, '2026-01-01T00:30:00Z'],
    ['a secondary one', { status: 403, headers: { 'retry-after': '60' }, body: {} }, '2026-01-01T00:01:00Z'],
    ['one without a time', { status: 403, body: { message: 'secondary rate limit' } }, '2026-01-01T00:01:00Z'],
    ['one of a day', { status: 429, headers: { 'retry-after': '86400' }, body: {} }, '2026-01-01T01:01:00Z'],
  ];

  test.each(limits)('%s keeps requests back until its end, which is told', async (_, answer, until) => {
    let now = start;
    const backend = connect(fake.url, { now: () => now });
    answers(answer);
    const refused = { code: 'backend_unavailable', message: `GitHub takes no more requests until ${until}.` };
    await expect(head(backend)).rejects.toMatchObject(refused);
    await expect(head(backend)).rejects.toMatchObject(refused);
    expect(asked()).toBe(1);
    now = Date.parse(until);
    expect(await head(backend)).toBe(oidOf('a'));
  });

  test('that an answer in earnest tells of is kept to as well', async () => {
    const backend = connect(fake.url, { now: () => start });
    answers({ ...(fine as object), headers: reset });
    expect(await head(backend)).toBe(oidOf('a'));
    await expect(head(backend)).rejects.toMatchObject({ code: 'backend_unavailable' });
    expect(asked()).toBe(1);
  });

  test('is waited for by the read that met it, and others are told at once', async () => {
    const met = Promise.withResolvers<void>();
    const over = Promise.withResolvers<void>();
    let now = start;
    const limits = withinLimits({ now: () => now });
    const given = [new Response(null, { status: 429, headers: { 'retry-after': '2' } })];
    const read = limits('installation 1', async () => given.shift() ?? new Response('fine'));
    const wait = async (ms: number): Promise<void> => {
      expect(ms).toBe(2000);
      met.resolve();
      await over.promise;
    };
    const patient = patientFetch(read, { budgetMs: 10_000, now: () => now, random: () => 0, wait });
    const first = patient('http://x');
    await met.promise;
    await expect(patient('http://x')).rejects.toMatchObject({ until: start + 2000, keptBack: true });
    now += 2000;
    over.resolve();
    expect(await (await first).text()).toBe('fine');
  });

  test('of one installation does not hold back another', async () => {
    const limited = withinLimits({ now: () => start });
    const no = async (): Promise<Response> => new Response(null, { status: 429, headers: { 'retry-after': '60' } });
    await expect(limited('installation 1', no)('http://x')).rejects.toThrow();
    const yes = limited('installation 2', async () => new Response('fine'));
    expect(await (await yes('http://x')).text()).toBe('fine');
  });
});

describe('writes that GitHub would take for too many in a minute', () => {
  const allowances = [
    { count: 3, withinMs: 60_000 },
    { count: 5, withinMs: 3_600_000 },
  ];
  const made = { body: { data: { createRef: { ref: { target: { oid: oidOf('a') } } } } } };

  test('are held back until it takes more, and reads go on', async () => {
    let now = Date.parse('2026-01-01T00:00:00Z');
    const backend = connect(fake.url, { now: () => now, allowances });
    const write = await backend.openWriter();
    fake.route = onGraphql(({ query }) => (query.includes('createRef') ? made : fine));
    const until = (time: string) => ({ name: 'NotDone', kind: 'unavailable', message: expect.stringContaining(time) });
    for (const _ of [1, 2, 3]) await write.createBranch(branch);
    const sent = asked();
    now += 1_000;
    await expect(write.createBranch(branch)).rejects.toMatchObject(until('2026-01-01T00:01:00Z'));
    expect(asked()).toBe(sent);
    expect(await head(backend)).toBe(oidOf('a'));
    now += 59_000;
    for (const _ of [4, 5]) await write.createBranch(branch);
    await expect(write.createBranch(branch)).rejects.toMatchObject(until('2026-01-01T01:00:00Z'));
  });

  test('are not held back for what a clock that was set back has counted in the future', () => {
    let now = 10_000_000;
    const pace = writePace({ now: () => now, allowances });
    for (const _ of [1, 2, 3]) pace('installation 1');
    expect(() => pace('installation 1')).toThrow();
    expect(() => pace('installation 2')).not.toThrow();
    now -= 5_000_000;
    expect(() => pace('installation 1')).not.toThrow();
  });
});

test('no more requests than GitHub takes are under way, and the others go in the order in which they came', async () => {
  const limited = withinLimits({ now: () => 0, most: 2 });
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const send = (number: number): Promise<Response> =>
    limited('installation 1', async () => {
      begun.push(number);
      await new Promise<void>((resolve) => ends.push(resolve));
      return new Response('fine');
    })('http://x');
  const all = [1, 2, 3, 4].map(send);
  await Promise.resolve();
  expect(begun).toEqual([1, 2]);
  for (const [index, one] of all.entries()) {
    ends[index]?.();
    await one;
  }
  expect(begun).toEqual([1, 2, 3, 4]);
});
