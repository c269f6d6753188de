import type { Machine } from './machine.ts';
import type { Cell, Column, Part, Table } from './part.ts';

export type Result = Pick<Part, 'name' | 'title' | 'about'> & { readonly tables: readonly Table[] };

/** Everything that one run found. */
export type Report = { readonly machine: Machine; readonly rounds: number; readonly parts: readonly Result[] };

/** For a terminal. */
export function asText(report: Report): string {
  const parts = report.parts.map(({ name, title, about, tables }) =>
    [`${title} (${name})`, wrap(about, 100), ...tables.map(textTable)].join('\n\n'),
  );
  return [conditions(report), ...parts].join('\n\n');
}

/** What stands in docs/measurements.md. */
export function asMarkdown(report: Report): string {
  const parts = report.parts.map(({ name, title, about, tables }) =>
    [`### ${title} (\`${name}\`)`, wrap(about, 120), ...tables.map(markdownTable)].join('\n\n'),
  );
  return [wrap(conditions(report), 120), ...parts].join('\n\n');
}

function conditions({ machine, rounds }: Report): string {
  const { date, cores, cpu, memoryGiB, system, node, load } = machine;
  return `Measured on ${date}: ${cores} cores (${cpu}), ${memoryGiB} GiB, ${system}, Node ${node}; rounds: ${rounds}; load average at the start ${load}.`;
}

function textTable({ columns, rows }: Table): string {
  const lines = [columns.map(({ name }) => name), ...rows.map((row) => shown(columns, row))];
  const widths = columns.map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0)));
  const numeric = columns.map((_, at) => rows.every((row) => typeof row[at] === 'number'));
  const padded = lines.map((line) =>
    line.map((cell, at) => (numeric[at] ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0))),
  );
  return padded.map((line) => `  ${line.join('  ')}`.trimEnd()).join('\n');
}

function markdownTable({ columns, rows }: Table): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = columns.map((_, at) => (rows.every((row) => typeof row[at] === 'number') ? '---:' : '---'));
  const body = rows.map((row) => line(shown(columns, row)));
  return [line(columns.map(({ name }) => name)), line(rule), ...body].join('\n');
}

function shown(columns: readonly Column[], row: readonly Cell[]): string[] {
  return row.map((cell, at) => (typeof cell === 'number' ? cell.toFixed(columns[at]?.digits ?? 0) : cell));
}

function wrap(text: string, width: number): string {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.join('\n');
}
