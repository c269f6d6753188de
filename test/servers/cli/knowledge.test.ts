import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { pending, startConsole, token } from './console.ts';
import { run } from './run.ts';

// Each asks the knowledge server's own program, which is a process: what that does is tried without one.
test('files that cannot be pages are named, nothing is taken in, and what is not there is not forgotten', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cli-knowledge-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of ['data', 'docs']) mkdirSync(join(folder, name), { mode: 0o700 });
  writeFileSync(join(folder, 'docs/broken.md'), Buffer.from([0xff]));
  const suite = ['--data', join(folder, 'data')];
  const imported = await run(['knowledge', 'import', join(folder, 'docs'), '--namespace', 'handbook', ...suite]);
  expect(imported).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/^Nothing was taken in: 1 of 1 files.*\n +broken\.md: It is not UTF-8\..*\n.*--skip/),
  });
  const unknown = await run(['knowledge', 'forget', 'pg_none', '--reason', 'A test.', '--json', ...suite]);
  expect(unknown).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('There is no page "pg_none"') });
});

test('what is asked wrongly is refused before anything is started', async () => {
  const wrong = [
    ['import', '--namespace', 'handbook'],
    ['import', './docs', '--git', './shop', '--namespace', 'handbook'],
    ['import', './docs', '--namespace', 'handbook', '--member', 'alice=admin'],
    ['forget', '../x', '--reason', 'A test.'],
    ['restore', 'handbook', '--at', 'yesterday', '--reason', 'A test.'],
    ['namespaces', 'add', 'a b'],
  ];
  for (const args of wrong) expect([args, (await run(['knowledge', ...args])).code]).toEqual([args, 2]);
});

test('a namespace is brought back by a change that is shown, and approved with a yes', async () => {
  const front = await startConsole();
  onTestFinished(front.close);
  const { change_id: id } = pending;
  front.answers.set('POST /api/requests', { change_id: id });
  const restore = (...more: string[]) =>
    run(['knowledge', 'restore', 'handbook', '--at', '2027-03-01T09:00:00+01:00', '--reason', 'Poison.', ...more], {
      COUNTERSIGN_CONSOLE_URL: front.url,
      COUNTERSIGN_APPROVER_TOKEN: token,
    });
  expect(await restore()).toMatchObject({ code: 0, stdout: expect.stringContaining(`changes approve ${id} --seal`) });
  const args = { namespace: 'handbook', at: '2027-03-01T08:00:00.000Z', reason: 'Poison.' };
  expect(front.requests[0]).toEqual({
    what: 'POST /api/requests',
    body: { tool: 'bring_back_namespace', arguments: args },
  });
  const done = await restore('--yes', '--json');
  expect([done.code, JSON.parse(done.stdout)]).toMatchObject([0, { change_id: id, status: 'applied' }]);
});
