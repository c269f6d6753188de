import { expect, test } from 'vitest';
import { run } from '#test/servers/cli/run.ts';
import { type Suite, startSuite, token, until } from './kit.ts';

const tenMinutes = 10 * 60_000;

async function decided(suite: Suite, text: string): Promise<string> {
  const id = await suite.proposeNote(text);
  const { seal } = (await suite.ask(`/api/changes/${id}`)).body;
  await suite.ask(`/api/changes/${id}/decision`, { body: { decision: 'approve', seal } });
  return id;
}

/** A change whose step's answer was lost, where the backend does not tell who wrote what. */
async function inDoubt(suite: Suite, fault: 'lose_answer' | 'fail_before'): Promise<string> {
  const id = await decided(suite, 'hello');
  suite.notes.tellsHistory = false;
  suite.notes.fail('put', fault);
  suite.work();
  await reaches(suite, id, 'unknown');
  return id;
}

const reaches = (suite: Suite, id: string, status: string) =>
  until(
    async () => (await suite.ask(`/api/changes/${id}/progress`)).body,
    (progress) => progress.status === status,
  );

const command = (suite: Suite, ...args: string[]) =>
  run(['changes', ...args], { COUNTERSIGN_CONSOLE_URL: suite.consoleUrl, COUNTERSIGN_APPROVER_TOKEN: token });

test('a change in doubt says since when, which step, and where to look; a person settles it', async () => {
  const suite = await startSuite();
  const id = await inDoubt(suite, 'lose_answer');
  const { changes } = (await suite.ask('/api/changes?status=unknown')).body;
  expect(changes).toMatchObject([
    { change_id: id, doubt: { step: 'write a', answered: false, where: ['notes.test', 'note:a'] } },
  ]);
  const [{ doubt }] = changes;
  expect(Date.parse(doubt.settle_from) - Date.parse(doubt.since)).toBe(tenMinutes);

  const settle = (body: object) => suite.ask(`/api/changes/${id}/settle`, { body });
  const good = { step: 'write a', answer: 'happened', seal: doubt.seal, reason: 'I see it.' };
  expect(await settle(good)).toMatchObject({ status: 409, body: { error: { code: 'wrong_state' } } });
  suite.pass(tenMinutes);
  expect((await settle({ ...good, reason: ' ' })).status).toBe(400);
  expect((await settle({ ...good, answer: 'perhaps' })).status).toBe(400);
  expect((await settle({ ...good, step: 'write b' })).status).toBe(409);
  expect((await settle({ ...good, seal: '0'.repeat(64) })).status).toBe(409);
  expect((await suite.ask(`/api/changes/${id}/settle`, { body: good, headers: {} })).status).toBe(403);
  expect((await settle(good)).status).toBe(202);
  const done = await reaches(suite, id, 'applied');
  expect(done.doubt).toBe(null);
  expect(done.history).toContainEqual(
    expect.objectContaining({
      type: 'doubt.settled',
      note: 'I see it.',
      actor: expect.objectContaining({ kind: 'person' }),
    }),
  );
  expect(suite.notes.writes('a')).toBe(1);
});

test('the command shows the doubt, and settles it', async () => {
  const suite = await startSuite();
  const id = await inDoubt(suite, 'fail_before');
  expect((await command(suite, 'show', id)).stdout).toMatch(
    /in doubt +write a, begun .*\n +sought .*\n +look at +notes.test/,
  );
  const answer = ['settle', id, '--did-not-happen', '--reason', 'The note is not there.'];
  expect(await command(suite, ...answer)).toMatchObject({ code: 4, stdout: '' });
  suite.pass(tenMinutes);
  expect(await command(suite, 'settle', id, '--reason', 'x')).toMatchObject({ code: 2, stdout: '' });
  expect(await command(suite, 'settle', id, '--happened', '--did-not-happen', '--reason', 'x')).toMatchObject({
    code: 2,
  });
  expect(await command(suite, ...answer, '--step', 'write b')).toMatchObject({ code: 4 });
  expect(await command(suite, ...answer)).toMatchObject({ code: 0, stdout: expect.stringContaining('On record.') });
  await reaches(suite, id, 'applied');
  expect(suite.notes.writes('a')).toBe(1);
  expect(await command(suite, ...answer)).toMatchObject({ code: 4, stderr: expect.stringContaining('is applied') });
});
