import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { childrenOf } from '#servers/suite/children.ts';
import { readEnvironment } from '#servers/suite/config.ts';
import { readSettings } from '#servers/suite/settings.ts';
import { realTrackers } from '#servers/suite/tickets.ts';
import { githubIssuesSecrets, githubIssuesSettings } from '#servers/tickets/github/settings.ts';
import { jiraSecrets, jiraSettings } from '#servers/tickets/jira/settings.ts';
import { linearSecrets, linearSettings } from '#servers/tickets/linear/settings.ts';
import { folder } from './folder.ts';

function fileWith(tickets: string): string {
  const path = join(folder(), 'countersign.yaml');
  writeFileSync(path, `tickets: ${tickets}\n`);
  return path;
}

/** The environment of each server, with these tickets in the configuration. */
function started(tickets: string, environment: Record<string, string> = {}) {
  const configFile = fileWith(tickets);
  const settings = readSettings({ configFile, data: join(configFile, '../data'), singleUser: true });
  const children = childrenOf(settings, readEnvironment(environment));
  return Object.fromEntries(children.map(({ name, environment: given }) => [name, given]));
}

const realBackends = {
  jira: { settings: jiraSettings, secrets: jiraSecrets },
  linear: { settings: linearSettings, secrets: linearSecrets },
  github: { settings: githubIssuesSettings, secrets: githubIssuesSecrets },
};

const linear = '{ linear: { client_id: c, client_secret: secrets/linear } }';

describe('a real tracker', () => {
  it('is handed to the ticket server alone, with paths from the folder of the file', () => {
    const { tickets, github, approvals } = started(linear);
    expect(tickets).toMatchObject({
      COUNTERSIGN_TICKETS_BACKEND: 'linear',
      COUNTERSIGN_TICKETS_LINEAR_CLIENT_ID: 'c',
      COUNTERSIGN_TICKETS_LINEAR_CLIENT_SECRET_FILE: expect.stringMatching(/^\/.*\/secrets\/linear$/),
    });
    for (const other of [github, approvals]) expect(JSON.stringify(other)).not.toContain('LINEAR');
  });

  it('may be Jira', () => {
    const { tickets } = started(
      '{ jira: { site: "https://a.example", email: e@a.example, api_token: t, archive: true } }',
    );
    expect(tickets).toMatchObject({
      COUNTERSIGN_TICKETS_BACKEND: 'jira',
      COUNTERSIGN_TICKETS_JIRA_SITE: 'https://a.example',
      COUNTERSIGN_TICKETS_JIRA_API_TOKEN_FILE: expect.stringMatching(/^\/.*\/t$/),
      COUNTERSIGN_TICKETS_JIRA_ARCHIVE: 'on',
    });
    const both = '{ jira: { site: "https://a.example" }, linear: {} }';
    expect(() => started(both)).toThrow('Tickets are in one place: give one of these.');
  });

  it('may be GitHub, with an App of its own', () => {
    const { tickets } = started('{ github: { app_id: 7, app_key: key.pem, app_signer: "unix:s.sock" } }');
    expect(tickets).toMatchObject({
      COUNTERSIGN_TICKETS_BACKEND: 'github',
      COUNTERSIGN_TICKETS_GITHUB_APP_ID: '7',
      COUNTERSIGN_TICKETS_GITHUB_APP_KEY: expect.stringMatching(/^\/.*\/key\.pem$/),
      COUNTERSIGN_TICKETS_GITHUB_APP_SIGNER: expect.stringMatching(/^unix:\/.*\/s\.sock$/),
    });
  });

  it('counts as a real backend: it wants --single-user with links, and contents are encrypted', () => {
    const configFile = fileWith(linear);
    const refusal = { code: 'bad_configuration', next: expect.stringContaining('--single-user') };
    expect(() => readSettings({ configFile })).toThrow(expect.objectContaining(refusal));
    expect(readSettings({ configFile, singleUser: true }).contentsKeys.wanted).toBe(true);
    expect(started(linear)['approvals']).toMatchObject({ COUNTERSIGN_REAL_BACKEND: '1' });
  });

  it('may have its secret in the environment, which loses it and gives it to that server alone', () => {
    const name = 'COUNTERSIGN_TICKETS_LINEAR_API_KEY';
    const { tickets, ...others } = started('{ linear: {} }', { [name]: 'lin_api_secret' });
    expect(tickets).toMatchObject({ [name]: 'lin_api_secret' });
    expect(JSON.stringify(others)).not.toContain('lin_api_secret');
    process.env[name] = 'lin_api_secret';
    onTestFinished(() => {
      delete process.env[name];
    });
    expect(readEnvironment().secrets.tickets).toEqual({ [name]: 'lin_api_secret' });
    expect(process.env).not.toHaveProperty(name);
  });

  it('gets nothing of it while the embedded one is used', () => {
    const { tickets } = started('{}', { COUNTERSIGN_TICKETS_LINEAR_API_KEY: 'lin_api_secret' });
    expect(JSON.stringify(tickets)).not.toContain('LINEAR');
  });

  it('is told in the variables that the ticket server reads', () => {
    const files = {
      jira: '{ site: "https://a.example", cloud_id: c, client_id: c, client_secret: s, email: e, api_token: t, api_url: "https://b.example", token_url: "https://c.example", archive: false }',
      linear: '{ url: "https://a.example", client_id: c, client_secret: s, api_key: k, assignable: true }',
      github: '{ url: "https://a.example", app_id: 1, app_key: k, app_signer: "unix:s" }',
    };
    for (const [name, { settings, secrets }] of Object.entries(realBackends)) {
      const told = Object.keys(started(`{ ${name}: ${files[name as keyof typeof files]} }`)['tickets'] ?? {});
      const own = told.filter((variable) => variable.startsWith(`COUNTERSIGN_TICKETS_${name.toUpperCase()}_`));
      expect([...own, ...secrets].toSorted()).toEqual(Object.keys(settings).toSorted());
      expect(realTrackers.secretNames).toEqual(expect.arrayContaining([...secrets]));
    }
  });

  it('is refused with its place where it is misspelt', () => {
    expect(() => readSettings({ configFile: fileWith('{ liner: { client_id: c } }') })).toThrow(
      /:1:12: tickets\.liner: There is no such key\. Did you mean "linear"\?/,
    );
    expect(() => readSettings({ configFile: fileWith('{ linear: { client_secrt: c } }') })).toThrow('client_secret');
  });
});
