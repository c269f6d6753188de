import { expect, test } from 'vitest';
import { startSuite, until } from './kit.ts';

test('shows what waits, takes an approval of the seal that was shown, and follows the change to its end', async () => {
  const suite = await startSuite();
  const id = await suite.proposeNote('hello');

  const list = await suite.ask('/api/changes?status=pending');
  expect(list.status).toBe(200);
  expect(list.body.changes).toMatchObject([{ change_id: id, status: 'pending_approval', summary: 'Set a' }]);

  const { body: shown } = await suite.ask(`/api/changes/${id}`);
  expect(shown.content.effects).toEqual([
    { kind: 'field', target: 'note a', field: 'text', before: null, after: 'hello' },
  ]);
  expect(shown.reason).toBe('Because.');

  const answer = await suite.ask(`/api/changes/${id}/decision`, { body: { decision: 'approve', seal: shown.seal } });
  expect(answer).toMatchObject({ status: 200, body: { change_id: id, status: 'approved' } });
  expect(suite.notes.get('a').text).toBe(null);

  suite.work();
  const done = await until(
    () => suite.ask(`/api/changes/${id}/progress`),
    ({ body }) => body.status === 'applied',
  );
  expect(suite.notes.get('a').text).toBe('hello');
  expect(done.body.decisions).toMatchObject([{ verb: 'approve', who: { name: 'preset-token' }, signature: 'valid' }]);
  expect(done.body.steps).toMatchObject([{ name: 'write a', state: 'done' }]);
});
