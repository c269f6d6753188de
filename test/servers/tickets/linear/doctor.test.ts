import { afterEach, beforeEach, expect, test } from 'vitest';
import { openLinear } from '#servers/tickets/linear/open.ts';
import { report } from '#shared/doctor/report.ts';
import { Secret } from '#shared/http/secret.ts';
import { describeLinear } from '#test/fakes/linear/describe.ts';
import { type LinearPlace, openPlace } from './place.ts';

describeLinear('the doctor, of Linear', () => {
  let place: LinearPlace;
  beforeEach(async () => {
    place = await openPlace();
  });
  afterEach(() => place.close());

  const examined = async (projects: readonly string[] = ['WEB']) => {
    const said = report.parse(await place.backend.examine(projects));
    return Object.fromEntries(
      said.findings.map(({ about, check, verdict, message }) => [`${about} ${check}`, `${verdict}: ${message}`]),
    );
  };

  test('tells who acts, how old the token is, what it may do, and which teams are seen', async () => {
    const { fake, app } = place;
    fake.workspace.team('SECRET', { visibility: 'private' });
    fake.workspace.team('OLD', { retiredAt: '2026-01-01T00:00:00.000Z' });
    expect(await examined(['WEB', 'SECRET', 'OLD', 'NONE'])).toEqual({
      [`${fake.origin} api`]: 'ok: It answers.',
      [`${fake.origin} clock`]: expect.stringMatching(/^ok: The clocks are \d+ s apart\.$/),
      'credential account': `ok: It acts as "${app.name}" in the workspace "Acme".`,
      'credential age': expect.stringMatching(/^ok: Its token is 0 h old and ends in 720 h/),
      'credential powers': 'ok: It has the scopes read, write, and no more.',
      'WEB project': 'ok: The team can be seen.',
      'SECRET project': 'wrong: There is no such team, or this server cannot see it.',
      'OLD project': 'advice: The team was retired: nothing new can be written to it.',
      'NONE project': 'wrong: There is no such team, or this server cannot see it.',
    });
  });

  test('says that a clock is wrong, and what the token lacks or has too much', async () => {
    place.fake.clockAheadMs = 3_600_000;
    place.fake.oauth.scopes = ['read'];
    const lacking = await examined();
    expect(lacking[`${place.fake.origin} clock`]).toMatch(/^wrong: The clocks are 3[56]\d\d s apart\.$/);
    expect(lacking['credential powers']).toBe('wrong: It lacks the scope write.');
    place.fake.oauth.scopes = ['read', 'write', 'admin'];
    place.fake.oauth.revoke();
    expect((await examined())['credential powers']).toBe('advice: It has more than is needed: admin.');
  });

  test('a credential that is not taken is found, and no team is looked for with it', async () => {
    const client = [...place.fake.oauth.clients.values()][0];
    if (client) client.secret = 'another one';
    const found = await examined();
    expect(found['credential account']).toBe('wrong: Linear does not take the client credentials of this server.');
    const { findings } = await place.backend.examine([]);
    expect(findings.find(({ check }) => check === 'account')?.next).toMatch(/^Check the client id and secret/);
    expect(found).not.toHaveProperty(['WEB project']);
  });

  test('a key is taken, with the advice to use an application', async () => {
    const { fake, alice } = place;
    const key = new Secret(fake.oauth.key(alice));
    const backend = await openLinear({ origin: fake.origin, userAgent: 'test', credential: { kind: 'key', key } });
    const { findings } = await backend.examine([]);
    expect(findings.find(({ check }) => check === 'age')?.verdict).toBe('advice');
    expect(findings.find(({ check }) => check === 'powers')?.verdict).toBe('unseen');
  });

  test('nobody at the address is an answer too', async () => {
    await place.fake.stop();
    expect(await place.backend.examine(['WEB'])).toMatchObject({
      reached: false,
      findings: [{ check: 'api', verdict: 'wrong' }],
    });
    place = await openPlace();
  });
});
