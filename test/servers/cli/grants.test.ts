import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Console, startConsole, token } from './console.ts';
import { type Ran, run } from './run.ts';

let console: Console;
beforeEach(async () => {
  console = await startConsole();
});
afterEach(() => console.close());

const id = 'grt_01kagv2xq6w0c5z8t4m1n7p3rd';
const grant = {
  id,
  change_id: 'chg_1',
  status: 'lasting',
  agent: 'deps-bot\u001b[2J',
  giver: { kind: 'person', name: 'alice', issuer: 'https://idp.test' },
  changes: { used: 1, of: 20 },
  bytes: { used: 12, of: 100 },
  expires_at: '2027-01-02T00:00:00.000Z',
  tools: ['commit_files'],
  paths: ['src/*'],
  flags: [],
  end: null,
  uses: [{ change_id: 'chg_2', number: 1, bytes: 12, at: '2027-01-01T00:00:00.000Z' }],
};

const command = (...args: string[]): Promise<Ran> =>
  run(['--url', console.url, ...args], { COUNTERSIGN_APPROVER_TOKEN: token });

it('lists what people allowed, shows one, and takes it back with a reason', async () => {
  console.answers.set('GET /api/grants', { grants: [grant] });
  console.answers.set(`GET /api/grants/${id}`, grant);
  console.answers.set(`POST /api/grants/${id}/revoke`, { id });
  const listed = await command('grants', 'list');
  expect(listed.stdout).toMatch(new RegExp(`^${id} {2}lasting {2}alice to deps-bot.* 1 of 20 changes {2}until 2027-`));
  expect(listed.stdout).not.toContain('\u001b');
  expect(JSON.parse((await command('grants', 'list', '--json')).stdout)).toEqual({ grants: [grant] });
  expect((await command('grants', 'show', id)).stdout).toMatch(/files: src\/\*\nflags: none\n1\. chg_2, 12 bytes\n$/);
  expect(await command('grants', 'revoke', id)).toMatchObject({ code: 2, stdout: '' });
  expect(await command('grants', 'revoke', id, '--reason', 'Done.')).toMatchObject({ code: 0 });
  expect(await command('grants', 'show', '../stops')).toMatchObject({ code: 2, stdout: '' });
  expect(console.requests.map(({ what, body }) => [what, body])).toEqual([
    ['GET /api/grants?all=0', undefined],
    ['GET /api/grants?all=0', undefined],
    [`GET /api/grants/${id}`, undefined],
    [`POST /api/grants/${id}/revoke`, { reason: 'Done.' }],
  ]);
});
