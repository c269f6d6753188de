import { afterEach, beforeEach, expect, test } from 'vitest';
import { AppError } from '#shared/errors.ts';
import { type NotesKit, notesKit, workAll } from '#test/fakes/notes-kit.ts';

let kit: NotesKit;
beforeEach(async () => {
  kit = await notesKit();
});
afterEach(() => kit.close());

const why = 'The list of people does not name the sponsor.';
const nobody = () => why;

/** What the executor finds of the blueprint from now on. */
function executed(rule: { noWrites: () => string | null }): void {
  kit.blueprints.set(kit.blueprint.name, { ...kit.blueprint, ...rule });
}

test('for a sponsor whom the list of people does not name nothing can be proposed, and no backend is asked', async () => {
  kit.blueprint = { ...kit.blueprint, noWrites: nobody };
  await expect(kit.propose({ a: 'new' })).rejects.toMatchObject({ code: 'not_permitted', message: why });
  expect(kit.store.log).toEqual([]);
});

test('what was approved for a sponsor who was taken off the list since is not carried out', async () => {
  const changeId = await kit.approved({ a: 'new' });
  executed({ noWrites: nobody });
  await workAll(kit.context);
  expect(await kit.status(changeId)).toBe('revoked');
  expect(kit.store.get('a').text).toBe(null);
});

test('while the list cannot be used, what was approved waits', async () => {
  const changeId = await kit.approved({ a: 'new' });
  const unusable = () => {
    throw new AppError('bad_configuration', 'The list of people cannot be used as its file is now.');
  };
  executed({ noWrites: unusable });
  await workAll(kit.context).catch(() => {});
  expect(await kit.status(changeId)).toBe('approved');
  executed({ noWrites: () => null });
  await workAll(kit.context);
  expect(await kit.status(changeId)).toBe('applied');
});
