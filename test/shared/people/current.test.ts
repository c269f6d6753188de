import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { currentBlueprint } from '#shared/blueprints/current.ts';
import { writability } from '#shared/blueprints/grants.ts';
import { loadBlueprints } from '#shared/blueprints/load.ts';
import { currentPeople } from '#shared/people/current.ts';
import { sponsorRule } from '#shared/people/sponsor.ts';
import { capabilities, full } from '#test/shared/blueprints/fixture.ts';

const listOf = (...names: string[]) =>
  `people:\n${names.map((name) => `  ${name}: { sign_in: [{ issuer: https://id.example, subject: ${name} }] }\n`).join('')}`;

function fileOf(text: string): { readonly path: string; readonly folder: string } {
  const folder = mkdtempSync(join(tmpdir(), 'people-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'people.yaml');
  writeFileSync(path, text);
  return { path, folder };
}

test('an edit counts from the next look on, written in place or replaced', () => {
  const { path, folder } = fileOf(listOf('alice'));
  const people = currentPeople(path);
  writeFileSync(path, listOf('alice', 'bob'));
  expect([...people().all.keys()]).toEqual(['alice', 'bob']);
  writeFileSync(join(folder, 'new'), listOf('bob'));
  renameSync(join(folder, 'new'), path);
  expect([...people().all.keys()]).toEqual(['bob']);
});

test('while the file is gone, empty or broken nobody is known, until it is whole again', () => {
  const { path } = fileOf(listOf('alice'));
  const people = currentPeople(path);
  for (const text of ['', 'people: {}', listOf('alice').slice(0, 30)]) {
    writeFileSync(path, text);
    expect(people).toThrow(expect.objectContaining({ code: 'bad_configuration' }));
  }
  rmSync(path);
  expect(people).toThrow(expect.objectContaining({ code: 'bad_configuration' }));
  writeFileSync(path, listOf('alice'));
  expect(people().all.size).toBe(1);
});

test('a list that cannot be used to begin with says at once what is wrong, and where', () => {
  const { path } = fileOf('people:\n  alice: {}\n');
  expect(() => currentPeople(path)).toThrow(`${path}:2:3: people.alice.sign_in: This is missing.`);
});

test('a sponsor who is not on the list has no writes, and the blueprint goes on for reads', () => {
  const { path, folder } = fileOf(listOf('alice'));
  const blueprints = join(folder, 'blueprints.yaml');
  writeFileSync(blueprints, full);
  const [known] = loadBlueprints({ path: blueprints, capabilities });
  if (!known) throw new Error('nothing was loaded');
  const at = new Date('2026-01-01');
  const without = currentBlueprint(known, capabilities)();
  expect(without && writability(without, at).live).toBe(true);

  const current = currentBlueprint(known, capabilities, sponsorRule(currentPeople(path)));
  const look = () => {
    const blueprint = current();
    if (!blueprint) throw new Error('the blueprint is gone');
    return writability(blueprint, at);
  };
  writeFileSync(path, listOf('somebody'));
  expect(look()).toEqual({ live: false, why: expect.stringContaining(`does not name the sponsor "${known.sponsor}"`) });
  writeFileSync(path, listOf(known.sponsor));
  expect(look()).toEqual({ live: true });
  // Half saved, it revokes nothing: whoever asks is to ask again.
  writeFileSync(path, 'people: {');
  expect(look).toThrow(expect.objectContaining({ code: 'bad_configuration' }));
  expect(current()?.digest).toBe(known.digest);
});
