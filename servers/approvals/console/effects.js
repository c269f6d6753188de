import { withReferences } from './chain.js';
import { diffView, viewButtons } from './diff.js';
import { count, foreign, h, shown } from './dom.js';
import { open, request } from './request.js';

/** What the server gives as an image at most. */
const mostImageBytes = 10_000_000;

/** So many files are listed before they are shown; the rest of the list opens. */
const listedAtOnce = 100;
const boxesAtOnce = 300;

/** So few things that have fields need no list. */
const fewAtASight = 10;

/** All that the change does, in full. */
export function effectsSection({ change_id: id, content: { effects, references = [] } }) {
  const fields = effects.filter(({ kind }) => kind === 'field');
  const files = effects.flatMap((effect, index) => (effect.kind === 'file' ? [{ ...effect, id, index }] : []));
  return h(
    'section',
    { 'aria-labelledby': 'effects-title' },
    h(
      'div',
      { class: 'top' },
      h('h2', { id: 'effects-title' }, 'What it changes'),
      files.length > 0 || fields.some(({ diff }) => diff) ? viewButtons() : null,
    ),
    fieldBoxes([...Map.groupBy(fields, ({ target }) => target)], references),
    fileBoxes(files),
  );
}

/** The files one after the other, with a list of them before. */
function fileBoxes(files) {
  const { boxes, next, show } = inParts(files, fileBox, 'file');
  return [files.length > 1 ? fileList(files, show) : null, boxes, next];
}

/** What has fields one after the other; of much, with a list before. */
function fieldBoxes(groups, references) {
  const box = (group, at) => h('div', { id: `part-${at}` }, fieldBox(group, references));
  const { boxes, next, show } = inParts(groups, box, 'part');
  return [groups.length > fewAtASight ? partList(groups, show) : null, boxes, next];
}

/** Of very many boxes, some at a time. */
function inParts(all, box, what) {
  const boxes = h('div', { class: 'files' });
  const next = h('button', { type: 'button', class: 'wide', onclick: () => show(boxes.children.length + boxesAtOnce) });
  const show = (number) => {
    const from = boxes.children.length;
    boxes.append(...all.slice(from, number).map((one, at) => box(one, from + at)));
    const left = all.length - boxes.children.length;
    next.textContent = `Show more: ${count(left, what)} not shown yet`;
    next.hidden = left === 0;
  };
  show(boxesAtOnce);
  return { boxes, next, show };
}

function partList(groups, show) {
  const list = h('ol');
  const item = ([target], at) =>
    h('li', {}, h('a', { href: `#part-${at}`, onclick: () => show(at + 1) }, foreign(target)));
  const fill = () => {
    if (list.children.length === 0) list.append(...groups.map(item));
  };
  return h(
    'details',
    { class: 'file-list', ontoggle: fill },
    h('summary', {}, `List of ${count(groups.length, 'part')}`),
    list,
  );
}

/** One effect by itself; `more` fetches what is not there of its difference, `sides` says in which changes its images are. */
export function effectBox(effect) {
  return effect.kind === 'file' ? fileBox(effect) : fieldBox([effect.target, [effect]]);
}

function fieldBox([target, fields], references = []) {
  const rows = fields.map((field) => fieldRow(field, references));
  return h('div', { class: 'box' }, h('h3', {}, foreign(target)), h('dl', { class: 'fields' }, rows));
}

function fieldRow({ field, before, after, diff }, references) {
  const side = (name, label, value, refers = []) =>
    h(
      'dd',
      { class: name },
      h('span', { class: 'label' }, label),
      h('div', { class: 'value' }, value === '' ? h('i', {}, 'empty') : withReferences(value, refers, shown)),
    );
  // A reference is shown as what it stands for, which no line of a difference can.
  if (diff && !references.some(({ text }) => after.includes(text))) {
    return h('div', {}, h('dt', {}, foreign(field)), h('dd', { class: 'lines' }, diffView(diff)));
  }
  return h(
    'div',
    {},
    h('dt', {}, foreign(field)),
    before === null ? null : side('old', after === null ? 'removed' : 'old', before),
    after === null ? null : side('new', 'new', after, references),
  );
}

function fileList(files, show) {
  const item = (file, at) =>
    h(
      'li',
      {},
      h('a', { href: `#file-${file.index}`, onclick: () => show(at + 1) }, foreign(file.path)),
      file.commit === undefined ? ' ' : ` in commit ${file.commit} `,
      size(file),
    );
  const rest = files.slice(listedAtOnce);
  const others = h('ol', { start: listedAtOnce + 1 });
  const fill = () => {
    if (others.children.length === 0) others.append(...rest.map((file, at) => item(file, listedAtOnce + at)));
  };
  return h(
    'nav',
    { class: 'file-list', 'aria-label': 'Files' },
    h('p', {}, ...howMany(files)),
    h('ol', {}, files.slice(0, listedAtOnce).map(item)),
    rest.length === 0
      ? null
      : h('details', { ontoggle: fill }, h('summary', {}, count(rest.length, 'more file')), others),
  );
}

