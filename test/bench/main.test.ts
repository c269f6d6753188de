import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { basics } from '#test/fakes/environment.ts';
import { help, readOptions } from './options.ts';
import type { Part } from './part.ts';
import { asMarkdown, asText, type Report } from './report.ts';

const run = promisify(execFile);
const bench = (args: string[], signal?: AbortSignal) =>
  run(process.execPath, ['test/bench/main.ts', ...args], {
    env: { ...process.env, ...basics() },
    encoding: 'utf8',
    ...(signal && { signal }),
  });

/** Titles and the heads of tables: what stays the same from one run to the next. */
function outline(markdown: string): string[] {
  const lines = markdown.split('\n');
  return lines.filter((line, at) => line.startsWith('### ') || /^\| [-: |]+\|$/.test(lines[at + 1] ?? ''));
}

const documented = outline(readFileSync('docs/measurements.md', 'utf8'));

// Side by side, since most of the time each waits for processes to start.
it.concurrent.for([
  { names: ['read-call', 'tokens', 'ledger', 'consoles', 'first-answer'] },
  { names: ['changes', 'round-trips', 'clone', 'memory'] },
])(
  'a quick look at $names fills the tables of docs/measurements.md with numbers',
  { timeout: 120_000 },
  async ({ names }, { signal, expect }) => {
    const { stdout } = await bench(['--rounds', '1', '--json', ...names.flatMap((name) => ['--only', name])], signal);
    const report: Report = JSON.parse(stdout);
    expect(report.parts.map(({ name }) => name)).toEqual(names);
    expect(documented).toEqual(expect.arrayContaining(outline(asMarkdown(report))));
    for (const { name, about, tables } of report.parts) {
      const text = asText({ ...report, parts: [{ name, title: 'Title', about, tables }] });
      expect(text).not.toMatch(/NaN|undefined|Infinity|null/);
      expect(tables.flatMap(({ rows }) => rows).filter((row) => row.length < 3)).toEqual([]);
    }
  },
);

it('refuses what it does not know, with exit code 2 and nothing on its output', async () => {
  const stderr = expect.stringMatching(/--only wants one of .*ledger/);
  await expect(bench(['--only', 'everything'])).rejects.toMatchObject({ code: 2, stdout: '', stderr });
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
    [['--json', '--markdown'], /choose one/],
  ])('refuses %j', (args, why) => {
    expect(() => readOptions(args, parts)).toThrow(why);
  });
});
