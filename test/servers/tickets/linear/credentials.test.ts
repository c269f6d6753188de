import { inspect } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { usualScopes } from '#servers/tickets/linear/credential.ts';
import { openLinear } from '#servers/tickets/linear/open.ts';
import { linearTokens } from '#servers/tickets/linear/tokens.ts';
import { Secret } from '#shared/http/secret.ts';
import { describeLinear } from '#test/fakes/linear/describe.ts';
import { FakeLinear } from '#test/fakes/linear/server.ts';
import { type LinearPlace, newTicket, openPlace, write } from './place.ts';

const refused = { name: 'AppError', code: 'backend_refused' };

describeLinear('the credential of Linear', () => {
  let place: LinearPlace;
  beforeEach(async () => {
    place = await openPlace();
  });
  afterEach(() => place.close());

  test('one token is asked for, with client credentials, and used by everybody until its end is near', async () => {
    const { reader } = place.backend;
    await Promise.all([reader.self(), reader.project('WEB'), reader.project('OPS')]);
    await reader.ticket('WEB-1');
    expect(place.fake.oauth.asked).toBe(1);
    expect([...place.fake.oauth.tokens.values()][0]?.scopes).toEqual(['read', 'write']);
    place.fake.oauth.lifetime = 60;
    place.fake.oauth.revoke();
    await reader.ticket('WEB-1');
    await reader.ticket('WEB-1');
    expect(place.fake.oauth.asked).toBe(3);
  });

  test('a token that ends midway is replaced once, in reads and in writes', async () => {
    const ticket = await newTicket(place);
    place.fake.oauth.revoke();
    expect(await place.backend.reader.ticket(ticket.key)).toEqual(ticket);
    // Between the read that every write begins with and the write itself.
    place.fake.mishaps.push({ on: 'issueUpdate', act: { first: () => place.fake.oauth.revoke() } });
    const written = await write(place, {
      kind: 'update',
      ticket,
      expect: { title: ticket.title },
      set: { title: 'New' },
    });
    expect(written.differs).toEqual([]);
    expect(place.fake.oauth.asked).toBe(3);
  });

  test('where Linear takes the credential no longer, a read says so, and a write says that nothing was done', async () => {
    const ticket = await newTicket(place);
    const client = [...place.fake.oauth.clients.values()][0];
    if (client) client.secret = 'another one';
    place.fake.oauth.revoke();
    await expect(place.backend.reader.ticket(ticket.key)).rejects.toMatchObject(refused);
    const writing = write(place, { kind: 'archive', ticket });
    await expect(writing).rejects.toMatchObject({ name: 'NotDone', kind: 'unavailable' });
  });

  test('an application without the grant gets no token', async () => {
    const client = [...place.fake.oauth.clients.values()][0];
    if (client) client.grants = false;
    await expect(place.backend.reader.self()).rejects.toMatchObject(refused);
  });

  test('a token that may only read does no write', async () => {
    const ticket = await newTicket(place);
    place.fake.oauth.scopes = ['read'];
    place.fake.oauth.revoke();
    const writing = write(place, { kind: 'archive', ticket });
    await expect(writing).rejects.toMatchObject({ name: 'NotDone', kind: 'refused' });
    expect((await place.backend.reader.ticket(ticket.key))?.archived).toBe(false);
  });

  test('a key is sent as it is, and acts as its person', async () => {
    const { fake, alice } = place;
    const key = fake.oauth.key(alice);
    const backend = await openLinear({
      origin: fake.origin,
      userAgent: 'test',
      credential: { kind: 'key', key: new Secret(key) },
    });
    expect(await backend.reader.self()).toEqual({ id: alice.id, name: 'Alice Ito', standing: 'member' });
    expect(fake.sent.at(-1)?.authorization).toBe(key);
    fake.oauth.keys.clear();
    await expect(backend.reader.project('WEB')).rejects.toMatchObject(refused);
    expect(fake.oauth.asked).toBe(0);
  });

  test('no secret is in an error, however deep, nor in what is shown of the parts', async () => {
    const { fake } = place;
    const secret = 'shh_wrong_secret_0123456789';
    const credential = {
      kind: 'app',
      clientId: 'client_countersign',
      secret: new Secret(secret),
      scopes: usualScopes,
    } as const;
    const backend = await openLinear({ origin: fake.origin, userAgent: 'test', credential });
    const seen: unknown[] = [backend, credential, await backend.examine(['WEB'])];
    const failures = [backend.reader.self(), place.backend.reader.self().then(() => Promise.reject(new Error('none')))];
    for (const failed of await Promise.allSettled(failures)) if (failed.status === 'rejected') seen.push(failed.reason);
    fake.mishaps.push({ on: 'any', act: { status: 500 } });
    seen.push(await place.backend.reader.project('WEB').catch((error: unknown) => error));
    const tokens = [
      ...fake.oauth.tokens.keys(),
      ...[...fake.oauth.clients.values()].map((client) => client.secret),
      secret,
    ];
    const text = inspect(seen, { depth: 20, showHidden: true }) + JSON.stringify(seen);
    for (const token of tokens) expect(text).not.toContain(token);
  });

  test('no request and no token goes where a redirect points', async () => {
    const other = await new FakeLinear().start();
    try {
      const ticket = await newTicket(place);
      place.fake.mishaps.push({ on: 'issueArchive', act: { redirect: `${other.origin}/graphql` } });
      await expect(write(place, { kind: 'archive', ticket })).rejects.not.toMatchObject({ name: 'NotDone' });
      place.fake.mishaps.push({ on: 'issue', act: { redirect: `${other.origin}/graphql` } });
      await expect(place.backend.reader.ticket(ticket.key)).rejects.toMatchObject({ code: 'backend_unavailable' });
      expect(other.sent).toEqual([]);
    } finally {
      await other.stop();
    }
  });
});

test('a token that no header can carry is not used, and quoted nowhere', async () => {
  const given = { access_token: 'lin\u2028secret-part', expires_in: 3600 };
  const credential = { kind: 'app', clientId: 'id', secret: new Secret('client-secret'), scopes: usualScopes } as const;
  const fetch = async () => Response.json(given);
  const tokens = linearTokens({ origin: 'https://linear.example', credential, fetch, now: Date.now });
  const error = await tokens.get().catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'backend_unavailable' });
  expect(inspect(error, { depth: 9 })).not.toMatch(/secret-part|client-secret/);
});
