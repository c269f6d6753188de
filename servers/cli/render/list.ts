import { styleText } from 'node:util';
import type { ChangeList, ListedChange } from '../change.ts';
import { visibleLine } from '../visible.ts';

/** Changes as a table, newest first. */
export function renderList({ changes, next_before: next }: ChangeList): string {
  if (changes.length === 0) return 'There are no such changes.';
  const rows = [['CHANGE', 'STATUS', 'ASKED', 'BY', 'FLAGS', 'SUMMARY'], ...changes.map(cells)];
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const [head = '', ...rest] = lines;
  const more = next === null ? [] : ['', `There are more: countersign changes list --before ${visibleLine(next)}`];
  return [styleText('bold', head), ...rest, ...more].join('\n');
}

function cells(change: ListedChange): string[] {
  const { change_id, status, created_at, requester, flags, version } = change;
  const summary = version > 1 ? `Version ${version}: ${change.summary}` : change.summary;
  const minute = created_at.slice(0, 16).replace('T', ' ');
  return [change_id, status, minute, requester.name, [...new Set(flags)].join(',') || '-', summary].map(visibleLine);
}
