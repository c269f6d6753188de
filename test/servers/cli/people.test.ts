import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { run } from './run.ts';

const alice = 'people:\n  alice: { sign_in: [{ issuer: https://id.example, subject: "1" }] }\n';

function place(people: string): { readonly list: string; readonly blueprint: string } {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-people-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [list, blueprint] = [join(folder, 'people.yaml'), join(folder, 'blueprint.yaml')];
  writeFileSync(list, people);
  writeFileSync(
    blueprint,
    `blueprint: one\ngoal: Test.\nagent: one-bot\nsponsor: bob\ncallers: [{ listener: 127.0.0.1 }]
capabilities: { repo-read: { repositories: [acme/web] } }\n`,
  );
  return { list, blueprint };
}

it('"people check" says who is on the list, and which sponsor is not', async () => {
  const { list, blueprint } = place(alice);
  const ran = await run(['people', 'check', list, '--blueprints', blueprint]);
  expect(ran).toEqual({
    code: 1,
    stdout: 'The sponsor of one, bob, is not on the list: its agent has no writes.\n1 person on the list.\n',
    stderr: '',
  });
});

it('"people check --json" lists every problem with its place', async () => {
  const { list } = place(`${alice}  bob: { sign_in: [{ issuer: https://id.example, subject: "1" }], accont: {} }\n`);
  const { code, stdout } = await run(['people', 'check', list, '--json']);
  expect(code).toBe(2);
  expect(JSON.parse(stdout)).toMatchObject({
    people: [],
    problems: [
      { source: list, line: 3, column: 20, path: 'people.bob.sign_in[0]', message: expect.stringContaining('"alice"') },
      { source: list, line: 3, column: 67, path: 'people.bob.accont', message: expect.stringContaining('"accounts"') },
    ],
  });
});
