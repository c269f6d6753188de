import { withReferences } from './chain.js';
import { diffTable } from './diff.js';
import { count, foreign, h, shown } from './dom.js';

/** Larger differences are closed at first, so that the page answers; their size is said. */
const openUpTo = 3_000;

/** All that the change does, in full. */
export function effectsSection(effects, references = []) {
  const fields = effects.filter(({ kind }) => kind === 'field');
  const files = effects.filter(({ kind }) => kind === 'file');
  return h(
    'section',
    { 'aria-labelledby': 'effects-title' },
    h('h2', { id: 'effects-title' }, 'What it changes'),
    [...Map.groupBy(fields, ({ target }) => target)].map((group) => fieldBox(group, references)),
    files.length > 1 ? fileList(files) : null,
    files.map((file, index) => fileBox(file, index)),
  );
}

/** One effect by itself. */
export function effectBox(effect) {
  return effect.kind === 'file' ? fileBox(effect) : fieldBox([effect.target, [effect]]);
}

function fieldBox([target, fields], references = []) {
  const rows = fields.map((field) => fieldRow(field, references));
  return h('div', { class: 'box' }, h('h3', {}, foreign(target)), h('dl', { class: 'fields' }, rows));
}

function fieldRow({ field, before, after }, references) {
  const side = (name, label, value, refers = []) =>
    h(
      'dd',
      { class: name },
      h('span', { class: 'label' }, label),
      h('div', { class: 'value' }, value === '' ? h('i', {}, 'empty') : withReferences(value, refers, shown)),
    );
  return h(
    'div',
    {},
    h('dt', {}, foreign(field)),
    before === null ? null : side('old', after === null ? 'removed' : 'old', before),
    after === null ? null : side('new', 'new', after, references),
  );
}

function fileList(files) {
  return h(
    'nav',
    { class: 'file-list', 'aria-label': 'Files' },
    h('p', {}, count(files.length, 'file'), ':'),
    h(
      'ol',
      {},
      files.map((file, index) => h('li', {}, h('a', { href: `#file-${index}` }, foreign(file.path)), ' ', size(file))),
    ),
  );
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

function fileBox(file, index) {
  const rows = file.diff ? file.diff.added + file.diff.removed : 0;
  const open = rows <= openUpTo;
  return h(
    'details',
    { class: 'box file', id: index === undefined ? undefined : `file-${index}`, open },
    h(
      'summary',
      {},
      h('h3', { class: 'code' }, foreign(file.path)),
      h('span', { class: `kind ${kindOf(file)}` }, kindOf(file)),
      size(file),
      open ? null : h('b', { class: 'warn' }, `${count(rows, 'changed line')}: open to see them`),
    ),
    h(
      'div',
      { class: 'file-facts' },
      factsOf(file).map((fact) => h('p', {}, fact)),
    ),
    file.diff ? diffTable(file.diff) : null,
  );
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
  const ends = (before?.line_ends ?? after?.line_ends) !== (after?.line_ends ?? before?.line_ends);
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
      [h('b', {}, 'Not text, so it cannot be shown.')],
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
