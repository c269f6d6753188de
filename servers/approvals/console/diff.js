import { gapRow, rowsOf, splitRows, unifiedRows, wideRow } from './diff-rows.js';
import { count, h, problem } from './dom.js';

/** Unchanged lines that stay in view on each side of a change, and how many are not worth hiding. */
const context = 3;
const worthHiding = 6;

const viewName = 'countersign-diff';
const views = {
  unified: { label: 'Unified', rows: unifiedRows, columns: ['number', 'number', 'sign', 'text'] },
  split: { label: 'Side by side', rows: splitRows, columns: ['number', 'text', 'number', 'text'] },
};
const chosen = () => (localStorage.getItem(viewName) === 'split' ? 'split' : 'unified');

/** The differences on the page, to be drawn anew when the view changes. */
const drawn = new Set();

/** Chooses how all differences on the page are shown; the choice is kept. */
export function viewButtons() {
  const choose = (view) => () => {
    localStorage.setItem(viewName, view);
    for (const one of buttons.children) one.setAttribute('aria-pressed', String(one.dataset.view === view));
    for (const draw of drawn) draw();
  };
  const buttons = h(
    'div',
    { class: 'views', role: 'group', 'aria-label': 'How differences are shown' },
    Object.entries(views).map(([view, { label }]) =>
      h(
        'button',
        {
          type: 'button',
          class: 'quiet',
          'data-view': view,
          'aria-pressed': String(view === chosen()),
          onclick: choose(view),
        },
        label,
      ),
    ),
  );
  return buttons;
}

/**
 * A difference with line numbers. Long lines wrap, and so do long runs of spaces (`break-spaces`): nothing can stand out
 * of sight. What the server did not send yet is fetched by `more`, from a line on, and until then it is counted.
 */
export function diffView(diff, more) {
  let hunks = diff.hunks;
  let drawing;
  const box = h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Difference' });
  const load = async (event) => {
    const button = event.currentTarget;
    button.disabled = true;
    try {
      const part = await more(linesOf(hunks));
      // Which lines match can come out otherwise when it is worked out anew: then all is shown anew.
      if (part.lines !== diff.lines) {
        hunks = (await more(0)).hunks;
        draw();
        return;
      }
      hunks = [...hunks, ...part.hunks];
      button.closest('tr').remove();
      append(part.hunks);
    } catch (error) {
      button.disabled = false;
      button.textContent = problem(error);
    }
  };
  const append = (next) => {
    for (const hunk of next) drawing.add(hunk);
    const left = diff.lines - linesOf(hunks);
    if (left === 0) drawing.end(diff);
    else if (more) {
      const text = `Show more: ${count(left, 'line')} of this difference not shown yet`;
      drawing.body.append(wideRow(h('button', { type: 'button', class: 'quiet', onclick: load }, text)));
    }
  };
  const draw = () => {
    drawing = newDrawing();
    box.classList.toggle('split', chosen() === 'split');
    box.replaceChildren(drawing.table);
    append(hunks);
  };
  drawn.add(draw);
  draw();
  if (hunks.length === 0 && diff.lines > 0 && more) box.querySelector('button')?.click();
  return box;
}

function linesOf(hunks) {
  return hunks.reduce((sum, { lines }) => sum + lines.length, 0);
}

/** An empty table in the chosen view; hunks are added one after the other. */
function newDrawing() {
  const { rows, columns } = views[chosen()];
  const body = h('tbody');
  const widths = columns.map((name) => h('col', { class: name }));
  let now = 1;
  return {
    table: h('table', { class: 'diff' }, h('colgroup', {}, widths), body),
    body,
    add: (hunk) => {
      body.append(...gapRow(hunk.new_start - now));
      appendFolded(body, rowsOf(hunk), rows);
      now = hunk.new_start + hunk.lines.filter((line) => line[0] === ' ' || line[0] === '+').length;
    },
    end: (diff) => body.append(...gapRow(diff.after_lines - now + 1)),
  };
}

function appendFolded(body, all, rows) {
  let at = 0;
  while (at < all.length) {
    const end = runEnd(all, at);
    const hideFrom = at === 0 ? at : at + context;
    const hideTo = end === all.length ? end : end - context;
    if (all[at].sign === ' ' && hideTo - hideFrom >= worthHiding) {
      body.append(
        ...rows(all.slice(at, hideFrom)),
        fold(all.slice(hideFrom, hideTo), rows),
        ...rows(all.slice(hideTo, end)),
      );
    } else {
      body.append(...rows(all.slice(at, end)));
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

function fold(hidden, rows) {
  const open = () => folded.replaceWith(...rows(hidden));
  const folded = wideRow(
    h('button', { type: 'button', class: 'quiet', onclick: open }, `Show ${count(hidden.length, 'unchanged line')}`),
  );
  return folded;
}
