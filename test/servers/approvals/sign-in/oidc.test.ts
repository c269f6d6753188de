import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { findChange } from '#shared/ledger/changes.ts';
import { findSealed } from '#shared/ledger/proposals.ts';
import { type Forgery, type IdentityProvider, startIdentityProvider } from '#test/fakes/identity-provider.ts';
import { type Answer, type Suite, startSuite } from '../kit.ts';

const minute = 60_000;

/** The approvals server before a real provider, which lets everybody in unless told otherwise. */
async function start(
  options: { environment?: Record<string, string>; files?: Record<string, string> } = {},
): Promise<{ suite: Suite; provider: IdentityProvider; folder: string }> {
  const provider = await startIdentityProvider();
  onTestFinished(() => provider.close());
  const folder = mkdtempSync(join(tmpdir(), 'countersign-oidc-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const files = { 'client-secret': `${provider.clientSecret}\n`, ...options.files };
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(folder, name), text.replaceAll('ISSUER', provider.issuer), { mode: 0o600 });
  }
  const suite = await startSuite({
    environment: {
      COUNTERSIGN_APPROVER_TOKEN: undefined,
      COUNTERSIGN_SIGN_IN: 'oidc',
      COUNTERSIGN_OIDC_ISSUER: provider.issuer,
      COUNTERSIGN_OIDC_CLIENT_ID: provider.clientId,
      COUNTERSIGN_OIDC_CLIENT_SECRET_FILE: join(folder, 'client-secret'),
      COUNTERSIGN_OIDC_SCOPES: 'openid profile groups',
      ...('people.yaml' in files
        ? { COUNTERSIGN_PEOPLE: join(folder, 'people.yaml') }
        : { COUNTERSIGN_SIGN_IN_ALLOW: 'everyone' }),
      ...options.environment,
    },
  });
  provider.register(`${suite.consoleUrl}/sign-in/callback`);
  return { suite, provider, folder };
}

const post = (suite: Suite, path: string, body: object, headers: Record<string, string> = {}) =>
  suite.ask(path, { body, headers: { origin: suite.consoleUrl, ...headers } });

type Begun = { readonly ticket: string; readonly location: string };

async function begin(suite: Suite): Promise<Begun> {
  const { status, body } = await post(suite, '/sign-in/oidc', {});
  expect(status).toBe(200);
  return body;
}

