/** A heading as it stands in a text of Markdown. Offsets are in UTF-16 code units; lines count from 1. */
export type HeadingLine = {
  readonly level: number;
  readonly text: string;
  readonly line: number;
  readonly start: number;
  /** Where the line after it begins. */
  readonly body: number;
};

/** What the lines before one leave open. */
type State = {
  /** A block of code. */
  fence: { readonly sign: string; readonly length: number } | null;
  /** HTML: what ends it. */
  html: RegExp | null;
  /** An item of a list: how far what is in it is indented; 0 outside of any. */
  item: number;
  /** Words in a quote or an item, which a line that is not indented would go on with. */
  lazy: boolean;
  /** A paragraph that a line of `=` or `-` would make a heading: its lines so far, and where it begins. */
  paragraph: ({ readonly lines: string[] } & At) | null;
};
type At = { readonly line: number; readonly start: number };

const atx = /^ {0,3}(#{1,6})(?=[ \t]|$)/u;
const underline = /^ {0,3}(=+|-+)[ \t]*$/u;
const rule = /^ {0,3}([-_*])[ \t]*(?:\1[ \t]*){2,}$/u;
const fenceStart = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})/u;
const marker = /^( {0,3}(?:[-+*]|(\d{1,9})[.)]))([ \t]+|$)(.*)$/u;

const blank = /^[ \t]*$/u;

