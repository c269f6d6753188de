import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { loadPeople } from '#shared/people/load.ts';
import { basics } from '#test/fakes/environment.ts';
import { newPasskey } from '#test/fakes/passkey.ts';
import { countersign, ending, type Ran, run } from './run.ts';

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

it('"people check" says which sponsor has no account, without which the server does not start', async () => {
  const { list, blueprint } = place(`${alice}  bob: { sign_in: [{ issuer: https://id.example, subject: "2" }] }\n`);
  const args = ['people', 'check', list, '--blueprints', blueprint];
  const { code, stdout } = await run(args);
  expect([code, stdout]).toEqual([1, expect.stringContaining('The sponsor of one, bob, has no account on GitHub')]);
  writeFileSync(blueprint, `${readFileSync(blueprint, 'utf8')}sponsor_access: unverified\n`);
  expect((await run(args)).code).toBe(0);
});

it('"people check" says who people are where, and who is nobody where tickets are', async () => {
  const accounts = 'accounts: { github: bob-hub, jira: "712020:ab-1", linear: bob@acme.example }';
  const { list, blueprint } = place(
    `${alice}  bob: { sign_in: [{ issuer: https://id.example, subject: "2" }], ${accounts} }\n`,
  );
  writeFileSync(
    blueprint,
    readFileSync(blueprint, 'utf8').replace(/capabilities.*/, 'capabilities: { ticket-read: { projects: [WEB] } }'),
  );
  const ran = (tickets: string) => run(['people', 'check', list, '--blueprints', blueprint, '--tickets', tickets]);
  expect(await ran('jira')).toEqual({
    code: 0,
    stdout: 'bob is bob-hub on GitHub, 712020:ab-1 on Jira, bob@acme.example on Linear.\n2 people on the list.\n',
    stderr: '',
  });
  expect(await ran('embedded')).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('bob, has no account on the embedded tracker on the list: the tickets server'),
  });
});

it('"people check" says the same of where pages are', async () => {
  const accounts = 'accounts: { knowledge: bob, confluence: "712020:ab-1" }';
  const { list, blueprint } = place(
    `${alice}  bob: { sign_in: [{ issuer: https://id.example, subject: "2" }], ${accounts} }\n`,
  );
  const granted = 'capabilities: { knowledge-read: { namespaces: [handbook] } }';
  writeFileSync(blueprint, readFileSync(blueprint, 'utf8').replace(/capabilities.*/, granted));
  const ran = (where: string) => run(['people', 'check', list, '--blueprints', blueprint, '--knowledge', where]);
  expect(await ran('confluence')).toEqual({
    code: 0,
    stdout: 'bob is bob on the embedded pages, 712020:ab-1 on Confluence.\n2 people on the list.\n',
    stderr: '',
  });
  expect(await ran('notion')).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('bob, has no account on Notion on the list: the knowledge server'),
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

it('"people passkey add" adds a line to a person, leaves the rest as it is, and refuses what does not fit', async () => {
  const { list } = place(`# Everybody.\n${alice}`);
  const [first, second] = [newPasskey(), newPasskey('Ed25519')];
  const add = (person: string, line: string): Promise<Ran> => {
    const args = [countersign, 'people', 'passkey', 'add', person, list];
    const child = spawn(process.execPath, args, { env: basics() });
    child.stdin.end(`${line}\n`);
    return ending(child);
  };
  expect(await add('alice', `- ${first.entry}`)).toEqual({ code: 0, stdout: 'alice has 1 passkey now.\n', stderr: '' });
  expect((await add('alice', second.entry)).stdout).toBe('alice has 2 passkeys now.\n');
  const ids = loadPeople(list)
    .all.get('alice')
    ?.passkeys.map(({ id }) => id);
  expect(ids).toEqual([first.id, second.id]);
  const kept = readFileSync(list, 'utf8');
  expect(kept).toMatch(/^# Everybody\.\n/);
  for (const [person, line, why] of [
    ['bob', newPasskey().entry, 'names nobody "bob"'],
    ['alice', first.entry, 'of "alice" already'],
  ] as const) {
    expect(await add(person, line)).toMatchObject({ code: 2, stderr: expect.stringContaining(why) });
  }
  expect(readFileSync(list, 'utf8')).toBe(kept);
});
