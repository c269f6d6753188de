import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadBlueprints } from '#shared/blueprints/load.ts';
import { AppError } from '#shared/errors.ts';
import { capabilities, full, minimal } from './fixture.ts';

const other = minimal.replace('127.0.0.1', '127.0.0.2');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'blueprints-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function put(name: string, text: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function load(path = folder) {
  return loadBlueprints({ path, capabilities });
}

function failure(path = folder): string {
  try {
    load(path);
    return 'loaded';
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    expect(error.code).toBe('bad_configuration');
    return error.message.replaceAll(`${folder}/`, '').replaceAll(folder, '.');
  }
}

test('one file gives one blueprint that knows where it came from', () => {
  const path = put('any.name', full);
  expect(load(path)).toMatchObject([{ name: 'shelf-keeper', source: path }]);
});

test('a folder gives the blueprints of its YAML files by file name, and nothing else', () => {
  put('b.yml', full);
  put('a.yaml', other);
  put('.hidden.yaml', 'not: [one');
  put('README.md', 'not one');
  expect(load().map(({ name }) => name)).toEqual(['reader', 'shelf-keeper']);
});

test('a file may be a link, as in mounted volumes', () => {
  mkdirSync(join(folder, '..data'));
  symlinkSync(put('..data/real', full), join(folder, 'a.yaml'));
  expect(load().map(({ name }) => name)).toEqual(['shelf-keeper']);
});

test('nothing found is an error', () => {
  expect(failure()).toBe('.:1:1: There is no blueprint (*.yaml) in this folder.');
  expect(failure(join(folder, 'none.yaml'))).toBe('none.yaml:1:1: There is no such file or folder.');
});

test('every problem of every file is told at once', () => {
  put('a.yaml', minimal.replace('goal', 'gaol'));
  put('b.yaml', new Uint8Array([0x61, 0xff]));
  put('c.yaml', 'x'.repeat(256 * 1024 + 1));
  mkdirSync(join(folder, 'd.yaml'));
  expect(failure().split('\n')).toEqual([
    'a.yaml:1:1: goal: This is missing.',
    'a.yaml:2:1: gaol: There is no such key. Did you mean "goal"?',
    'b.yaml:1:1: This is not UTF-8 text.',
    'c.yaml:1:1: A blueprint has at most 256 KiB.',
    'd.yaml:1:1: This is not a file.',
  ]);
});

test('a file that cannot be read is told as such', () => {
  symlinkSync('a.yaml', join(folder, 'a.yaml'));
  expect(failure()).toBe('a.yaml:1:1: This cannot be read (ELOOP).');
});

test('two blueprints with one name and one listener are refused', () => {
  put('a.yaml', minimal);
  put('b.yaml', minimal);
  expect(failure().split('\n')).toEqual([
    'b.yaml:1:12: blueprint: This name is taken by a.yaml.',
    'b.yaml:5:23: callers[0].listener: This listener is taken by "reader" (a.yaml): a caller there could be either.',
  ]);
});

test('a listener in another spelling is the same listener', () => {
  put('a.yaml', minimal.replace('127.0.0.1', '"::1"'));
  put('b.yaml', full.replace('127.0.0.1', "'0:0:0::1'"));
  expect(failure()).toMatch(/^b\.yaml:7:15: callers\[0\]\.listener: This listener is taken by "reader"/);
});

test('one agent may have two blueprints, but only one sponsor and one spelling', () => {
  put('a.yaml', full);
  put('b.yaml', other.replace('reader-bot', 'shelf-bot'));
  expect(load()).toHaveLength(2);
  put('b.yaml', other.replace('reader-bot', 'shelf-bot').replace('alice', 'carol'));
  expect(failure()).toBe('b.yaml:4:10: sponsor: This agent acts for "alice" in a.yaml; an agent has one sponsor.');
  put('b.yaml', other.replace('reader-bot', 'Shelf-Bot'));
  expect(failure()).toBe(
    'b.yaml:3:8: agent: This differs from agent "shelf-bot" (a.yaml) in small and capital letters only.',
  );
});