/** Follows the provider's redirections as a browser does, to the address at which it sends people back. */
async function visit(suite: Suite, location: string): Promise<URL> {
  const jar = new Map<string, string>();
  for (let at = new URL(location); ; ) {
    if (at.origin === suite.consoleUrl) return at;
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(at, { headers: { cookie }, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      jar.set(name, value);
    }
    const next = response.headers.get('location');
    if (next === null) throw new Error(`the provider stops with ${response.status}`);
    at = new URL(next, at);
  }
}

const finish = (suite: Suite, { search }: URL, ticket: string): Promise<Answer> =>
  post(suite, '/sign-in/callback', { query: search, ticket });

/** The whole way; answers what the callback answered. */
async function signIn(suite: Suite): Promise<Answer> {
  const { ticket, location } = await begin(suite);
  return finish(suite, await visit(suite, location), ticket);
}

function headersOf({ headers, body }: Answer): Record<string, string> {
  const [cookie = ''] = (headers.get('set-cookie') ?? '').split(';');
  return { cookie, 'x-countersign-key': body.key };
}

const eventsOf = async (suite: Suite) =>
  (await suite.ledger.db.selectFrom('events').select(['type', 'actor', 'body']).execute()).map((event) => ({
    type: event.type,
    actor: JSON.parse(event.actor),
    body: JSON.parse(event.body),
  }));

describe('signing in at an OpenID provider', () => {
  test('makes a session of issuer and subject, with the name and groups that the provider tells', async () => {
    const { suite, provider } = await start();
    provider.account = { subject: 'user-1', name: 'Alice \u202eAdams', groups: ['platform', 'leads'] };
    const { ticket, location } = await begin(suite);
    const asked = new URL(location).searchParams;
    expect(Object.fromEntries(asked)).toMatchObject({
      client_id: provider.clientId,
      response_type: 'code',
      redirect_uri: `${suite.consoleUrl}/sign-in/callback`,
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
    });
    const answer = await finish(suite, await visit(suite, location), ticket);
    expect(answer.status).toBe(200);
    const session = await suite.ask('/api/session', { headers: headersOf(answer) });
    expect(session.body).toEqual({
      asks: [],
      issuer: provider.issuer,
      subject: 'user-1',
      how: 'oidc',
      name: 'Alice Adams',
      person: null,
      responds: false,
      groups: [
        { group: 'platform', from: ['claim'] },
        { group: 'leads', from: ['claim'] },
      ],
    });
    const actor = { kind: 'person', issuer: provider.issuer, subject: 'user-1' };
    expect(await eventsOf(suite)).toEqual([{ type: 'person.signed_in', actor, body: { how: 'oidc' } }]);
  });

  test('unites the groups of the claim with those of the list of people, and says which gave which', async () => {
    const people = `people:
  alice: { sign_in: [{ issuer: "ISSUER", subject: user-1 }], groups: [platform, auditors] }
`;
    const { suite, provider } = await start({ files: { 'people.yaml': people } });
    provider.account = { subject: 'user-1', groups: ['platform', 'leads'] };
    const { body } = await suite.ask('/api/session', { headers: headersOf(await signIn(suite)) });
    expect(body).toMatchObject({ person: 'alice', name: null });
    expect(body.groups).toEqual([
      { group: 'platform', from: ['people', 'claim'] },
      { group: 'auditors', from: ['people'] },
      { group: 'leads', from: ['claim'] },
    ]);
  });

  test('takes another claim for the groups where the operator says so, and one group alone as text', async () => {
    const { suite, provider } = await start({ environment: { COUNTERSIGN_GROUPS_CLAIM: 'https://id.example/roles' } });
    provider.forge = (claims) => ({ claims: { ...claims, 'https://id.example/roles': 'leads', groups: ['no'] } });
    const { body } = await suite.ask('/api/session', { headers: headersOf(await signIn(suite)) });
    expect(body.groups).toEqual([{ group: 'leads', from: ['claim'] }]);
  });

  test('lets in only whom the list names, and shows out whoever is taken off it', async () => {
    const of = (subject: string) => `people:\n  alice: { sign_in: [{ issuer: "ISSUER", subject: ${subject} }] }\n`;
    const { suite, provider, folder } = await start({ files: { 'people.yaml': of('user-1') } });
    provider.account = { subject: 'user-2', name: 'user-1' };
    expect(await signIn(suite)).toMatchObject({ status: 403, body: { error: { code: 'not_permitted' } } });
    const actor = { kind: 'person', issuer: provider.issuer, subject: 'user-2' };
    const refused = { type: 'person.refused', actor, body: { how: 'oidc', problem: 'not_admitted' } };
    expect(await eventsOf(suite)).toEqual([refused]);

    provider.account = { subject: 'user-1' };
    const headers = headersOf(await signIn(suite));
    expect((await suite.ask('/api/changes', { headers })).status).toBe(200);
    writeFileSync(join(folder, 'people.yaml'), of('user-3').replaceAll('ISSUER', provider.issuer));
    expect((await suite.ask('/api/changes', { headers })).status).toBe(403);
    writeFileSync(join(folder, 'people.yaml'), '');
    const broken = await suite.ask('/api/changes', { headers });
    expect(broken).toMatchObject({ status: 500, body: { error: { code: 'bad_configuration' } } });
  });

  test('lets in whoever is in a named group', async () => {
    const { suite, provider } = await start({ environment: { COUNTERSIGN_SIGN_IN_ALLOW: 'group:leads, group:ops' } });
    provider.account = { subject: 'user-1', groups: ['Leads', 'people'] };
    expect((await signIn(suite)).status).toBe(403);
    provider.account = { subject: 'user-1', groups: ['ops'] };
    expect((await signIn(suite)).status).toBe(200);
  });

  test('has no links, no preset token, and no other way in', async () => {
    const { suite } = await start();
    expect(suite.links).toEqual([]);
    const token = suite.newSignInLink().url.split('/').at(-1);
    expect((await post(suite, '/sign-in', { token })).status).toBe(404);
    expect((await post(suite, '/sign-in-links', {})).status).toBe(404);
    expect((await post(suite, '/sign-in/proxy', {})).status).toBe(404);
    const headers = headersOf(await signIn(suite));
    expect((await post(suite, '/api/sign-in-links', {}, headers)).status).toBe(403);
  });

  test('does not answer the rule that a person at this machine decides', async () => {
    const { suite } = await start();
    const id = await suite.proposeNote('x');
    const headers = headersOf(await signIn(suite));
    const seal = (await findSealed(suite.ledger.db, id))?.seal;
    const decided = await post(suite, `/api/changes/${id}/decision`, { decision: 'approve', seal }, headers);
    // What one may not decide one does not see.
    expect(decided).toMatchObject({ status: 404, body: { error: { code: 'not_found' } } });
    expect((await findChange(suite.ledger.db, id))?.status).toBe('pending');
  });
});

describe('a terminal', () => {
  const secretOf = (text: string) => text.padEnd(43, '-');
  const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });
  const people = `people:
  alice: { sign_in: [{ issuer: "ISSUER", subject: user-1 }], groups: [platform] }
`;

  async function asks(suite: Suite, secret: string): Promise<{ code: string; id: string }> {
    const asked = await suite.ask('/terminals', { headers: bearer(secret), body: { host: 'laptop\u202e' } });
    expect(asked.status).toBe(201);
    const { code, link } = asked.body;
    expect(link).toMatch(new RegExp(`^${suite.consoleUrl}/terminal/[\\w-]{22}$`));
    return { code, id: link.split('/').at(-1) };
  }
  const statusOf = async (suite: Suite, secret: string) =>
    (await suite.ask('/terminals', { headers: bearer(secret) })).body.status;
  const answer = (suite: Suite, id: string, said: string, headers: Record<string, string>) =>
    post(suite, `/api/terminals/${id}`, { answer: said }, headers);
  const whoIs = (suite: Suite, secret: string) => suite.ask('/api/session', { headers: bearer(secret) });

  test('is signed in as the person who confirms it in their browser, and is out when they are', async () => {
    const { suite, provider, folder } = await start({ files: { 'people.yaml': people } });
    const [one, two, three] = [secretOf('one'), secretOf('two'), secretOf('three')];
    const { code, id } = await asks(suite, one);
    expect(code).toMatch(/^[B-Z]{4}-[B-Z]{4}$/);
    expect([await statusOf(suite, one), await statusOf(suite, two)]).toEqual(['waiting', 'unknown']);
    expect((await whoIs(suite, one)).status).toBe(401);
    const headers = headersOf(await signIn(suite));
    expect((await suite.ask(`/api/terminals/${id}`, { headers })).body).toMatchObject({
      code,
      host: expect.stringContaining('⟨U+202E'),
      address: '127.0.0.1',
    });
    // Neither another page nor who has only the cookie answers, and no terminal does.
    const { cookie = '' } = headers;
    const body = { answer: 'confirm' };
    const evil = { ...headers, origin: 'http://127.0.0.1:1' };
    expect((await suite.ask(`/api/terminals/${id}`, { headers: evil, body })).status).toBe(403);
    expect((await answer(suite, id, 'confirm', { cookie })).status).toBe(401);
    expect((await suite.ask(`/api/terminals/${id}`, { headers: bearer(one), body })).status).toBe(401);
    expect(await statusOf(suite, one)).toBe('waiting');

    expect((await answer(suite, id, 'confirm', headers)).status).toBe(204);
    expect((await answer(suite, id, 'confirm', headers)).status).toBe(404);
    expect(await statusOf(suite, one)).toBe('confirmed');
    expect((await whoIs(suite, one)).body).toMatchObject({ subject: 'user-1', person: 'alice', how: 'oidc' });
    const actor = { kind: 'person', issuer: provider.issuer, subject: 'user-1' };
    const signedIn = { type: 'person.signed_in', actor, body: { how: 'oidc', terminal: '127.0.0.1' } };
    expect((await eventsOf(suite)).at(-1)).toEqual(signedIn);

    // It reaches the API alone, and signs in nothing else.
    const asCookie = { cookie: `__Host-countersign=${one}`, 'x-countersign-key': one };
    expect((await suite.ask('/', { headers: asCookie })).status).toBe(303);
    expect((await suite.ask('/api/session', { headers: asCookie })).status).toBe(401);
    const other = await asks(suite, two);
    const asTerminal = { headers: bearer(one), body };
    expect((await suite.ask(`/api/terminals/${other.id}`, asTerminal)).status).toBe(403);
    expect((await suite.ask('/api/sign-in-links', { headers: bearer(one), body: {} })).status).toBe(403);

    await answer(suite, other.id, 'confirm', headers);
    expect((await suite.ask('/api/sign-out', { headers: bearer(one), body: {} })).status).toBe(204);
    expect([(await whoIs(suite, one)).status, (await whoIs(suite, two)).status]).toEqual([401, 200]);
    await answer(suite, (await asks(suite, three)).id, 'confirm', headers);
    writeFileSync(
      join(folder, 'people.yaml'),
      people.replace('user-1', 'user-2').replaceAll('ISSUER', provider.issuer),
    );
    expect((await whoIs(suite, three)).status).toBe(403);
    writeFileSync(join(folder, 'people.yaml'), people.replaceAll('ISSUER', provider.issuer));
    expect((await post(suite, '/api/sign-out', { everywhere: true }, headers)).status).toBe(204);
    expect([(await whoIs(suite, two)).status, (await whoIs(suite, three)).status]).toEqual([401, 401]);
    expect(suite.logged.join()).not.toContain(one);
  });

  test('that is refused, or waits too long, is not; and one that is signed in is for eight hours at most', async () => {
    const { suite } = await start({ environment: { COUNTERSIGN_SESSION_IDLE: '5h', COUNTERSIGN_SESSION_LIFE: '12h' } });
    const headers = headersOf(await signIn(suite));
    const [no, late, yes] = [secretOf('no'), secretOf('late'), secretOf('yes')];
    await answer(suite, (await asks(suite, no)).id, 'refuse', headers);
    expect([await statusOf(suite, no), (await whoIs(suite, no)).status]).toEqual(['refused', 401]);
    expect((await eventsOf(suite)).at(-1)).toMatchObject({ type: 'person.refused', body: { terminal: '127.0.0.1' } });
    const { id } = await asks(suite, late);
    await answer(suite, (await asks(suite, yes)).id, 'confirm', headers);
    suite.pass(5 * minute);
    expect((await answer(suite, id, 'confirm', headers)).status).toBe(404);
    expect(await statusOf(suite, late)).toBe('unknown');
    for (const [minutes, status] of [
      [240, 200],
      [230, 200],
      [5, 401],
    ] as const) {
      suite.pass(minutes * minute);
      expect([minutes, (await whoIs(suite, yes)).status]).toEqual([minutes, status]);
    }
    for (const short of ['short', '', `${secretOf('long')}x`]) {
      const refused = await suite.ask('/terminals', { headers: bearer(short), body: { host: 'x' } });
      expect(refused.status).toBeGreaterThanOrEqual(400);
    }
  });
});

