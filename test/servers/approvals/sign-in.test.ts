import { describe, expect, test } from 'vitest';
import { type Suite, startSuite } from './kit.ts';

const minute = 60_000;

const tokenIn = (url: string) => url.slice(url.lastIndexOf('/') + 1);

/** What the sign-in page does when its button is pressed. */
const press = (suite: Suite, token: string, headers: Record<string, string> = { origin: suite.consoleUrl }) =>
  suite.ask('/sign-in', { body: { token }, headers });

/** Signs in as a browser would, and answers the headers that its pages send. */
async function signedIn(suite: Suite): Promise<{ cookie: string; 'x-countersign-key': string }> {
  const { headers, body } = await press(suite, tokenIn(suite.newSignInLink().url));
  const [cookie = ''] = (headers.get('set-cookie') ?? '').split(';');
  return { cookie, 'x-countersign-key': body.key };
}

describe('a sign-in link', () => {
  test('is not used up by being opened, works once, and never again', async () => {
    const suite = await startSuite();
    const token = tokenIn(suite.newSignInLink().url);
    for (let i = 0; i < 3; i += 1) {
      const page = await suite.ask(`/sign-in/${token}`, { headers: {} });
      expect(page).toMatchObject({ status: 200 });
      expect(page.body).not.toContain(token);
    }
    expect((await press(suite, token)).status).toBe(200);
    expect(await press(suite, token)).toMatchObject({ status: 401, body: { error: { code: 'unauthenticated' } } });
  });

  test('gives a cookie that no script reads and no other site sends, and a key beside it', async () => {
    const suite = await startSuite();
    const { headers, body } = await press(suite, tokenIn(suite.newSignInLink().url));
    expect(headers.get('set-cookie')).toMatch(
      /^__Host-countersign=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
    );
    expect(body.key).toMatch(/^[\w-]{43}$/);
    const events = await suite.ledger.db.selectFrom('events').select(['type', 'actor']).execute();
    expect(events).toEqual([
      { type: 'person.signed_in', actor: '{"issuer":"countersign:local","kind":"person","subject":"operator"}' },
    ]);
  });

  test('ends after ten minutes', async () => {
    const suite = await startSuite();
    const [early, late] = [suite.newSignInLink(), suite.newSignInLink()];
    suite.pass(10 * minute - 1000);
    expect((await press(suite, tokenIn(early.url))).status).toBe(200);
    suite.pass(1000);
    expect((await press(suite, tokenIn(late.url))).status).toBe(401);
  });

  test.each([
    ['another site', (_: Suite) => ({ origin: 'https://evil.example' })],
    ['another port of this host', (_: Suite) => ({ origin: 'http://127.0.0.1:1' })],
    ['a sandboxed page', (_: Suite) => ({ origin: 'null' })],
    ['no page at all', (_: Suite) => ({})],
    [
      'a page that the browser calls same-site',
      (suite: Suite) => ({ origin: suite.consoleUrl, 'sec-fetch-site': 'same-site' }),
    ],
  ])('cannot be redeemed for %s, and stays good', async (_name, headersOf) => {
    const suite = await startSuite();
    const token = tokenIn(suite.newSignInLink().url);
    expect((await press(suite, token, headersOf(suite) as Record<string, string>)).status).toBe(403);
    expect((await press(suite, token)).status).toBe(200);
  });

  test('is guessed by nobody: what is not one is refused, whatever it is', async () => {
    const suite = await startSuite();
    suite.newSignInLink();
    for (const token of ['x', '__proto__', 'a'.repeat(43)]) expect((await press(suite, token)).status).toBe(401);
    for (const body of [{}, { token: '' }, { token: 7 }, { token: 'x'.repeat(201) }, [], 'x', null]) {
      const answer = await suite.ask('/sign-in', { body, headers: { origin: suite.consoleUrl } });
      expect(answer).toMatchObject({ status: 400, body: { error: { code: 'invalid_arguments' } } });
    }
  });

  test('can be made by whoever is signed in, and by nobody else', async () => {
    const suite = await startSuite();
    expect((await suite.ask('/api/sign-in-links', { body: {}, headers: { origin: suite.consoleUrl } })).status).toBe(
      401,
    );
    const made = await suite.ask('/api/sign-in-links', { body: {} });
    expect(made.status).toBe(201);
    expect(made.body.url).toMatch(new RegExp(`^${suite.consoleUrl}/sign-in/`));
    expect((await press(suite, tokenIn(made.body.url))).status).toBe(200);
  });

  test('that was lost is printed anew for who asks, three times a minute, and shown to nobody', async () => {
    const suite = await startSuite();
    expect(suite.links).toHaveLength(1);
    const ask = (headers: Record<string, string>) => suite.ask('/sign-in-links', { body: {}, headers });
    expect((await ask({ origin: 'http://127.0.0.1:1' })).status).toBe(403);
    const answers: Awaited<ReturnType<typeof ask>>[] = [];
    for (let asked = 0; asked < 4; asked += 1) answers.push(await ask({ origin: suite.consoleUrl }));
    expect(answers.map(({ status }) => status)).toEqual([204, 204, 204, 429]);
    expect(JSON.stringify(answers)).not.toContain('/sign-in/');
    expect(suite.links).toHaveLength(4);
    expect((await press(suite, tokenIn(suite.links.at(-1) ?? ''))).status).toBe(200);
  });

  test('shows up in no log', async () => {
    const suite = await startSuite();
    const token = tokenIn(suite.newSignInLink().url);
    await suite.ask(`/sign-in/${token}`, { headers: {} });
    await press(suite, token);
    expect(suite.logged.join()).not.toContain(token);
  });
});

