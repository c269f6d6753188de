import { expect, onTestFinished, test } from 'vitest';
import { run } from '#test/servers/cli/run.ts';
import { clients } from '#test/shared/mcp/clients.ts';
import { startSuite, token, until } from './kit.ts';

test('what is left of a partial change is shown to people and its agent, and carried out when a person asks', async () => {
  const suite = await startSuite();
  const id = await suite.proposeNotes({ a: 'one', b: 'two' });
  const { seal } = (await suite.ask(`/api/changes/${id}`)).body;
  await suite.ask(`/api/changes/${id}/decision`, { body: { decision: 'approve', seal } });
  suite.notes.fail('put', () => undefined, 'refuse');
  suite.work();
  const reaches = (status: string) =>
    until(
      async () => (await suite.ask(`/api/changes/${id}/progress`)).body,
      (progress) => progress.status === status,
    );
  expect(await reaches('partial')).toMatchObject({ left: ['write b'] });

  const queue = suite.queues.find(({ blueprint }) => blueprint === 'one');
  const client = await clients[2].connect(new URL(`${queue?.url}/mcp`));
  onTestFinished(() => client.close());
  const seen = await client.call({ name: 'get_change', arguments: { change_id: id } });
  expect(seen.structuredContent).toMatchObject({ status: 'partial', left: ['write b'] });

  const command = (...args: string[]) =>
    run(['changes', ...args], { COUNTERSIGN_CONSOLE_URL: suite.consoleUrl, COUNTERSIGN_APPROVER_TOKEN: token });
  expect((await command('show', id)).stdout).toMatch(/not done +write b\n/);
  expect((await suite.ask(`/api/changes/${id}/resume`, { body: { reason: '' } })).status).toBe(400);
  expect(await command('resume', id, '--reason', 'Mended.')).toMatchObject({ code: 0 });
  expect(await reaches('applied')).toMatchObject({ left: [] });
  expect([suite.notes.writes('a'), suite.notes.writes('b')]).toEqual([1, 1]);
  expect(await command('resume', id, '--reason', 'Mended.')).toMatchObject({ code: 4 });
});
