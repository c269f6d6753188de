import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Secret } from '#shared/http/secret.ts';
import { all } from '#test/fakes/jira/site.ts';
import { type JiraPlace, openPlace } from './place.ts';

let jira: JiraPlace;
beforeEach(async () => {
  jira = await openPlace();
});
afterEach(async () => {
  await jira.close();
  expect(jira.fake.violations).toEqual([]);
});

const verdicts = async (backend = jira.backend, projects: readonly string[] = ['WEB']) => {
  const { findings, ...head } = await backend.examine(projects);
  const of = (check: string) => findings.filter((one) => one.check === check);
  return { head, findings, of, verdict: (check: string) => of(check).map(({ verdict }) => verdict) };
};

describe('the doctor', () => {
  test('finds what is as it should be', async () => {
    const { head, findings, verdict, of } = await verdicts();
    expect(head).toMatchObject({ server: 'tickets', backend: jira.fake.origin, reached: true });
    expect(findings.filter((one) => one.verdict === 'wrong')).toEqual([]);
    expect(verdict('scopes')).toEqual(['ok', 'ok']);
    expect(of('age')[0]?.message).toMatch(/0 min old and ends in 60 min/);
    expect(of('account')[0]?.message).toContain('Countersign');
    expect([verdict('project'), verdict('permissions'), verdict('clock')]).toEqual([['ok'], ['ok'], ['ok']]);
    expect(verdict('sponsors')).toEqual(['unseen']);
    expect(jira.fake.sent.every(({ method }) => method === 'GET')).toBe(true);
  });

  test('finds clocks that are apart', async () => {
    jira.fake.clockAheadMs = 10 * 60_000;
    expect((await verdicts()).of('clock')[0]).toMatchObject({
      verdict: 'wrong',
      message: expect.stringMatching(/60\d|59\d/),
    });
  });

  test('says that Jira cannot be reached, or takes no credential, without any secret', async () => {
    const credential = { kind: 'client', clientId: 'nobody', secret: new Secret(jira.secret) } as const;
    const report = await (await jira.open({ credential })).examine(['WEB']);
    expect(report.reached).toBe(true);
    expect(report.findings.find(({ check }) => check === 'account')).toMatchObject({
      verdict: 'wrong',
      next: expect.stringMatching(/^Check the client id and secret/),
    });
    expect(JSON.stringify(report)).not.toContain(jira.secret);
    const nowhere = { site: 'http://127.0.0.1:1', api: 'http://127.0.0.1:1', token: 'http://127.0.0.1:1/t' };
    expect(await (await jira.open({ endpoints: nowhere })).examine(['WEB'])).toMatchObject({ reached: false });
  });

  test('says of a project that it is not there, archived, renamed, or without what tools need', async () => {
    const { site } = jira.fake;
    site.project('GONE');
    const old = site.project('OLD');
    old.archived = true;
    old.permissions.set(jira.bot.accountId, new Set([...all, 'DELETE_ISSUES']));
    jira.web.permissions.set(jira.bot.accountId, new Set(['BROWSE_PROJECTS']));
    const { findings } = await verdicts(jira.backend, ['GONE', 'OLD', 'WEB']);
    const said = (about: string) =>
      findings.filter((one) => one.about === about).map(({ verdict, message }) => `${verdict}: ${message}`);
    expect(said('GONE')).toEqual([expect.stringMatching(/^wrong: There is no such project/)]);
    expect(said('OLD')).toContainEqual(expect.stringMatching(/^advice: It is archived/));
    expect(said('OLD')).toContainEqual(expect.stringMatching(/^advice: No tool needs DELETE_ISSUES/));
    expect(said('WEB')).toContainEqual(expect.stringMatching(/^advice: The account lacks CREATE_ISSUES/));
  });

  test('advises against an API token, and against an administrator', async () => {
    jira.fake.site.administrators.add(jira.bot.accountId);
    const secret = jira.fake.oauth.apiToken(jira.bot.accountId, 'bot@acme.example');
    const credential = { kind: 'token', email: 'bot@acme.example', secret: new Secret(secret) } as const;
    const { verdict } = await verdicts(await jira.open({ credential }));
    expect([verdict('age'), verdict('administrator')]).toEqual([['advice'], ['advice']]);
  });
});

describe('archiving', () => {
  test('is not served unless the operator says that there is an archive and the account may', async () => {
    expect(jira.reader.backend.lacks).toEqual(['archive_ticket']);
    const unable = await jira.open({ archive: true });
    expect(unable.reader.backend.lacks).toEqual(['archive_ticket']);
    expect((await verdicts(unable)).verdict('archive')).toEqual(['wrong']);
    jira.fake.site.administrators.add(jira.bot.accountId);
    const able = await jira.open({ archive: true });
    expect(able.reader.backend.lacks).toEqual([]);
    expect((await verdicts(able)).verdict('archive')).toEqual(['ok']);
  });

  test('is not served where Jira cannot be asked at the start, which is told', async () => {
    jira.fake.site.administrators.add(jira.bot.accountId);
    jira.fake.mishaps.push(...[1, 2, 3].map(() => ({ on: 'read', act: { status: 503 } }) as const));
    expect((await jira.open({ archive: true })).reader.backend.lacks).toEqual(['archive_ticket']);
    expect(jira.problems).toEqual([expect.objectContaining({ code: 'backend_unavailable' })]);
  });
});

describe('what a sponsor may do', () => {
  const access = () => jira.backend.sponsorAccess((sponsor) => sponsor);

  test('is asked of Jira where the account administers the project', async () => {
    const { web, bot, alice, mallory, fake } = jira;
    web.permissions.set(bot.accountId, new Set([...all, 'ADMINISTER_PROJECTS']));
    const reader = fake.site.user('Rita');
    web.permissions.set(reader.accountId, new Set(['BROWSE_PROJECTS', 'ADD_COMMENTS']));
    const levels = [alice, reader, mallory].map(({ accountId }) => access().levelOf(accountId, 'WEB'));
    expect(await Promise.all(levels)).toEqual(['write', 'read', 'none']);
    expect(await access().levelOf(alice.accountId, 'NONE')).toBe('none');
    expect(await access().levelOf(alice.accountId, 'x&y')).toBe('none');
  });

  test('cannot be told where it may not ask, and nothing is let through then', async () => {
    await expect(access().levelOf(jira.alice.accountId, 'WEB')).rejects.toMatchObject({
      code: 'bad_configuration',
      next: expect.stringContaining('sponsor_access: unverified'),
    });
  });

  test('is about the project of the ask', () => {
    expect(access().about({ want: 'write', project: 'WEB' })).toEqual({ thing: 'WEB', wants: 'write' });
  });
});