describe('an answer of the provider', () => {
  const refused = (answer: Answer, problem: string, status = 401) => {
    expect(answer.status).toBe(status);
    expect(answer.body.error.message).toMatch(new RegExp(`\\(${problem}\\)$`));
    expect(answer.headers.get('set-cookie')).toBe(null);
  };

  test('counts once, for the page that began, within ten minutes', async () => {
    const { suite } = await start();
    const [mine, other] = [await begin(suite), await begin(suite)];
    const back = await visit(suite, mine.location);
    refused(await finish(suite, back, other.ticket), 'unknown_state');
    refused(await finish(suite, new URL('?code=x&state=y', back), mine.ticket), 'unknown_state');
    refused(await finish(suite, new URL('?code=x', back), mine.ticket), 'unknown_state');
    // Nothing of that used it up for whoever has the ticket.
    expect((await finish(suite, back, mine.ticket)).status).toBe(200);
    refused(await finish(suite, back, mine.ticket), 'used_before');

    const late = await begin(suite);
    const lateBack = await visit(suite, late.location);
    suite.pass(10 * minute);
    refused(await finish(suite, lateBack, late.ticket), 'too_late', 410);
  });

  test('with a code that was used elsewhere is refused', async () => {
    const { suite } = await start();
    const [first, second] = [await begin(suite), await begin(suite)];
    const used = await visit(suite, first.location);
    expect((await finish(suite, used, first.ticket)).status).toBe(200);
    const swapped = await visit(suite, second.location);
    swapped.searchParams.set('code', used.searchParams.get('code') ?? '');
    refused(await finish(suite, swapped, second.ticket), 'code_refused');
  });

  test('that says no, or comes from another provider, is refused without its words', async () => {
    const { suite, provider } = await start();
    provider.denies = true;
    const denied = await signIn(suite);
    refused(denied, 'provider_refused');
    expect(JSON.stringify(denied.body)).not.toContain('a text of the provider');
    provider.denies = false;
    const { ticket, location } = await begin(suite);
    const back = await visit(suite, location);
    back.searchParams.set('iss', 'https://other.example');
    refused(await finish(suite, back, ticket), 'wrong_issuer');
  });

  const now = () => Math.floor(Date.now() / 1000);
  const forgeries: [problem: string, what: string, forge: Forgery][] = [
    ['wrong_issuer', 'another issuer', (claims) => ({ claims: { ...claims, iss: 'https://other.example' } })],
    ['wrong_audience', 'another client', (claims) => ({ claims: { ...claims, aud: 'another' } })],
    ['wrong_audience', 'a second audience', (claims) => ({ claims: { ...claims, aud: ['countersign', 'another'] } })],
    ['wrong_nonce', 'another sign-in', (claims) => ({ claims: { ...claims, nonce: 'another' } })],
    ['missing_claims', 'no subject', ({ sub: _sub, ...claims }) => ({ claims })],
    ['missing_claims', 'no nonce', ({ ['nonce']: _nonce, ...claims }) => ({ claims })],
    ['clock_skew', 'the past', (claims) => ({ claims: { ...claims, iat: now() - 900, exp: now() - 60 } })],
    ['clock_skew', 'the future', (claims) => ({ claims: { ...claims, iat: now() + 120, exp: now() + 900 } })],
    ['invalid_token', 'a signature that is none', (claims) => ({ claims, unsigned: true })],
  ];
  test('with an ID token that is not what it should be is refused, and says why', async () => {
    const { suite, provider } = await start();
    for (const [problem, what, forge] of forgeries) {
      provider.forge = forge;
      const answer = await signIn(suite);
      expect([what, answer.status, answer.body.error.message]).toEqual([
        what,
        401,
        expect.stringMatching(new RegExp(`\\(${problem}\\)$`)),
      ]);
      expect(answer.headers.get('set-cookie')).toBe(null);
    }
    const actor = { kind: 'server', server: 'approvals' };
    expect(await eventsOf(suite)).toEqual(
      forgeries.map(([problem]) => ({ type: 'person.refused', actor, body: { how: 'oidc', problem } })),
    );
  });

  test('may be a few seconds off', async () => {
    const { suite, provider } = await start();
    provider.forge = (claims) => ({ claims: { ...claims, iat: now() + 5 } });
    expect((await signIn(suite)).status).toBe(200);
  });

  test('that does not come, because the provider is down, is refused until it is back', async () => {
    const { suite, provider } = await start();
    provider.broken = true;
    refused(await post(suite, '/sign-in/oidc', {}), 'provider_unavailable', 503);
    provider.broken = false;
    const { ticket, location } = await begin(suite);
    const back = await visit(suite, location);
    provider.broken = true;
    refused(await finish(suite, back, ticket), 'provider_unavailable', 503);
    provider.broken = false;
    expect((await signIn(suite)).status).toBe(200);
  });

  test('shows up in no log, whatever came of it', async () => {
    const { suite, provider } = await start();
    const { ticket, location } = await begin(suite);
    const back = await visit(suite, location);
    const { body } = await finish(suite, back, ticket);
    provider.forge = (claims) => ({ claims: { ...claims, aud: 'another' } });
    await signIn(suite);
    provider.broken = true;
    await signIn(suite).catch(() => {});
    const logged = suite.logged.join();
    expect(logged).toContain('wrong_audience');
    const secrets = [provider.clientSecret, ticket, body.key, back.searchParams.get('code'), 'eyJ'];
    for (const secret of secrets) expect(logged).not.toContain(secret);
  });

  test('is taken from the console’s own pages alone', async () => {
    const { suite } = await start();
    const { ticket, location } = await begin(suite);
    const back = await visit(suite, location);
    const body = { query: back.search, ticket };
    for (const origin of ['https://evil.example', 'http://127.0.0.1:1', 'null']) {
      expect((await suite.ask('/sign-in/callback', { body, headers: { origin } })).status).toBe(403);
    }
    expect((await suite.ask('/sign-in/callback', { body, headers: {} })).status).toBe(403);
    expect((await finish(suite, back, ticket)).status).toBe(200);
  });

  test('comes back to the one configured address, from wherever somebody began', async () => {
    const { suite } = await start();
    const elsewhere = suite.consoleUrl.replace('127.0.0.1', 'localhost');
    const response = await fetch(`${elsewhere}/sign-in/oidc`, {
      method: 'POST',
      headers: { origin: elsewhere, 'content-type': 'application/json' },
      body: '{}',
    });
    expect(await response.json()).toEqual({ location: `${suite.consoleUrl}/sign-in` });
  });
});
