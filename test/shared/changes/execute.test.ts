import { afterEach, beforeEach, expect, test } from 'vitest';
import { type NotesKit, notesKit, workAll, workOnce } from '#test/fakes/notes-kit.ts';

let kit: NotesKit;
beforeEach(async () => {
  kit = await notesKit();
});
afterEach(() => kit.close());

test('an approved change is carried out once, with one write a note', async () => {
  const id = await kit.approved({ a: 'one', b: 'two' });
  await workAll(kit.context);
  expect(await kit.status(id)).toBe('applied');
  expect([kit.store.get('a').text, kit.store.get('b').text]).toEqual(['one', 'two']);
  expect([kit.store.writes('a'), kit.store.writes('b')]).toEqual([1, 1]);
  expect(await workOnce(kit.context)).toEqual([]);
});
