import { describe, expect, test } from 'vitest';
import { ciSecretsOf } from '#servers/github/read/workflows.ts';

/** An expression of a workflow, which looks like one of a template here. */
const value = (text: string): string => ['$', `{{ ${text} }}`].join('');
const of = (text: string | null) => ciSecretsOf([{ name: 'ci.yml', text }]);
const uses = `jobs: { a: { env: { T: "${value('secrets.NPM_TOKEN')}" } } }\n`;
const push = { workflow: 'ci.yml', on: 'push', secrets: ['NPM_TOKEN'] };
const pull = { ...push, on: 'pull_request' };

describe('what CI gives to a branch', () => {
  const cases: readonly (readonly [what: string, text: string, found: readonly object[]])[] = [
    ['no secret', 'on: [push, pull_request]\njobs: {}\n', []],
    ['the token that each run has', `on: push\nenv: { T: "${value('secrets.GITHUB_TOKEN')}" }\n`, []],
    ['a secret on each push', `on: push\n${uses}`, [push]],
    ['a secret on pull requests', `on: [pull_request]\n${uses}`, [pull]],
    ['a secret after a merge', `on: { push: { branches: [main] } }\n${uses}`, []],
    ['a secret on branches of some names', `on: { push: { branches: ["deps/*"] } }\n${uses}`, [push]],
    ['a secret on tags', `on: { push: { tags: ["v*"] } }\n${uses}`, []],
    [
      'a secret by hand or by the clock',
      `on: { workflow_dispatch: null, schedule: [{ cron: "0 0 * * *" }] }\n${uses}`,
      [],
    ],
    [
      'a secret by its index',
      `on: push\nenv: { T: "${value("secrets['AWS_KEY']")}" }\n`,
      [{ ...push, secrets: ['AWS_KEY'] }],
    ],
    ['all secrets', 'on: push\njobs: { a: { uses: x, secrets: inherit } }\n', [{ ...push, secrets: ['*'] }]],
    ['an identity', 'on: push\npermissions: { id-token: write }\n', [{ ...push, secrets: ['id-token'] }]],
    [
      'the rights of the repository to what somebody else brings',
      `on: pull_request_target\njobs: { a: { steps: [{ uses: actions/checkout@v5, with: { ref: "${value('github.event.pull_request.head.sha')}" } }] } }\n`,
      [{ workflow: 'ci.yml', on: 'pull_request_target', secrets: [] }],
    ],
    ['nothing to what it does not check out', `on: pull_request_target\n${uses}`, []],
  ];
  test.each(cases)('%s', (_, text, found) => {
    expect(of(text)).toEqual(found);
  });

  test.each([null, 'on: [push\n', '- a list\n', ''])('is not known of a workflow that cannot be read: %j', (text) => {
    expect(of(text)).toBeNull();
  });

  test('takes no time to find out that whoever wrote it could choose', () => {
    const keys = Array.from({ length: 9000 }, (_, index) => `k${index}: 1`).join('\n');
    const begun = performance.now();
    expect(of(`on: push\n${'\n'.repeat(90_000)}`)).toEqual([]);
    expect(of(`on: push\n${keys}\n`)).toEqual([]);
    expect(performance.now() - begun).toBeLessThan(60_000);
  });

  test('is not known of one that is too long, nor where all of them are together', () => {
    const file = (length: number) => ({ name: 'ci.yml', text: `on: push\n# ${'x'.repeat(length)}\n` });
    expect(ciSecretsOf([file(100_000)])).toBeNull();
    expect(ciSecretsOf(Array.from({ length: 9 }, () => file(99_000)))).toEqual([]);
    expect(ciSecretsOf(Array.from({ length: 11 }, () => file(99_000)))).toBeNull();
  });

  test('is told by ten names at most', () => {
    const names = Array.from({ length: 20 }, (_, index) => `secrets.S${index}`).join(' ');
    expect(of(`on: push\nname: ${names}\n`)?.[0]?.secrets).toHaveLength(10);
  });
});
