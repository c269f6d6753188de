import { describe, expect, onTestFinished, test } from 'vitest';
import { type Suite, startSuite, token, until } from './kit.ts';

type News = { readonly at: number } | 'ended';
type Opened = { readonly status: number; readonly next: () => Promise<News> };

const isLater = (news: News, than: News): boolean => news !== 'ended' && than !== 'ended' && news.at > than.at;

/** Opens the stream and reads it, news by news. */
async function openStream(suite: Suite, headers: Record<string, string>): Promise<Opened> {
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const { status, body } = await fetch(`${suite.consoleUrl}/api/stream`, { headers, signal: stop.signal });
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const next = async (): ReturnType<Opened['next']> => {
    for (;;) {
      const [, data] = /data: (.*)\n\n/.exec(text) ?? [];
      if (data !== undefined) {
        text = text.slice(text.indexOf('\n\n') + 2);
        return JSON.parse(data);
      }
      const read = await reader?.read();
      if (!read || read.done) return 'ended';
      text += read.value;
    }
  };
  return { status, next };
}

/** Signs somebody in; answers what a page of that session sends. */
async function session(suite: Suite): Promise<Record<string, string>> {
  const secret = new URL(suite.newSignInLink().url).pathname.split('/').at(-1);
  const answer = await suite.ask('/sign-in', { body: { token: secret }, headers: { origin: suite.consoleUrl } });
  const [cookie = ''] = (answer.headers.get('set-cookie') ?? '').split(';');
  return { cookie, 'x-countersign-key': answer.body.key, origin: suite.consoleUrl };
}

const bearer = { authorization: `Bearer ${token}` };

describe('the stream of news', () => {
  test('says that something is new, and nothing of what', async () => {
    const suite = await startSuite();
    const stream = await openStream(suite, bearer);
    const first = await stream.next();
    expect(first).toEqual({ at: expect.any(Number) });
    await suite.proposeNote('hello');
    const next = await until(stream.next, (news) => isLater(news, first));
    expect(next).toEqual({ at: expect.any(Number) });
  });

  test('is for who is signed in alone, and ends with the session', async () => {
    const suite = await startSuite();
    expect((await openStream(suite, {})).status).toBe(401);
    const page = await session(suite);
    expect((await openStream(suite, { cookie: page['cookie'] ?? '' })).status).toBe(401);
    const stream = await openStream(suite, page);
    expect(await stream.next()).toEqual({ at: expect.any(Number) });
    expect((await suite.ask('/api/sign-out', { body: {}, headers: page })).status).toBe(204);
    await until(stream.next, (news) => news === 'ended');
  });

  test('keeps nobody signed in', async () => {
    const suite = await startSuite({ environment: { COUNTERSIGN_SESSION_IDLE: '10m' } });
    const stream = await openStream(suite, await session(suite));
    expect(await stream.next()).toEqual({ at: expect.any(Number) });
    suite.pass(11 * 60_000);
    await until(stream.next, (news) => news === 'ended');
  });

  test('is open a few times for one session, and the newest stay', async () => {
    const suite = await startSuite();
    const page = await session(suite);
    const streams: Opened[] = [];
    let before: News = 'ended';
    for (let index = 0; index < 7; index += 1) {
      const stream = await openStream(suite, page);
      before = await stream.next();
      expect(before).not.toBe('ended');
      streams.push(stream);
    }
    await until(streams[0]?.next ?? expect.fail, (news) => news === 'ended');
    await suite.proposeNote('hello');
    await until(streams[6]?.next ?? expect.fail, (news) => isLater(news, before));
  });
});

describe('the list', () => {
  test('names what a change touches, for whom, and which other open ones write there too', async () => {
    const suite = await startSuite();
    const ids = [
      await suite.proposeNote('one'),
      await suite.proposeNote('two'),
      await suite.proposeNote('x', { id: 'b' }),
    ];
    const pull = await suite.proposeFiles({ files: [{ path: 'a.txt', content: 'x' }] });
    const { body } = await suite.ask('/api/changes?status=pending');
    const item = (id?: string) => body.changes.find((one: { change_id: string }) => one.change_id === id);
    expect(item(ids[0])).toMatchObject({ conflicts: [ids[1]], sponsor: 'alice', seal: expect.any(String) });
    expect(item(ids[0]).place).toMatchObject({ name: 'notes.test', branch: null, things: ['note a'], files: [] });
    expect(item(ids[2])).toMatchObject({ conflicts: [] });
    expect(item(pull).place).toMatchObject({
      name: 'acme/web',
      branch: 'agent/things',
      files: ['a.txt'],
      more_files: 0,
    });
  });

  test('is searched for words in any case, page by page, whatever signs are between them', async () => {
    const suite = await startSuite();
    const percent = await suite.proposeNote('50% zebra "now"', { reason: 'A Sale' });
    const other = await suite.proposeNote('50 zebra', { id: 'b' });
    await suite.proposeFiles({ files: [{ path: 'src/Ünïcode.ts', content: 'x' }], title: 'Sale_page' });
    const search = async (query: string) => (await suite.ask(`/api/changes?${query}`)).body;
    const ids = async (q: string) =>
      (await search(`q=${encodeURIComponent(q)}`)).changes.map((one: { change_id: string }) => one.change_id);
    expect(await ids('50% ZEBRA now')).toEqual([percent]);
    expect(await ids('"now"')).toEqual([percent]);
    expect(await ids('sale')).toHaveLength(2);
    expect(await ids('sale_page src/Ünïcode.ts')).toHaveLength(1);
    expect(await ids('nowhere')).toEqual([]);
    expect(await ids('%')).toEqual([]);
    const page = await search('q=zebra&limit=1');
    expect(page).toMatchObject({ changes: [{ change_id: other }], next_before: other });
    const rest = await search(`q=zebra&limit=2&before=${other}`);
    expect(rest).toMatchObject({ changes: [{ change_id: percent }], next_before: null });
    expect((await search('q=zebra&status=rejected')).changes).toEqual([]);
    expect((await search('q=zebra&status=rejected,pending')).changes).toHaveLength(2);
  });
});
