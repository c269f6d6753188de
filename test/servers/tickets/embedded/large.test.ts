import { expect, test } from 'vitest';
import { everything, markdown, newTracker } from './tracker.ts';

test('a description of 1 MB is kept, found and given back as it is', async () => {
  const { reader, write, ticket, as } = newTracker();
  const key = as('bob').create('WEB', 'Task', { title: 'Large' });
  const text = `${'Die Größe, 大きさ, גודל 🎉\n'.repeat(40_000)}needle`;
  expect(Buffer.byteLength(text)).toBeGreaterThan(1_048_576);
  const description = markdown(text);
  await write({ kind: 'update', ticket: await ticket(key), expect: { description: null }, set: { description } });
  expect((await ticket(key)).description).toEqual(description);
  expect((await reader.search({ ...everything, text: ['needle', '大きさ'] }, { limit: 2 })).items).toMatchObject([
    { key },
  ]);
});

test('a page of comments goes on from its cursor only', async () => {
  const { reader, ticket, as } = newTracker();
  const bob = as('bob');
  const key = bob.create('WEB', 'Task', { title: 'Talked about' });
  for (let number = 1; number <= 5; number += 1) bob.comment(key, `Comment ${number}`);
  const at = await ticket(key);
  const first = await reader.comments(at, { limit: 2 });
  bob.comment(key, 'One more');
  const next = await reader.comments(at, { limit: 2, cursor: first.cursor ?? '' });
  expect(next.items.map(({ body }) => body.text)).toEqual(['Comment 3', 'Comment 2']);
  const foreign = reader.history(at, { limit: 2, cursor: first.cursor ?? '' });
  await expect(foreign).rejects.toMatchObject({ code: 'invalid_arguments' });
});
