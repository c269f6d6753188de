import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { readConfig } from '#servers/tickets/config.ts';
import { AppError } from '#shared/errors.ts';
import { keys } from './kit.ts';

const complete = {
  COUNTERSIGN_TICKETS_BACKEND: 'github',
  COUNTERSIGN_TICKETS_GITHUB_APP_ID: '7',
  COUNTERSIGN_TICKETS_GITHUB_APP_KEY_PEM: keys.privateKey.replaceAll('\n', '\\n'),
  COUNTERSIGN_DATA: '/data',
  COUNTERSIGN_DECISION_KEYS: '/keys.json',
  COUNTERSIGN_REVIEW_URL: 'https://approve.acme.example',
};

function problemsOf(environment: Record<string, string | undefined>): readonly string[] {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    expect(inspect(error, { depth: 10 })).not.toContain('hunter2');
    return error.message.split('\n').slice(1);
  }
}

describe('the settings of GitHub Issues', () => {
  test('are github.com and one App, in whose accounts people are known as on GitHub', () => {
    expect(problemsOf(complete)).toEqual([]);
    expect(readConfig(complete).accounts).toBe('github');
  });

  test('are told all at once where they are wrong, and quote nothing', () => {
    const wrong = {
      ...{
        ...complete,
        COUNTERSIGN_TICKETS_GITHUB_URL: 'http://hunter2.example',
        COUNTERSIGN_TICKETS_GITHUB_APP_ID: 'x',
      },
      COUNTERSIGN_TICKETS_GITHUB_APP_KEY_PEM: 'hunter2',
    };
    const problems = problemsOf(wrong).join('\n');
    for (const name of ['_URL', '_APP_ID', '_APP_KEY_PEM'])
      expect(problems).toContain(`COUNTERSIGN_TICKETS_GITHUB${name}: `);
  });

  test('want exactly one key', () => {
    expect(problemsOf({ ...complete, COUNTERSIGN_TICKETS_GITHUB_APP_KEY_PEM: undefined })).toEqual([
      expect.stringMatching(/COUNTERSIGN_TICKETS_GITHUB_APP_KEY: .*is needed/),
    ]);
    expect(problemsOf({ ...complete, COUNTERSIGN_TICKETS_GITHUB_APP_SIGNER: 'unix:/run/signer.sock' })).toEqual([
      expect.stringContaining('only one of these may be given'),
    ]);
  });
});
