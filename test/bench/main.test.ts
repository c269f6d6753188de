import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { basics } from '#test/fakes/environment.ts';
import { help, readOptions } from './options.ts';
import type { Part } from './part.ts';

const run = promisify(execFile);
const bench = (args: string[], signal?: AbortSignal) =>
  run(process.execPath, ['test/bench/main.ts', ...args], {
    env: { ...process.env, ...basics() },
    encoding: 'utf8',
    ...(signal && { signal }),
  });

it('refuses what it does not know, with exit code 2 and nothing on its output', async () => {
  const stderr = expect.stringMatching(/--only wants one of .*ledger/);
  await expect(bench(['--only', 'everything'])).rejects.toMatchObject({ code: 2, stdout: '', stderr });
});

it('leaves out what needs something that it was not given, and says so', async () => {
  const { stderr } = await bench(['--only', 'knowledge', '--rounds', '2']);
  expect(stderr).toContain('knowledge is left out: it needs a folder for manuals of Debian');
});

describe('the command line', () => {
  const part = (name: string): Part => ({ name, title: `Title of ${name}`, about: '', measure: async () => [] });
  const parts = [part('one'), part('other')];

  it('means everything unless told otherwise', () => {
    expect(readOptions([], parts)).toMatchObject({ parts, format: 'text', fresh: false, help: false });
  });

  it('chooses parts and form', () => {
    const options = readOptions(['--only', 'other', '--rounds', '3', '--json', '--fresh'], parts);
    expect(options).toMatchObject({ parts: [parts[1]], rounds: 3, format: 'json', fresh: true });
  });

  it('explains itself and its parts', () => {
    expect(readOptions(['-h'], parts).help).toBe(true);
    expect(help(parts)).toContain('other  Title of other');
  });

  it.each([
    [['--only', 'none'], /one of one, other/],
    [['--rounds', '0'], /--rounds/],
    [['--rounds', 'many'], /--rounds/],
    [['--fast'], /--fast/],
    [['--passages', 'many'], /--passages/],
    [['--json', '--markdown'], /choose one/],
  ])('refuses %j', (args, why) => {
    expect(() => readOptions(args, parts)).toThrow(why);
  });
});