describe('signing in', () => {
  test('is on record when it is refused, without what was tried', async () => {
    const suite = await startSuite();
    await press(suite, 'not-a-link-of-this-server');
    const events = await suite.ledger.db.selectFrom('events').select(['type', 'actor', 'body']).execute();
    expect(events).toEqual([
      {
        type: 'person.refused',
        actor: '{"kind":"server","server":"approvals"}',
        body: '{"how":"link","problem":"wrong_link"}',
      },
    ]);
  });

  test('can be tried sixty times a minute from one address, and no more of it is on record', async () => {
    const suite = await startSuite();
    const answers = await Promise.all(Array.from({ length: 150 }, () => press(suite, 'x')));
    const statuses = answers.map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([401, 429]));
    const refused = statuses.filter((status) => status === 401).length;
    expect(refused).toBeGreaterThanOrEqual(60);
    const events = await suite.ledger.db.selectFrom('events').select('seq').execute();
    expect(events).toHaveLength(refused);
  });
});

describe('a session', () => {
  test('counts only with both of its halves', async () => {
    const suite = await startSuite();
    const { cookie, ...key } = await signedIn(suite);
    const other = await signedIn(suite);
    expect((await suite.ask('/api/session', { headers: { cookie, ...key } })).body).toEqual({
      asks: ['bring_back_namespace'],
      issuer: 'countersign:local',
      subject: 'operator',
      how: 'link',
      name: null,
      person: null,
      groups: [],
      responds: true,
    });
    const partial: Record<string, string>[] = [
      { cookie },
      key,
      { cookie, 'x-countersign-key': '' },
      { cookie, 'x-countersign-key': other['x-countersign-key'] },
    ];
    for (const headers of partial) {
      expect((await suite.ask('/api/changes', { headers })).status).toBe(401);
    }
  });

  test('ends after half an hour without a person, though a page goes on asking', async () => {
    const suite = await startSuite();
    const headers = await signedIn(suite);
    const status = async (more = {}) => (await suite.ask('/api/session', { headers: { ...headers, ...more } })).status;
    suite.pass(29 * minute);
    expect(await status()).toBe(200);
    suite.pass(29 * minute);
    expect(await status({ 'x-countersign-poll': '1' })).toBe(200);
    suite.pass(2 * minute);
    expect(await status()).toBe(401);
  });

  test('ends after twelve hours in any case', async () => {
    const suite = await startSuite();
    const headers = await signedIn(suite);
    const status = async () => (await suite.ask('/api/session', { headers })).status;
    for (let passed = 0; passed < 720; passed += 20) {
      expect(await status()).toBe(200);
      suite.pass(20 * minute);
    }
    expect(await status()).toBe(401);
  });

  test('ends when the operator says', async () => {
    const environment = { COUNTERSIGN_SESSION_IDLE: '5m', COUNTERSIGN_SESSION_LIFE: '8m' };
    const suite = await startSuite({ environment });
    const status = async (headers: Record<string, string>) => (await suite.ask('/api/session', { headers })).status;
    const [idle, used] = [await signedIn(suite), await signedIn(suite)];
    suite.pass(4 * minute);
    expect(await status(used)).toBe(200);
    suite.pass(minute);
    expect([await status(idle), await status(used)]).toEqual([401, 200]);
    suite.pass(3 * minute);
    expect(await status(used)).toBe(401);
  });

  test('has a new id at every sign-in, and the one that the browser had until then ends', async () => {
    const suite = await startSuite();
    const first = await signedIn(suite);
    const second = await press(suite, tokenIn(suite.newSignInLink().url), {
      origin: suite.consoleUrl,
      cookie: first.cookie,
    });
    expect(second.headers.get('set-cookie')).not.toContain(first.cookie);
    expect((await suite.ask('/api/session', { headers: first })).status).toBe(401);
  });

  test('ends with all others of its person, when they say so', async () => {
    const suite = await startSuite();
    const [here, elsewhere] = [await signedIn(suite), await signedIn(suite)];
    const headers = { ...here, origin: suite.consoleUrl };
    const signOut = (body: object) => suite.ask('/api/sign-out', { body, headers });
    expect((await signOut({ everywhere: 'yes' })).status).toBe(400);
    expect((await signOut({ everywhere: true })).status).toBe(204);
    expect((await suite.ask('/api/session', { headers: elsewhere })).status).toBe(401);
    expect((await suite.ask('/api/session')).status).toBe(200);
  });

  test('ends when its person signs out', async () => {
    const suite = await startSuite();
    const headers = { ...(await signedIn(suite)), origin: suite.consoleUrl };
    expect((await suite.ask('/api/sign-out', { body: {}, headers })).status).toBe(204);
    expect((await suite.ask('/api/session', { headers })).status).toBe(401);
  });

  test('is what a page needs to be shown; without one it leads to how to sign in', async () => {
    const suite = await startSuite();
    const page = await suite.ask('/changes/chg_0', { headers: {} });
    expect(page.status).toBe(303);
    expect(page.headers.get('location')).toBe('/sign-in?to=%2Fchanges%2Fchg_0');
    const { cookie } = await signedIn(suite);
    expect((await suite.ask('/', { headers: { cookie } })).status).toBe(200);
  });
});

describe('the preset token', () => {
  test('signs a script in, and nothing like it does', async () => {
    const suite = await startSuite();
    expect((await suite.ask('/api/session')).body).toMatchObject({ subject: 'preset-token', how: 'token' });
    const valid = await signedIn(suite);
    for (const authorization of ['Bearer x', 'Bearer ', 'Basic YTpi', 'bearer', `Bearer ${'x'.repeat(40)}`]) {
      // A wrong token is not made good by a session beside it.
      expect((await suite.ask('/api/session', { headers: { ...valid, authorization } })).status).toBe(401);
    }
  });

  test('is of no use to a web page, whoever gave it the token', async () => {
    const suite = await startSuite();
    const id = await suite.proposeNote('x');
    const { body } = await suite.ask(`/api/changes/${id}`);
    const headers = { authorization: 'Bearer a-preset-token-of-more-than-32-characters', origin: 'http://127.0.0.1:1' };
    const decision = { decision: 'approve', seal: body.seal };
    expect((await suite.ask(`/api/changes/${id}/decision`, { body: decision, headers })).status).toBe(403);
  });
});
