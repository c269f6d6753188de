import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { notionOptions, notionSettings, withNotionToken } from '#servers/knowledge/notion/settings.ts';
import { parseEnvironment } from '#shared/config/environment.ts';
import { Secret } from '#shared/http/secret.ts';
import { noSchema, notionContract } from '#test/fakes/notion/schema.ts';
import { type NotionPlace, openPlace, pageIn } from './place.ts';

let place: NotionPlace;
beforeEach(async () => {
  place = await openPlace();
});
afterEach(async () => {
  await place.close();
  expect(place.fake.violations).toEqual([]);
});

describe('the doctor', () => {
  test('finds what is wrong with a namespace, and writes nothing', async () => {
    const { findings, reached, server } = await place.backend.examine(['handbook', 'old', 'board', 'nowhere']);
    const said = (about: string) =>
      findings.filter((one) => one.about === about).map(({ verdict, message }) => `${verdict}: ${message}`);
    expect([reached, server]).toEqual([true, 'knowledge']);
    expect(said('handbook')).toEqual(['ok: Its page can be seen.']);
    expect(said('board')).toEqual(['ok: Its page can be seen; it is apart from handbook.']);
    expect(said('old')).toEqual(['advice: Its page is in the trash: nothing can be written to it.']);
    expect(said('nowhere')).toEqual(['wrong: No page is named for it, or this server cannot see the one that is.']);
    expect(said('credential')).toContain('ok: It acts as the integration "Countersign".');
    expect(said('credential')).toContain('ok: It may know the members of the workspace.');
    expect(place.fake.sent.every(({ name }) => name.startsWith('GET'))).toBe(true);
  });

  test('says what it means that the members are not told, and all words are untrusted then', async () => {
    place.fake.capabilities.delete('users');
    const { findings } = await place.backend.examine([]);
    expect(findings.map(({ message }) => message)).toContain(
      'It may not know the members: every page counts as untrusted.',
    );
    expect((await pageIn(place, place.handbook)).revision.provenance.trust).toBe('untrusted');
  });

  test('says that Notion does not answer, or does not take the token, without telling it', async () => {
    place.fake.mishaps.push({ on: 'read', act: 'lose_request' });
    expect((await place.backend.examine(['handbook'])).reached).toBe(false);
    const other = await place.open({ token: new Secret('ntn_a_token_that_is_none') });
    const report = await other.examine(['handbook']);
    expect(report.findings.map(({ verdict, check }) => `${verdict} ${check}`)).toContain('wrong account');
    const error = await other.reader.namespace('handbook').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'backend_refused', next: expect.stringContaining('doctor knowledge') });
    expect(inspect([error, report], { depth: 9 })).not.toContain('that_is_none');
  });
});

test('a request that does not fit what Notion publishes is noticed by the stand-in', (context) => {
  const contract = notionContract();
  if (contract === null) return context.skip(noSchema ?? '');
  const asked = { method: 'POST', template: '/v1/pages', query: new URLSearchParams() };
  expect(contract.request({ ...asked, body: { parent: { page_id: 'x' } } })).toContain('properties');
  expect(contract.request({ ...asked, body: { parent: { page_id: 'x' }, properties: {} } })).toBeNull();
});

test('what a sponsor may do cannot be told, and who is no member may nothing', async () => {
  const { alice, mallory } = place;
  const access = place.backend.sponsorAccess((sponsor) => sponsor);
  expect(await access.levelOf(mallory.id, 'handbook')).toBe('none');
  expect(await access.levelOf('alice@example.com', 'handbook')).toBe('none');
  await expect(access.levelOf(alice.id, 'handbook')).rejects.toMatchObject({
    code: 'bad_configuration',
    next: expect.stringContaining('sponsor_access: unverified'),
  });
  expect(access.about({ want: 'write', namespace: 'handbook' })).toEqual({ thing: 'handbook', wants: 'write' });
});

describe('the settings', () => {
  const prefix = 'COUNTERSIGN_KNOWLEDGE_NOTION_';
  const read = (settings: Readonly<Record<string, string>>) => {
    const environment = Object.fromEntries(Object.entries(settings).map(([name, value]) => [prefix + name, value]));
    const schema = withNotionToken(z.object(notionSettings), environment);
    return notionOptions(parseEnvironment(schema, environment, 'The knowledge server'));
  };
  const page = '3c91e7f17085802499f1f5ccae7c8f50';

  test('are a token and the pages that namespaces are under', () => {
    const options = read({
      TOKEN: 'ntn_the_token_itself',
      NAMESPACES: `handbook=${page}, HR=3C91E7F1-7085-8024-99f1-f5ccae7c8f51`,
    });
    expect(options).toMatchObject({
      origin: 'https://api.notion.com',
      roots: [
        { key: 'handbook', id: '3c91e7f1-7085-8024-99f1-f5ccae7c8f50' },
        { key: 'HR', id: '3c91e7f1-7085-8024-99f1-f5ccae7c8f51' },
      ],
    });
    expect(inspect(options, { depth: 9 })).not.toContain('the_token_itself');
  });

  test('name all that is wrong with them, and quote nothing', () => {
    const problem = (settings: Readonly<Record<string, string>>): string => {
      try {
        read(settings);
      } catch (error) {
        return String(error);
      }
      return '';
    };
    expect(problem({})).toContain(`${prefix}TOKEN_FILE: is needed`);
    expect(problem({})).toContain(`${prefix}NAMESPACES: is needed`);
    expect(problem({ TOKEN: 'ntn_something_long', TOKEN_FILE: '/nowhere' })).toContain(
      'only one of these may be given',
    );
    const given = { TOKEN: 'ntn_something_long' };
    expect(problem({ ...given, NAMESPACES: `a=${page},A=${page.replace('3', '4')}` })).toContain(
      'a key or a page twice',
    );
    expect(problem({ ...given, NAMESPACES: 'ntn_pasted_by_mistake' })).toMatch(/must be keys with ids of pages/);
    expect(problem({ ...given, NAMESPACES: 'ntn_pasted_by_mistake' })).not.toContain('pasted');
    expect(problem({ ...given, NAMESPACES: `a=${page}`, URL: 'http://example.com' })).toContain(
      'must begin with https://',
    );
  });
});