/** Of several commits, files are listed as the commits leave them, and then as each commit does. */
function howMany(files) {
  const together = files.filter(({ commit }) => commit === undefined);
  if (together.length === files.length) return [count(files.length, 'file'), ':'];
  return [count(together.length, 'file'), ' as all commits together leave them, then what each commit does by itself:'];
}

function size({ diff }) {
  if (!diff) return null;
  return h(
    'span',
    { class: 'size' },
    h('span', { class: 'plus' }, `+${diff.added}`),
    ' ',
    h('span', { class: 'minus' }, `−${diff.removed}`),
  );
}

function fileBox(file) {
  const { diff, id, index } = file;
  const shown = diff ? diff.hunks.reduce((sum, { lines }) => sum + lines.length, 0) : 0;
  const isLater = diff !== null && diff.lines > 0 && shown === 0;
  const more =
    file.more ??
    (id === undefined ? undefined : (from) => request(`/api/changes/${id}/diff?effect=${index}&from=${from}`));
  const body = h('div');
  const fill = () => body.replaceChildren(diff ? diffView(diff, more) : '', ...pictures(file));
  const box = h(
    'details',
    { class: 'box file', id: index === undefined ? undefined : `file-${index}`, open: !isLater },
    h(
      'summary',
      {},
      h('h3', { class: 'code' }, foreign(file.path)),
      file.commit === undefined ? null : h('span', { class: 'kind' }, `in commit ${file.commit}`),
      h('span', { class: `kind ${kindOf(file)}` }, kindOf(file)),
      size(file),
      isLater
        ? h('b', { class: 'warn' }, `${count(diff.added + diff.removed, 'changed line')}: open to see them`)
        : null,
    ),
    h(
      'div',
      { class: 'file-facts' },
      factsOf(file).map((fact) => h('p', {}, fact)),
    ),
    body,
  );
  if (isLater) box.addEventListener('toggle', () => body.children.length === 0 && fill());
  else fill();
  return box;
}

/** What is an image by its bytes is drawn: as pixels, by this page, so that nothing in it can load or run. */
function pictures({ id, sides: ids = { before: id, after: id }, before, after }) {
  const sides = [
    ['Before', before, ids.before],
    ['After', after, ids.after],
  ].filter(([, side, owner]) => owner !== undefined && side?.binary && side.bytes <= mostImageBytes);
  if (sides.length === 0) return [];
  const box = h('div', { class: 'pictures' });
  for (const [name, { sha256 }, owner] of sides) void picture(box, name, `/api/changes/${owner}/images/${sha256}`);
  return [box];
}

async function picture(box, name, path) {
  try {
    const bitmap = await createImageBitmap(await (await open(path, { poll: true })).blob());
    const label = `${name}: ${bitmap.width} × ${bitmap.height} pixels`;
    const canvas = h('canvas', { width: bitmap.width, height: bitmap.height, role: 'img', 'aria-label': label });
    canvas.getContext('2d').drawImage(bitmap, 0, 0);
    bitmap.close();
    box.append(h('figure', {}, canvas, h('figcaption', {}, label)));
  } catch (error) {
    // Most binary files are no images; that they cannot be shown stands there already.
    if (error.code !== 'unsupported') box.append(h('p', { class: 'hint' }, `${name}: the image cannot be shown.`));
  }
}

function kindOf({ before, after, moved_from: from, moved_to: to }) {
  if (from !== null || to !== null) return 'moved';
  if (before === null) return 'added';
  return after === null ? 'deleted' : 'changed';
}

function factsOf(file) {
  const { before, after, diff } = file;
  const facts = [];
  if (file.moved_from !== null)
    facts.push(['Moved here from ', h('span', { class: 'code' }, foreign(file.moved_from))]);
  if (file.moved_to !== null) facts.push(['Moved from here to ', h('span', { class: 'code' }, foreign(file.moved_to))]);
  if (before && after && before.mode !== after.mode) facts.push([`Mode ${before.mode} becomes ${after.mode}`]);
  else if ((after ?? before).mode !== '100644') facts.push([modeName((after ?? before).mode)]);
  const ends = before?.line_ends && after?.line_ends && before.line_ends !== after.line_ends;
  if (ends) facts.push([h('b', {}, `Line ends become ${after.line_ends}`)]);
  else if ((after ?? before).line_ends === 'CRLF') facts.push(['Lines end with CRLF, which is not shown at each.']);
  if (diff && !diff.matched)
    facts.push(['The two texts differ too much to be matched: all of the old, then all of the new.']);
  if (!diff) facts.push(...withoutDiff(file));
  return facts;
}

function withoutDiff({ before, after, moved_to: to }) {
  if (before?.binary || after?.binary) {
    return [
      [h('b', {}, 'Not text, so there are no lines to compare.')],
      before ? ['Old: ', identity(before)] : null,
      after ? ['New: ', identity(after)] : null,
    ].filter((fact) => fact !== null);
  }
  return to === null ? [['The content stays as it is: ', identity(after ?? before)]] : [];
}

function identity({ bytes, sha256 }) {
  return [count(bytes, 'byte'), ', SHA-256 ', h('span', { class: 'code' }, sha256)];
}

function modeName(mode) {
  if (mode === '100755') return 'Executable';
  return mode === '120000' ? 'Symbolic link: the content is where it leads' : `Mode ${mode}`;
}
