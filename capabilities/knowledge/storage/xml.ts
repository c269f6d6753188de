import { AppError } from '#shared/errors.ts';
import { decoded, hasForbidden } from './entities.ts';

/** A part of a document in storage format, with where it stands there: `native.slice(start, end)` is all of it. */
export type XmlNode = XmlElement | XmlText;
export type XmlElement = {
  readonly kind: 'element';
  readonly name: string;
  readonly attrs: ReadonlyMap<string, string>;
  readonly children: readonly XmlNode[];
  readonly start: number;
  readonly end: number;
  /** Where its content is; both the same where it has none. */
  readonly inner: readonly [start: number, end: number];
};
/** Words, with what references in them stand for; `cdata` where they stand in a section that knows no references. */
export type XmlText = {
  readonly kind: 'text';
  readonly text: string;
  readonly cdata: boolean;
  readonly start: number;
  readonly end: number;
};

/** How deep a document may be, and how long in UTF-16 code units; none that a person made comes near. */
const mostDeep = 200;
const mostLong = 10 * 1024 * 1024;

const name = '[A-Za-z_][\\w.-]*(?::[A-Za-z_][\\w.-]*)?';
const attribute = `(${name})\\s*=\\s*(?:"([^"<]*)"|'([^'<]*)')`;
const openTag = new RegExp(`<(${name})((?:\\s+${attribute})*)\\s*(/?)>`, 'uy');
const closeTag = new RegExp(`</(${name})\\s*>`, 'uy');

type Open = { readonly name: string; readonly attrs: ReadonlyMap<string, string>; readonly start: number };
type Level = Open & { readonly innerStart: number; readonly children: XmlNode[] };

/**
 * Reads a document strictly: each tag is closed, each reference is known, and there is no declaration, no processing
 * instruction and nothing that is fetched from anywhere. Comments are left out. Throws AppError `unsupported`.
 */
export function parseXml(native: string): readonly XmlNode[] {
  if (native.length > mostLong) throw malformed(`it is longer than ${mostLong}`);
  if (hasForbidden(native)) throw malformed('it has a character that no document can have');
  const levels: Level[] = [{ name: '', attrs: new Map(), start: 0, innerStart: 0, children: [] }];
  let at = 0;
  while (at < native.length) at = takeOne(native, at, levels);
  const [root, ...open] = levels;
  if (root === undefined || open.length > 0) throw malformed(`<${open.at(-1)?.name}> is not closed`);
  return root.children;
}

/** Takes what begins at a place, and answers with where it ends. */
function takeOne(native: string, at: number, levels: Level[]): number {
  const level = levels.at(-1);
  if (level === undefined) throw malformed('something is closed that is not open');
  if (native.startsWith('<![CDATA[', at)) {
    const end = endOf(native, ']]>', at + 9);
    level.children.push({ kind: 'text', text: native.slice(at + 9, end - 3), cdata: true, start: at, end });
    return end;
  }
  if (native.startsWith('<!--', at)) return endOf(native, '-->', at + 4);
  if (native.startsWith('</', at)) return close(native, at, levels);
  if (native[at] === '<') return open(native, at, levels);
  const next = native.indexOf('<', at);
  const end = next === -1 ? native.length : next;
  level.children.push({ kind: 'text', text: wordsOf(native.slice(at, end)), cdata: false, start: at, end });
  return end;
}

function endOf(native: string, what: string, from: number): number {
  const at = native.indexOf(what, from);
  if (at === -1) throw malformed('a comment or section is not closed');
  return at + what.length;
}

function open(native: string, start: number, levels: Level[]): number {
  openTag.lastIndex = start;
  const found = openTag.exec(native);
  if (found === null) throw malformed(`what stands at ${start} is no tag`);
  const end = openTag.lastIndex;
  const element = { name: found[1] ?? '', attrs: attributesOf(found[2] ?? ''), start };
  if (found.at(-1) === '/') {
    levels.at(-1)?.children.push({ kind: 'element', ...element, children: [], end, inner: [end, end] });
    return end;
  }
  if (levels.length > mostDeep) throw malformed(`it is more than ${mostDeep} levels deep`);
  levels.push({ ...element, innerStart: end, children: [] });
  return end;
}

function close(native: string, start: number, levels: Level[]): number {
  closeTag.lastIndex = start;
  const found = closeTag.exec(native);
  const level = levels.pop();
  const parent = levels.at(-1);
  if (found === null || level === undefined || parent === undefined || found[1] !== level.name) {
    throw malformed(`what is closed at ${start} is not what is open`);
  }
  const end = closeTag.lastIndex;
  const { innerStart, ...element } = level;
  parent.children.push({ kind: 'element', ...element, end, inner: [innerStart, start] });
  return end;
}

function attributesOf(text: string): ReadonlyMap<string, string> {
  const attrs = new Map<string, string>();
  for (const [, key = '', double, single] of text.matchAll(new RegExp(attribute, 'gu'))) {
    if (attrs.has(key)) throw malformed(`${key} is said twice`);
    attrs.set(key, wordsOf(double ?? single ?? ''));
  }
  return attrs;
}

function wordsOf(text: string): string {
  const words = decoded(text);
  if (words === null) throw malformed('it has a reference to nothing');
  return words;
}

function malformed(what: string): AppError {
  return new AppError(
    'unsupported',
    'The text there is not a document that can be read, so it cannot be edited here.',
    {
      cause: new TypeError(what),
    },
  );
}
