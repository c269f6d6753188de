import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { currentBlueprint } from '#shared/blueprints/current.ts';
import { loadBlueprints } from '#shared/blueprints/load.ts';
import { capabilities, full } from './fixture.ts';

let folder: string;
let path: string;
let current: ReturnType<typeof currentBlueprint>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'blueprints-'));
  path = join(folder, 'a.yaml');
  writeFileSync(path, full);
  const [known] = loadBlueprints({ path: folder, capabilities });
  if (!known) throw new Error('nothing was loaded');
  current = currentBlueprint(known, capabilities);
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

test('an edit counts from the next call on, written in place or replaced', () => {
  const before = current();
  expect(before?.name).toBe('shelf-keeper');
  writeFileSync(path, full.replace('max_books: 5', 'max_books: 4'));
  const edited = current();
  expect(edited?.digest).not.toBe(before?.digest);
  writeFileSync(join(folder, 'new'), full);
  renameSync(join(folder, 'new'), path);
  expect(current()?.digest).toBe(before?.digest);
});

test('a blueprint that was taken away, or named otherwise, is gone', () => {
  writeFileSync(path, full.replace('shelf-keeper', 'keeper'));
  expect(current()).toBeNull();
  writeFileSync(path, full);
  expect(current()).not.toBeNull();
  rmSync(path);
  expect(current()).toBeNull();
});

test.each([
  ['empty', ''],
  ['half written', full.slice(0, full.indexOf('sponsor') + 4)],
  ['broken', `${full}more: x\n`],
])('a file that is %s revokes nothing: it cannot be used until it is whole again', (_what, text) => {
  const before = current();
  writeFileSync(path, text);
  expect(current).toThrow(expect.objectContaining({ code: 'bad_configuration' }));
  writeFileSync(path, full);
  expect(current()).toEqual(before);
});

test('what is wrong with another file disturbs nothing', () => {
  writeFileSync(join(folder, 'b.yaml'), 'half: [writt');
  expect(current()?.name).toBe('shelf-keeper');
});
