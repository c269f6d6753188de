import { inspect } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { jira as product } from '#servers/tickets/jira/product.ts';
import { endpointsOf } from '#shared/atlassian/endpoints.ts';
import { Secret } from '#shared/http/secret.ts';
import { document, type JiraPlace, openPlace, ticketIn, write } from './place.ts';

let jira: JiraPlace;
beforeEach(async () => {
  jira = await openPlace();
});
afterEach(async () => {
  await jira.close();
  expect(jira.fake.violations).toEqual([]);
});

const templates = () => jira.fake.sent.map(({ name }) => name);

test('one token serves many reads, and the writer has another one that can write', async () => {
  const ticket = await ticketIn(jira, jira.web);
  await Promise.all([jira.reader.ticket(ticket.key), jira.reader.project('WEB'), jira.reader.linkTypes()]);
  expect(jira.fake.oauth.asked).toBe(1);
  await write(jira.backend, { kind: 'comment', ticket, body: document('Hello'), visibleTo: 'team' });
  expect(jira.fake.oauth.asked).toBe(2);
  const [reading] = jira.fake.sent;
  const posted = jira.fake.sent.find(({ name }) => /^POST .*\}\/comment$/.test(name));
  expect(posted?.authorization).toMatch(/^bearer /);
  expect(posted?.authorization).not.toBe(reading?.authorization);
});

test("the reader's token cannot write", async () => {
  await jira.reader.self();
  const [{ authorization } = { authorization: '' }] = jira.fake.sent;
  const caller = jira.fake.oauth.callerOf(authorization);
  expect(caller?.scopes).toEqual(['read:jira-user', 'read:jira-work']);
});

test('a token is not used in its last five minutes', async () => {
  let time = Date.now();
  const backend = await jira.open({ now: () => time });
  await backend.reader.linkTypes();
  time += 54 * 60_000;
  await backend.reader.linkTypes();
  expect(jira.fake.oauth.asked).toBe(1);
  time += 2 * 60_000;
  await backend.reader.linkTypes();
  expect(jira.fake.oauth.asked).toBe(2);
});

test('a token that ends mid-way is replaced once, for a read and for a write, and the write is done once', async () => {
  const ticket = await ticketIn(jira, jira.web);
  jira.fake.oauth.revokeAll();
  expect(await jira.reader.ticket(ticket.key)).toMatchObject({ id: ticket.id });
  await write(jira.backend, { kind: 'comment', ticket, body: document('One'), visibleTo: 'team' });
  jira.fake.mishaps.push({ on: 'write', act: { first: () => jira.fake.oauth.revokeAll() } });
  await write(jira.backend, { kind: 'comment', ticket, body: document('Two'), visibleTo: 'team' });
  const { items } = await jira.reader.comments(ticket, { limit: 10 });
  expect(items.map(({ body }) => body.text.trim())).toEqual(['Two', 'One']);
});

test('a credential that is not taken is said to be so after one more try, without the secret', async () => {
  const credential = { kind: 'client', clientId: 'nobody', secret: new Secret(jira.secret) } as const;
  const backend = await jira.open({ credential });
  const error = await backend.reader.project('WEB').catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'backend_refused', message: expect.stringContaining('client credentials') });
  expect(inspect(error, { depth: 9 })).not.toContain(jira.secret);
  const ticket = await ticketIn(jira, jira.web);
  const writing = write(backend, { kind: 'comment', ticket, body: document('Hello'), visibleTo: 'team' });
  await expect(writing).rejects.toMatchObject({ name: 'NotDone', kind: 'unavailable' });
});

test('a token that Jira never takes ends in a refusal, not in a loop', async () => {
  jira.fake.mishaps.push(...[1, 2].map(() => ({ on: 'read', act: { status: 401 } }) as const));
  await expect(jira.reader.linkTypes()).rejects.toMatchObject({ code: 'backend_refused' });
  expect(templates()).toHaveLength(2);
});

test('a credential without the scope to write reads, and its writes wait for the operator', async () => {
  const client = jira.fake.oauth.client(jira.bot.accountId, ['read:jira-user', 'read:jira-work']);
  const credential = { kind: 'client', clientId: client.id, secret: new Secret(client.secret) } as const;
  const backend = await jira.open({ credential });
  const ticket = await ticketIn(jira, jira.web);
  expect(await backend.reader.ticket(ticket.key)).toMatchObject({ id: ticket.id });
  // Scopes are told by what Jira publishes of its API; without it, the fake lets everything pass.
  jira.fake.mishaps.push(...[1, 2].map(() => ({ on: 'write', act: { status: 401 } }) as const));
  const writing = write(backend, { kind: 'comment', ticket, body: document('Hello'), visibleTo: 'team' });
  await expect(writing).rejects.toMatchObject({ name: 'NotDone', kind: 'unavailable' });
});

test('an API token goes to the site as basic authentication', async () => {
  const secret = jira.fake.oauth.apiToken(jira.bot.accountId, 'bot@acme.example');
  const { origin } = jira.fake;
  const backend = await jira.open({
    endpoints: endpointsOf(product, {
      site: origin,
      cloudId: undefined,
      gateway: origin,
      token: `${origin}/oauth/token`,
    }),
    credential: { kind: 'token', email: 'bot@acme.example', secret: new Secret(secret) },
  });
  expect(await backend.reader.self()).toMatchObject({ id: jira.bot.accountId });
  expect(jira.fake.oauth.asked).toBe(0);
  expect(jira.fake.sent[0]).toMatchObject({
    path: '/rest/api/3/myself',
    authorization: expect.stringMatching(/^basic /),
  });
});

test('no redirect is followed, by reads, by writes or for a token', async () => {
  const elsewhere = { redirect: `${jira.fake.origin}/elsewhere` };
  const ticket = await ticketIn(jira, jira.web);
  jira.fake.mishaps.push({ on: 'read', act: elsewhere });
  await expect(jira.reader.linkTypes()).rejects.toMatchObject({ code: 'backend_unavailable' });
  jira.fake.mishaps.push({ on: 'write', act: elsewhere });
  const writing = write(jira.backend, { kind: 'comment', ticket, body: document('Hello'), visibleTo: 'team' });
  await expect(writing).rejects.not.toMatchObject({ name: 'NotDone' });
  jira.fake.mishaps.push({ on: 'token', act: elsewhere });
  const fresh = await jira.open();
  await expect(fresh.reader.linkTypes()).rejects.toMatchObject({ code: 'backend_unavailable' });
  expect(jira.fake.sent.some(({ path }) => path === '/elsewhere')).toBe(false);
});

test('what Jira quotes of a request does not get into an error', async () => {
  const words = { errorMessages: ['Authorization: Bearer eyJhbGciOi.secret-part and ATATT3xSecretTokenValue'] };
  jira.fake.mishaps.push({ on: 'read', act: { status: 403, body: words } });
  const error = await jira.reader.linkTypes().catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'backend_refused' });
  expect(inspect(error, { depth: 9 })).not.toMatch(/secret-part|SecretTokenValue/);
});
