import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { it } from 'vitest';
import { basics } from '#test/fakes/environment.ts';
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
  { names: ['knowledge'] },
  { names: ['changes', 'round-trips', 'tickets', 'clone', 'memory'] },
])(
  'a quick look at $names fills the tables of docs/measurements.md with numbers',
  { timeout: 600_000 },
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
