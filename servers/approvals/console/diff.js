import { count, h, shown } from './dom.js';

/** Unchanged lines that stay in view on each side of a change, and how many are not worth hiding. */
const context = 3;
const worthHiding = 6;

/** A unified difference with line numbers. Long lines wrap, and so do long runs of spaces (`break-spaces`): nothing can stand out of sight. */
export function diffTable(diff) {
  const body = h('tbody');
  let [old, now] = [1, 1];
  for (const hunk of diff.hunks) {
    gap(body, hunk.new_start - now);
    [old, now] = [hunk.old_start, hunk.new_start];
    const rows = [];
    for (const line of hunk.lines) {
      const sign = line[0];
      rows.push({ sign, text: line.slice(1), old: sign === '+' ? '' : old, now: sign === '-' ? '' : now });
      if (sign === ' ' || sign === '-') old += 1;
      if (sign === ' ' || sign === '+') now += 1;
    }
    appendFolded(body, rows);
  }
  gap(body, diff.after_lines - now + 1);
  const columns = ['number', 'number', 'sign', 'text'].map((name) => h('col', { class: name }));
  return h('table', { class: 'diff' }, h('colgroup', {}, columns), body);
}

/** Lines that the server did not send, because the file is long and they do not change. */
function gap(body, lines) {
  if (lines <= 0) return;
  body.append(
    h(
      'tr',
      { class: 'gap' },
      h('td', { colspan: 4 }, `${count(lines, 'unchanged line')} not shown: the file is long.`),
    ),
  );
}

function appendFolded(body, rows) {
  let at = 0;
  while (at < rows.length) {
    const end = runEnd(rows, at);
    const hideFrom = at === 0 ? at : at + context;
    const hideTo = end === rows.length ? end : end - context;
    if (rows[at].sign === ' ' && hideTo - hideFrom >= worthHiding) {
      body.append(
        ...rows.slice(at, hideFrom).map(row),
        fold(rows.slice(hideFrom, hideTo)),
        ...rows.slice(hideTo, end).map(row),
      );
    } else {
      body.append(...rows.slice(at, end).map(row));
    }
    at = end;
  }
}

/** Where the run of changed, or of unchanged, lines ends that begins at an index. */
function runEnd(rows, from) {
  const unchanged = rows[from].sign === ' ';
  let end = from + 1;
  while (end < rows.length && (rows[end].sign === ' ') === unchanged) end += 1;
  return end;
}

function fold(rows) {
  const open = () => folded.replaceWith(...rows.map(row));
  const folded = h(
    'tr',
    { class: 'gap' },
    h(
      'td',
      { colspan: 4 },
      h('button', { type: 'button', class: 'quiet', onclick: open }, `Show ${count(rows.length, 'unchanged line')}`),
    ),
  );
  return folded;
}

const kinds = { '+': 'new', '-': 'old', '\\': 'remark', ' ': 'same' };
const spoken = { '+': 'added', '-': 'removed' };

function row({ sign, text, old, now }) {
  if (sign === '\\') {
    return h('tr', { class: 'remark' }, h('td', { colspan: 3 }), h('td', {}, 'no line feed at the end of the file'));
  }
  return h(
    'tr',
    { class: kinds[sign] },
    h('td', { class: 'number' }, String(old)),
    h('td', { class: 'number' }, String(now)),
    h('td', { class: 'sign', 'aria-label': spoken[sign] }, sign === '-' ? '−' : sign),
    h('td', { class: 'text' }, h('bdi', {}, withTrail(text, sign))),
  );
}

/** White space at the end of a changed line, which nobody sees otherwise. */
function withTrail(text, sign) {
  const [trail] = sign === ' ' ? [''] : (/[ \t]+$/.exec(text) ?? ['']);
  if (trail === '') return shown(text);
  return [
    ...shown(text.slice(0, -trail.length)),
    h('span', { class: 'trail', title: 'White space at the end' }, trail),
  ];
}
