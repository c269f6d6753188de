import { count, h, shown } from './dom.js';
import { wordMarks } from './word-marks.js';

const kinds = { '+': 'new', '-': 'old', '\\': 'remark', ' ': 'same' };
const spoken = { '+': 'added', '-': 'removed' };

/** The lines of a hunk with their numbers; lines that took each other's place know what differs in them. */
export function rowsOf({ lines, old_start: oldStart, new_start: newStart }) {
  let [old, now] = [oldStart, newStart];
  const rows = lines.map((line) => {
    const sign = line[0];
    const row = { sign, text: line.slice(1), old: sign === '+' ? '' : old, now: sign === '-' ? '' : now };
    if (sign === ' ' || sign === '-') old += 1;
    if (sign === ' ' || sign === '+') now += 1;
    return row;
  });
  for (const [one, other] of pairs(rows)) {
    const marks = wordMarks(one.text, other.text);
    if (!marks) continue;
    one.marks = marks.old;
    other.marks = marks.now;
  }
  return rows;
}

/** Removed lines with the added ones that stand where they stood, where there are as many of each. */
function pairs(rows) {
  const found = [];
  for (const run of runs(rows)) {
    const [old, now] = ['-', '+'].map((sign) => run.filter((row) => row.sign === sign));
    if (old.length === now.length) found.push(...old.map((row, index) => [row, now[index]]));
  }
  return found;
}

/** Runs of changed lines. */
function runs(rows) {
  const all = [];
  let run = [];
  for (const row of rows) {
    if (row.sign !== ' ') run.push(row);
    else if (run.length > 0) {
      all.push(run);
      run = [];
    }
  }
  return run.length > 0 ? [...all, run] : all;
}

/** One line under the other, the old above the new. */
export function unifiedRows(rows) {
  return rows.map((row) =>
    row.sign === '\\'
      ? h('tr', { class: 'remark' }, h('td', { colspan: 3 }), h('td', {}, noLineFeed))
      : h('tr', { class: kinds[row.sign] }, number(row.old), number(row.now), sign(row), text(row)),
  );
}

/** The old to the left, the new to the right. */
export function splitRows(rows) {
  const all = [];
  for (let at = 0; at < rows.length; ) {
    if (rows[at].sign === ' ') {
      all.push(h('tr', { class: 'same' }, number(rows[at].old), text(rows[at]), number(rows[at].now), text(rows[at])));
      at += 1;
      continue;
    }
    const [left, right] = [[], []];
    let last = left;
    for (; at < rows.length && rows[at].sign !== ' '; at += 1) {
      if (rows[at].sign !== '\\') last = rows[at].sign === '-' ? left : right;
      last.push(rows[at]);
    }
    for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
      all.push(h('tr', {}, half(left[index], 'old'), half(right[index], 'now')));
    }
  }
  return all;
}

const noLineFeed = 'no line feed at the end of the file';

function half(row, side) {
  if (!row) return [h('td', { class: 'number none' }), h('td', { class: 'none' })];
  if (row.sign === '\\') return [h('td', { class: 'number' }), h('td', { class: 'remark' }, noLineFeed)];
  const kind = kinds[row.sign];
  return [number(row[side], kind), text(row, kind, spoken[row.sign])];
}

function number(value, kind = '') {
  return h('td', { class: `number ${kind}` }, String(value));
}

function sign({ sign: which }) {
  return h('td', { class: 'sign', 'aria-label': spoken[which] }, which === '-' ? '−' : which);
}

function text(row, kind = '', says = undefined) {
  const hidden = says ? h('span', { class: 'spoken' }, `${says}: `) : null;
  return h(
    'td',
    { class: `text ${kind}` },
    hidden,
    h('bdi', {}, row.marks ? marked(row.marks, row.sign) : withTrail(row.text, row.sign)),
  );
}

function marked(marks, which) {
  return marks.map(([piece, changed], index) => {
    const inside = index === marks.length - 1 ? withTrail(piece, which) : shown(piece);
    return changed ? h('span', { class: 'word' }, inside) : inside;
  });
}

/** White space at the end of a changed line, which nobody sees otherwise. */
function withTrail(line, which) {
  const [trail] = which === ' ' ? [''] : (/[ \t]+$/.exec(line) ?? ['']);
  if (trail === '') return shown(line);
  return [
    ...shown(line.slice(0, line.length - trail.length)),
    h('span', { class: 'trail', title: 'White space at the end' }, trail),
  ];
}

/** A row over the whole table. */
export function wideRow(...children) {
  return h('tr', { class: 'gap' }, h('td', { colspan: 4 }, ...children));
}

/** Lines that the server did not send, because the file is long and they do not change. */
export function gapRow(lines) {
  return lines > 0 ? [wideRow(`${count(lines, 'unchanged line')} not shown: the file is long.`)] : [];
}
