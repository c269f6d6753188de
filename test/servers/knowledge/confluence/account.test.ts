import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { confluence as product } from '#servers/knowledge/confluence/product.ts';
import {
  confluenceOptions,
  confluenceSettings,
  withConfluenceCredential,
} from '#servers/knowledge/confluence/settings.ts';
import { parseEnvironment } from '#shared/config/environment.ts';
import { Secret } from '#shared/http/secret.ts';
import { everything } from '#test/fakes/confluence/site.ts';
import { type ConfluencePlace, openPlace, pageIn, write } from './place.ts';

let place: ConfluencePlace;
beforeEach(async () => {
  place = await openPlace();
});
afterEach(async () => {
  await place.close();
  expect(place.fake.violations).toEqual([]);
});

describe('the credential', () => {
  test('gives a reader tokens that cannot write, and both as many as are needed', async () => {
    const page = await pageIn(place, place.ops);
    await Promise.all([place.reader.page(page.id), place.reader.namespace('OPS'), place.reader.self()]);
    expect(place.fake.oauth.asked).toBe(1);
    const caller = place.fake.oauth.callerOf(place.fake.sent[0]?.authorization ?? '');
    expect(caller?.scopes?.toSorted()).toEqual(product.scopes.read.toSorted());
    const document = { format: 'storage', native: '<p>Hi</p>', text: 'Hi' } as const;
    await write(place.backend, { kind: 'comment', page, body: document, replyTo: null });
    expect(place.fake.oauth.asked).toBe(2);
  });

  test('that is not taken is said to be so, without the secret', async () => {
    const credential = { kind: 'client', clientId: 'nobody', secret: new Secret(place.secret) } as const;
    const { reader } = await place.open({ credential });
    const error = await reader.namespace('OPS').catch((thrown: unknown) => thrown);
    const next = 'Ask the operator to run countersign doctor knowledge.';
    expect(error).toMatchObject({ code: 'backend_refused', next });
    expect(inspect(error, { depth: 9 })).not.toContain(place.secret);
  });
});

describe('the doctor', () => {
  test('finds what is wrong with a space, and what is more than is needed', async () => {
    const { fake, bot, hr, backend } = place;
    hr.permissions.set(bot.accountId, new Set(['read space', 'purge page']));
    const { findings, reached, server } = await backend.examine(['OPS', 'HR', 'OLD', 'BOARD']);
    const said = (about: string) =>
      findings.filter((one) => one.about === about).map(({ verdict, message }) => `${verdict}: ${message}`);
    expect([reached, server]).toEqual([true, 'knowledge']);
    expect(said('OPS')).toEqual(['ok: It can be seen.', 'ok: The account may do there what the tools can do.']);
    expect(said('HR')).toContain(
      'advice: The account may not create page, create comment, delete page: the tools that need it are refused.',
    );
    expect(said('HR')).toContain('advice: No tool needs to purge page.');
    expect(said('OLD')).toContain('advice: It is archived: nothing can be written to it.');
    expect(said('BOARD')).toEqual(['wrong: There is no such space, or this server cannot see it.']);
    expect(said('credential')).toContainEqual(expect.stringMatching(/^ok: It acts as "Countersign" \(app\)/));
    expect(said('credential').filter((one) => one.includes('and no more'))).toHaveLength(2);
    expect(fake.sent.every(({ method, name }) => method === 'GET' || name.endsWith('users-bulk'))).toBe(true);
  });

  test('says that Confluence does not answer', async () => {
    place.fake.mishaps.push(...[1, 2, 3].map(() => ({ on: 'read', act: 'lose_request' }) as const));
    const { reached, findings } = await place.backend.examine(['OPS']);
    expect([reached, findings.map(({ verdict }) => verdict)]).toEqual([false, ['wrong', 'wrong']]);
  });
});

describe('what a sponsor may do', () => {
  const access = () => place.backend.sponsorAccess((sponsor) => sponsor);

  test('is what the space gives to them and to their groups', async () => {
    const { alice, mallory, fake } = place;
    const nobody = fake.site.user('Nobody');
    const levels = [alice, mallory, nobody].map(({ accountId }) => access().levelOf(accountId, 'OPS'));
    expect(await Promise.all(levels)).toEqual(['write', 'read', 'none']);
    expect(await access().levelOf(alice.accountId, 'BOARD')).toBe('none');
    expect(access().about({ want: 'write', namespace: 'OPS' })).toEqual({ thing: 'OPS', wants: 'write' });
  });

  test('cannot be told where roles give it, and nothing is let through then', async () => {
    const { ops, fake } = place;
    const nobody = fake.site.user('Nobody');
    ops.permissions.set('role-1', everything);
    await expect(access().levelOf(nobody.accountId, 'OPS')).rejects.toMatchObject({
      code: 'bad_configuration',
      next: expect.stringContaining('sponsor_access: unverified'),
    });
    expect(await access().levelOf(place.alice.accountId, 'OPS')).toBe('write');
  });
});

test('the settings are those of an account of Atlassian, and name what is missing', () => {
  const prefix = 'COUNTERSIGN_KNOWLEDGE_CONFLUENCE_';
  const read = (settings: Readonly<Record<string, string>>) => {
    const environment = Object.fromEntries(Object.entries(settings).map(([name, value]) => [prefix + name, value]));
    const schema = withConfluenceCredential(z.object(confluenceSettings), environment);
    return confluenceOptions(parseEnvironment(schema, environment, 'The knowledge server'));
  };
  const client = { CLOUD_ID: 'a1', CLIENT_ID: 'id', CLIENT_SECRET: 'ATOA-the-client-secret' };
  const options = read({ SITE: 'https://acme.atlassian.net', ...client });
  expect(options.endpoints).toEqual({
    site: 'https://acme.atlassian.net',
    api: 'https://api.atlassian.com/ex/confluence/a1',
    token: 'https://auth.atlassian.com/oauth/token',
  });
  expect(inspect(options, { depth: 9 })).not.toContain('the-client-secret');
  expect(() => read({})).toThrow(`${prefix}SITE: is needed`);
  expect(() => read({ SITE: 'https://acme.atlassian.net' })).toThrow(`${prefix}CLIENT_ID: is needed`);
  expect(() => read({ SITE: 'https://acme.atlassian.net/wiki', ...client })).toThrow('must be a host alone');
});
