import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { childrenOf } from '#servers/suite/children.ts';
import { readEnvironment } from '#servers/suite/config.ts';
import { readSettings } from '#servers/suite/settings.ts';
import { folder } from './folder.ts';

const pem = '-----BEGIN PRIVATE KEY-----';

/** What each process is started with, where the configuration says so of the GitHub App. */
function started(github: string, environment: Record<string, string> = {}) {
  const place = folder();
  const configFile = join(place, 'countersign.yaml');
  writeFileSync(configFile, `data: data\ngithub: { url: "https://api.github.com", app_id: 7, ${github} }\n`);
  const settings = readSettings({ configFile, singleUser: true });
  const children = childrenOf(settings, readEnvironment(environment));
  const of = (name: string) => children.find((child) => child.name === name)?.environment ?? {};
  return { place, github: of('github'), approvals: of('approvals') };
}

describe('the key of a real GitHub App', () => {
  it('is a file, a signer’s socket or a variable, and goes to the GitHub server alone', () => {
    const file = started('app_key: key.pem');
    expect(file.github).toMatchObject({ COUNTERSIGN_GITHUB_APP_KEY: resolve(file.place, 'key.pem') });
    const signer = started('app_signer: "unix:signer.sock"');
    const socket = `unix:${resolve(signer.place, 'signer.sock')}`;
    expect(signer.github).toMatchObject({ COUNTERSIGN_GITHUB_APP_SIGNER: socket });
    expect(signer.github).not.toHaveProperty('COUNTERSIGN_GITHUB_APP_KEY');
    const variable = started('', { COUNTERSIGN_GITHUB_APP_KEY_PEM: pem });
    expect(variable.github).toMatchObject({ COUNTERSIGN_GITHUB_APP_KEY_PEM: pem });
    expect(JSON.stringify(variable.approvals)).not.toContain(pem);
  });

  it('is in one place', () => {
    const both = () => started('app_key: key.pem, app_signer: "unix:signer.sock"');
    expect(both).toThrow('github.app_signer: The key of the GitHub App is in a file or with a signer, not both.');
    expect(() => started('app_signer: /run/signer.sock')).toThrow('This must be unix: and the path of a socket.');
    expect(() => started('')).toThrow('The private key of the GitHub App is given nowhere.');
    const twice = () => started('app_key: key.pem', { COUNTERSIGN_GITHUB_APP_KEY_PEM: pem });
    expect(twice).toThrow('The private key of the GitHub App is given more than once.');
  });

  it('is taken out of the environment of the suite, once it is read', () => {
    process.env['COUNTERSIGN_GITHUB_APP_KEY_PEM'] = pem;
    onTestFinished(() => {
      delete process.env['COUNTERSIGN_GITHUB_APP_KEY_PEM'];
    });
    expect(readEnvironment().githubAppKey).toBe(pem);
    expect(process.env).not.toHaveProperty('COUNTERSIGN_GITHUB_APP_KEY_PEM');
  });
});

it('hosts of logs are named in the configuration, as names alone', () => {
  const { github } = started('app_key: key.pem, log_hosts: [logs.example, more.example]');
  expect(github).toMatchObject({ COUNTERSIGN_GITHUB_LOG_HOSTS: 'logs.example,more.example' });
  expect(() => started('app_key: key.pem, log_hosts: ["https://logs.example"]')).toThrow(
    'github.log_hosts[0]: This must be the name of a host.',
  );
  expect(started('app_key: key.pem').github).not.toHaveProperty('COUNTERSIGN_GITHUB_LOG_HOSTS');
});
