import { expect, test } from 'vitest';
import { dropContents } from '#shared/ledger/drop-contents.ts';
import { run } from '#test/servers/cli/run.ts';
import { type Suite, startSuite, token } from './kit.ts';

const command = (suite: Suite, ...args: string[]) =>
  run(['hold', ...args, '--json'], { COUNTERSIGN_CONSOLE_URL: suite.consoleUrl, COUNTERSIGN_APPROVER_TOKEN: token });

test('a person holds what an agent did, sees it, and ends it, each with a reason on record', async () => {
  const suite = await startSuite();
  const id = await suite.proposeNote('a text that is kept');
  const made = await command(suite, 'add', '--change', id, '--reason', 'Case 12.');
  expect(JSON.parse(made.stdout)).toEqual({ id: 1 });
  expect((await suite.ask('/api/holds', { body: { scope: 'agent', value: 'note-bot', reason: 'All.' } })).status).toBe(
    201,
  );
  expect((await suite.ask('/api/holds')).body.holds).toMatchObject([
    { id: 1, scope: 'change', value: id, reason: 'Case 12.', actor: { kind: 'person' } },
    { id: 2, scope: 'agent', value: 'note-bot', reason: 'All.' },
  ]);
  for (const wrong of [
    { scope: 'change', value: 'chg_', reason: 'x' },
    { scope: 'agent', value: 'a', reason: ' ' },
    { scope: 'all', reason: 'x' },
  ]) {
    expect((await suite.ask('/api/holds', { body: wrong })).status).toBe(400);
  }
  expect((await suite.ask('/api/holds/2/end', { body: { reason: 'over' } })).status).toBe(200);
  expect((await suite.ask('/api/holds/2/end', { body: { reason: 'over' } })).status).toBe(404);
  expect((await suite.ask('/api/holds/1/end', { body: { reason: 'over' }, headers: {} })).status).toBe(403);
});

test('a change whose contents were dropped is shown without them, and says when that was', async () => {
  const suite = await startSuite();
  const id = await suite.proposeNote('a text that is dropped');
  await suite.ask(`/api/changes/${id}/decision`, {
    body: { decision: 'reject', reason: 'no', seal: (await suite.ask(`/api/changes/${id}`)).body.seal },
  });
  const actor = { kind: 'server', server: 'approvals' } as const;
  const dropped = await dropContents(suite.ledger, { days: 1, now: new Date('2100-01-02T00:00:00Z'), actor });
  expect(dropped.contents).toBeGreaterThan(0);
  const { body } = await suite.ask(`/api/changes/${id}`);
  expect(body.summary).toContain('Its contents were dropped on 2100-01-02, after the retention of 1 days.');
  expect(body).toMatchObject({ broken: false, content: { effects: expect.any(Array) } });
});
