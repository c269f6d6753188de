import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);
const bench = (...args: string[]) => run(process.execPath, ['test/bench/main.ts', ...args]);

/** Its heading and the heads of its tables: what stays the same from one run to the next. */
function outline(markdown: string): string[] {
  const lines = markdown.split('\n');
  return lines.filter((line, at) => line.startsWith('### ') || /^\| [-: |]+\|$/.test(lines[at + 1] ?? ''));
}

// Side by side: most of the time each of them waits for processes that start.
it.concurrent.each([[['read-call', 'ledger']], [['changes', 'round-trips']], [['memory', 'first-answer']]])(
  'a quick look at %j fills the tables of docs/measurements.md',
  async (names) => {
    const { stdout } = await bench('--rounds', '1', '--markdown', ...names.flatMap((name) => ['--only', name]));
    const measured = outline(stdout);
    expect(measured.filter((line) => line.startsWith('### '))).toHaveLength(names.length);
    expect(outline(readFileSync('docs/measurements.md', 'utf8')).join('\n')).toContain(measured.join('\n'));
    expect(stdout).not.toMatch(/NaN|undefined|Infinity/);
  },
);

it('prints numbers that a program can read', async () => {
  const { stdout } = await bench('--rounds', '1', '--json', '--only', 'ledger');
  const { machine, parts } = JSON.parse(stdout);
  expect(machine).toMatchObject({ cores: expect.any(Number), node: process.version });
  const [{ name, tables }] = parts;
  expect(name).toBe('ledger');
  for (const row of tables[0].rows) expect(row).toEqual([expect.any(String), ...Array(4).fill(expect.any(Number))]);
});

it('explains itself', async () => {
  expect((await bench('--help')).stdout).toContain('--rounds N');
});

it.each([
  [['--only', 'everything'], /one of read-call, ledger, changes, round-trips, memory, first-answer/],
  [['--rounds', '0'], /--rounds/],
  [['--rounds', 'many'], /--rounds/],
  [['--fast'], /--fast/],
  [['--json', '--markdown'], /choose one/],
])('refuses %j and says why', async (args, why) => {
  await expect(bench(...args)).rejects.toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(why) });
});
