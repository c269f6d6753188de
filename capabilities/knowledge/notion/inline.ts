import { isTooTangled } from '#capabilities/common/rich-text/bounds.ts';
import { isAddress } from '#capabilities/common/rich-text/inline.ts';
import type { RichMark, RichNode } from '#capabilities/common/rich-text/node.ts';
import { carriedNode } from './carried.ts';

/** Where a piece of a line ends, and what it is. */
type Piece = { readonly nodes: readonly RichNode[]; readonly end: number };

/** The words of one line of enhanced Markdown; null for one that would take too long to read. */
export function inlineOf(line: string): readonly RichNode[] | null {
  return isTooTangled(line) ? null : merged(wordsOf(line, []));
}

function wordsOf(text: string, marks: readonly RichMark[]): readonly RichNode[] {
  const nodes: RichNode[] = [];
  let plain = '';
  const flush = (): void => {
    if (plain !== '') nodes.push(textNode(plain, marks));
    plain = '';
  };
  for (let at = 0; at < text.length; ) {
    const piece = pieceAt(text, at, marks);
    if (piece !== null) {
      flush();
      nodes.push(...piece.nodes);
      at = piece.end;
      continue;
    }
    const isEscape = text[at] === '\\' && /[!-/:-@[-`{-~]/u.test(text[at + 1] ?? '');
    const letter = String.fromCodePoint(text.codePointAt(isEscape ? at + 1 : at) ?? 0);
    plain += letter;
    at += letter.length + (isEscape ? 1 : 0);
  }
  flush();
  return nodes;
}

const textNode = (text: string, marks: readonly RichMark[]): RichNode => ({
  ...{ type: 'text', text },
  ...(marks.length > 0 && { marks }),
});

/** What begins at a place, if it is more than a letter. */
function pieceAt(text: string, at: number, marks: readonly RichMark[]): Piece | null {
  switch (text[at]) {
    case '`':
      return codeAt(text, at, marks);
    case '*':
    case '~':
      return emphasisAt(text, at, marks);
    case '$':
      return carriedAt(text, at, /\$`[^`\n]*`\$|\$(?=\S)[^$\n]*[^\s$\\]\$/uy, 'equation');
    case '[':
      return carriedAt(text, at, /\[\^[^\]\n]*\]/uy, 'citation') ?? linkAt(text, at, marks);
    case '!':
      return carriedAt(text, at, /!\[(?:[^\]\\\n]|\\.)*\]\([^)\n]*\)/uy, 'image');
    case '<':
      return tagAt(text, at);
    default:
      return null;
  }
}

function carriedAt(text: string, at: number, form: RegExp, kind: string): Piece | null {
  form.lastIndex = at;
  const raw = form.exec(text)?.[0];
  return raw === undefined ? null : { nodes: [carriedNode(kind, raw)], end: at + raw.length };
}

function tagAt(text: string, at: number): Piece | null {
  const open = /<([a-z][a-z_-]*)((?:\s[^<>\n]*)?)>/uy;
  open.lastIndex = at;
  const [whole, name, attrs = ''] = open.exec(text) ?? [];
  if (whole === undefined || name === undefined) return null;
  if (name === 'br') return { nodes: [{ type: 'hardBreak' }], end: at + whole.length };
  if (attrs.endsWith('/')) return { nodes: [carriedNode(name, whole)], end: at + whole.length };
  const close = text.indexOf(`</${name}>`, at);
  if (close === -1) return null;
  const end = close + name.length + 3;
  return { nodes: [carriedNode(name, text.slice(at, end))], end };
}

function codeAt(text: string, at: number, marks: readonly RichMark[]): Piece | null {
  const fence = /^`+/u.exec(text.slice(at, at + 100))?.[0] ?? '`';
  const close = text.indexOf(fence, at + fence.length);
  if (close === -1) return null;
  const words = text.slice(at + fence.length, close);
  const padded = /^ (.*`|`.*) $/u.exec(words)?.[1];
  const link = marks.filter(({ type }) => type === 'link');
  const others = marks.filter(({ type }) => type !== 'link');
  const all = [...link, ...others, { type: 'code' }];
  return { nodes: [textNode(padded ?? words, all)], end: close + fence.length };
}

const signs = [
  { sign: '***', marks: ['strong', 'em'] },
  { sign: '**', marks: ['strong'] },
  { sign: '*', marks: ['em'] },
  { sign: '~~', marks: ['strike'] },
] as const;

function emphasisAt(text: string, at: number, marks: readonly RichMark[]): Piece | null {
  for (const { sign, marks: given } of signs) {
    if (!text.startsWith(sign, at) || /^\s|^$/u.test(text.charAt(at + sign.length))) continue;
    const close = closeOf(text, at + sign.length, sign);
    if (close === null) continue;
    const all = given.reduce<readonly RichMark[]>(withMark, marks);
    return { nodes: wordsOf(text.slice(at + sign.length, close), all), end: close + sign.length };
  }
  return null;
}

const withMark = (all: readonly RichMark[], type: string): readonly RichMark[] =>
  all.some((mark) => mark.type === type) ? all : [...all, { type }];

/** Where a sign of emphasis closes: not in code, nor within a run that is another sign. */
function closeOf(text: string, from: number, sign: string): number | null {
  const [letter = ''] = sign;
  for (let at = from; at < text.length; ) {
    const here = text[at];
    if (here === '\\') at += 2;
    else if (here === '`') at = codeAt(text, at, [])?.end ?? at + 1;
    else if (here !== letter) at += 1;
    else {
      const run = runLength(text, at, letter);
      if (at > from && !/\s/u.test(text.charAt(at - 1)) && closes(run, sign)) return at + closingStart(run, sign);
      at += run;
    }
  }
  return null;
}

/** Whether so many signs together close one: three of them close either, or both. */
const closes = (run: number, sign: string): boolean =>
  sign === '~~' || sign === '***' ? run >= sign.length : run === 3 || run === sign.length;

/** What is inside closes first. */
const closingStart = (run: number, sign: string): number => (sign !== '~~' && run === 3 ? 3 - sign.length : 0);

function runLength(text: string, at: number, letter: string): number {
  let length = 0;
  while (text[at + length] === letter) length += 1;
  return length;
}

function linkAt(text: string, at: number, marks: readonly RichMark[]): Piece | null {
  const close = bracketEnd(text, at);
  if (close === null || text[close + 1] !== '(') return null;
  const address = /\(((?:[^()\s\\]|\\.|\([^()\s]*\))*)\)/uy;
  address.lastIndex = close + 1;
  const [whole, url = ''] = address.exec(text) ?? [];
  if (whole === undefined) return null;
  const end = close + 1 + whole.length;
  const href = url.replace(/\\(?=[!-/:-@[-`{-~])/gu, '');
  const words = wordsOf(text.slice(at + 1, close), [...marks.filter(({ type }) => type !== 'link'), linkTo(href)]);
  // What Markdown would not take for an address has to stay as it is.
  const isSayable = isAddress(href) && words.length > 0;
  return isSayable ? { nodes: words, end } : { nodes: [carriedNode('link', text.slice(at, end))], end };
}

const linkTo = (href: string): RichMark => ({ type: 'link', attrs: { href } });

function bracketEnd(text: string, from: number): number | null {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '[') depth += 1;
    else if (text[at] === ']') {
      depth -= 1;
      if (depth === 0) return at;
    }
  }
  return null;
}

function merged(nodes: readonly RichNode[]): readonly RichNode[] {
  const result: RichNode[] = [];
  for (const node of nodes) {
    const last = result.at(-1);
    const isSame = JSON.stringify(last?.marks) === JSON.stringify(node.marks);
    if (last?.text !== undefined && node.text !== undefined && isSame) {
      result[result.length - 1] = { ...last, text: last.text + node.text };
    } else result.push(node);
  }
  return result;
}
