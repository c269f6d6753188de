import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import * as z from 'zod';
import { jiraOptions, jiraSettings, withJiraCredential } from '#servers/tickets/jira/settings.ts';
import { type Environment, parseEnvironment } from '#shared/config/environment.ts';

const folder = mkdtempSync(join(tmpdir(), 'countersign-jira-'));
afterAll(() => rmSync(folder, { recursive: true }));
const secretFile = join(folder, 'secret');
writeFileSync(secretFile, 'ATOA-the-client-secret\n', { mode: 0o600 });

const prefix = 'COUNTERSIGN_TICKETS_JIRA_';
const named = (settings: Readonly<Record<string, string>>): Environment =>
  Object.fromEntries(Object.entries(settings).map(([name, value]) => [prefix + name, value] as const));

const read = (settings: Readonly<Record<string, string>>) => {
  const environment = named(settings);
  const schema = withJiraCredential(z.object(jiraSettings), environment);
  return jiraOptions(parseEnvironment(schema, environment, 'The ticket server'));
};
const problemsOf = (settings: Readonly<Record<string, string>>): string => {
  try {
    read(settings);
    return '';
  } catch (error) {
    return String(error);
  }
};

const site = { SITE: 'https://acme.atlassian.net' };
const client = { CLOUD_ID: '1324a887-45db-1bf4-1e99-ef0ff456d421', CLIENT_ID: 'id', CLIENT_SECRET_FILE: secretFile };

test('a service account is reached through the gateway of Atlassian', () => {
  expect(read({ ...site, ...client })).toMatchObject({
    endpoints: {
      site: 'https://acme.atlassian.net',
      api: 'https://api.atlassian.com/ex/jira/1324a887-45db-1bf4-1e99-ef0ff456d421',
      token: 'https://auth.atlassian.com/oauth/token',
    },
    ...{ credential: { kind: 'client', clientId: 'id' }, archive: false },
  });
});

test('an API token goes to the site itself, or through the gateway where a cloud id is given', () => {
  const token = { EMAIL: 'bot@acme.example', API_TOKEN: 'ATATT-a-token' };
  expect(read({ ...site, ...token }).endpoints.api).toBe('https://acme.atlassian.net');
  expect(read({ ...site, ...token, CLOUD_ID: 'a1' }).endpoints.api).toBe('https://api.atlassian.com/ex/jira/a1');
});

test.each<[what: string, settings: Record<string, string>, named: string]>([
  ['no site', { ...client }, 'SITE'],
  ['a site with a path', { SITE: 'https://acme.atlassian.net/jira', ...client }, 'SITE'],
  ['a site that is not encrypted', { SITE: 'http://acme.atlassian.net', ...client }, 'SITE'],
  ['no credential', { ...site }, 'CLIENT_ID'],
  ['two credentials', { ...site, ...client, API_TOKEN: 'ATATT-a-token', EMAIL: 'a@b.example' }, 'CLIENT_ID'],
  ['client credentials without a cloud id', { ...site, CLIENT_ID: 'id', CLIENT_SECRET_FILE: secretFile }, 'CLOUD_ID'],
  ['an API token without its account', { ...site, API_TOKEN: 'ATATT-a-token' }, 'EMAIL'],
  ['an archive that is neither on nor off', { ...site, ...client, ARCHIVE: 'yes' }, 'ARCHIVE'],
  ['an address of tokens with a password', { ...site, ...client, TOKEN_URL: 'https://a:b@auth.example/' }, 'TOKEN_URL'],
])('%s is a problem that names its variable', (_, settings, name) => {
  expect(problemsOf(settings)).toContain(`${prefix}${name}: `);
});

test('no message and no form of the options shows a secret', () => {
  const wrong = problemsOf({
    ...site,
    ...client,
    CLIENT_SECRET_FILE: 'ATOA-pasted-by-mistake',
    API_TOKEN: 'x y-secret',
  });
  expect(wrong).not.toMatch(/pasted|x y-secret/);
  const options = read({ ...site, ...client });
  expect(inspect(options, { depth: 9 }) + JSON.stringify(options)).not.toContain('the-client-secret');
});