/** How a line begins that may be more than the words of a paragraph: most do not, and are done with at once. */
const sign = /^[ \t]*[-#=_*+<>`~0-9]/u;

/** One tag alone: such HTML does not begin in the middle of a paragraph. */
const tagAlone = /^ {0,3}<\/?[a-z][a-z0-9-]*(?:\s[^<>]*)?>[ \t]*$/iu;

/** HTML in which no Markdown is read, with what ends it; where a blank line does, that is the end. */
const htmlStarts: readonly (readonly [start: RegExp, end: RegExp])[] = [
  [/^ {0,3}<(?:script|pre|style|textarea)(?:[\s>]|$)/iu, /<\/(?:script|pre|style|textarea)>/iu],
  [/^ {0,3}<!--/u, /-->/u],
  [/^ {0,3}<\?/u, /\?>/u],
  [/^ {0,3}<!\[CDATA\[/u, /\]\]>/u],
  [/^ {0,3}<![a-z]/iu, />/u],
  [
    /^ {0,3}<\/?(?:address|article|aside|base|blockquote|body|caption|center|col|colgroup|dd|details|dialog|dir|div|dl|dt|fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header|hr|html|iframe|legend|li|link|main|menu|menuitem|nav|noframes|ol|optgroup|option|p|param|search|section|summary|table|tbody|td|tfoot|th|thead|title|tr|track|ul)(?:\s|\/?>|$)/iu,
    blank,
  ],
];

/**
 * The headings of a text, in order, as CommonMark has them at the top of a page: what is in code, quotes, items of lists,
 * HTML or the data before the text (between lines of `---`) is none. Goes through the text once, whatever is in it.
 */
export function* headingLines(text: string): Generator<HeadingLine> {
  const state: State = { fence: null, html: null, item: 0, lazy: false, paragraph: null };
  const skip = frontMatter(text);
  let at = 0;
  for (let line = 1; at < text.length; line += 1) {
    const found = text.indexOf('\n', at);
    const body = found === -1 ? text.length : found + 1;
    const end = found === -1 ? text.length : found;
    const content = text.slice(at, text.charAt(end - 1) === '\r' ? end - 1 : end);
    const heading = line <= skip ? null : headingOn(state, content, { line, start: at });
    if (heading !== null) yield { ...heading, body };
    at = body;
  }
}

/** How many lines before the text are data for programs: one of three dashes, some of `key: value`, and another of dashes. */
function frontMatter(text: string): number {
  if (!/^---[ \t]*\r?\n[\w-]+:/u.test(text)) return 0;
  let at = text.indexOf('\n') + 1;
  for (let line = 2; at > 0; line += 1) {
    const end = text.indexOf('\n', at);
    const content = text.slice(at, end === -1 ? text.length : end).trim();
    if (content === '') return 0;
    if (content === '---' || content === '...') return line;
    at = end + 1;
  }
  return 0;
}

function headingOn(state: State, content: string, at: At): Omit<HeadingLine, 'body'> | null {
  if (isInside(state, content)) return null;
  const { paragraph } = state;
  const isPlain = !sign.test(content);
  const lined = paragraph === null || isPlain ? null : underline.exec(content);
  if (paragraph !== null && lined !== null) {
    state.paragraph = null;
    const { lines, ...begins } = paragraph;
    return { level: lined[1]?.startsWith('=') ? 1 : 2, text: lines.join(' '), ...begins };
  }
  const { item } = state;
  state.item = 0;
  const signs = isPlain ? null : atx.exec(content);
  if (!isPlain && (signs !== null || rule.test(content) || opens(state, content))) {
    state.paragraph = null;
    if (signs === null) return null;
    state.lazy = false;
    return { level: signs[1]?.length ?? 1, text: withoutSigns(content.slice(signs[0].length)), ...at };
  }
  if (paragraph !== null) paragraph.lines.push(content.trim());
  else if (state.lazy) state.item = item;
  else if (indentOf(content) < 4) state.paragraph = { ...at, lines: [content.trim()] };
  return null;
}

/** Whether a line only goes on with, or ends, what is open. */
function isInside(state: State, content: string): boolean {
  const { fence, html } = state;
  if (fence !== null) {
    if (!content.includes(fence.sign)) return true;
    const end = fenceStart.exec(content)?.[1] ?? '';
    const isEnd = end.startsWith(fence.sign) && end.length >= fence.length && content.trim() === end;
    if (isEnd) state.fence = null;
    return true;
  }
  if (html !== null) {
    if (html.test(content)) state.html = null;
    return true;
  }
  const isBlank = content.trim() === '';
  if (isBlank) {
    state.paragraph = null;
    state.lazy = false;
    return true;
  }
  if (state.item > 0 && indentOf(content) >= state.item) {
    state.lazy = isWords(content);
    return true;
  }
  return false;
}

/** Whether a line begins something in which there are no headings of the page; remembers what. */
function opens(state: State, content: string): boolean {
  const fence = fenceStart.exec(content)?.[1];
  if (fence !== undefined) {
    Object.assign(state, { fence: { sign: fence.charAt(0), length: fence.length }, lazy: false });
    return true;
  }
  const html = htmlStarts.find(([start]) => start.test(content));
  if (html !== undefined) {
    const [, end] = html;
    const rest = content.trimStart().slice(2);
    Object.assign(state, { html: end === blank || !end.test(rest) ? end : null, lazy: false });
    return true;
  }
  if (state.paragraph === null && !state.lazy && tagAlone.test(content)) {
    state.html = blank;
    return true;
  }
  if (/^ {0,3}>/u.test(content)) {
    state.lazy = isWords(content.trim().slice(1));
    return true;
  }
  return opensItem(state, content);
}

function opensItem(state: State, content: string): boolean {
  const [, sign = '', number, gap = '', rest = ''] = marker.exec(content) ?? [];
  if (sign === '') return false;
  // In the middle of a paragraph, "1986." begins a list as little as a sign alone does.
  const isText = state.paragraph !== null && (rest === '' || (number !== undefined && number !== '1'));
  if (isText) return false;
  const wide = indentOf(`${' '.repeat(sign.length)}${gap}x`) - sign.length;
  state.item = sign.length + (rest === '' || wide > 4 ? 1 : wide);
  state.lazy = isWords(rest);
  return true;
}

/** Whether a line in a quote or an item is the text of a paragraph there. */
function isWords(content: string): boolean {
  const text = content.trim();
  return text !== '' && ![atx, rule, fenceStart].some((other) => other.test(text));
}

/** Columns before the first sign; a tab goes to the next multiple of four. */
function indentOf(content: string): number {
  let columns = 0;
  for (const sign of content) {
    if (sign === ' ') columns += 1;
    else if (sign === '\t') columns += 4 - (columns % 4);
    else return columns;
  }
  return columns;
}

/** The text of a heading without the signs that may stand at its end. */
function withoutSigns(text: string): string {
  const trimmed = text.trim();
  let end = trimmed.length;
  while (end > 0 && trimmed.charAt(end - 1) === '#') end -= 1;
  const isClosed = end === 0 || /[ \t]/u.test(trimmed.charAt(end - 1));
  return isClosed ? trimmed.slice(0, end).trim() : trimmed;
}
