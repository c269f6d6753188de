import type { Token, Tokens } from 'marked';
import { misplaced } from './contract.ts';
import type { RichMark, RichNode } from './node.ts';
import { type Placeholder, splitSigns } from './placeholder.ts';

/** Words of Markdown in the format, where signs stand for placeholders. HTML is words like any other here. */
export function inlineOf(tokens: readonly Token[], placeholders: readonly Placeholder[]): readonly RichNode[] {
  return merged(tokens.flatMap((token) => nodesOf(token as Tokens.Generic, [], placeholders)));
}

function nodesOf(
  token: Tokens.Generic,
  marks: readonly RichMark[],
  placeholders: readonly Placeholder[],
): readonly RichNode[] {
  const words = (text: string, all = marks): readonly RichNode[] =>
    wordsOf(text, placeholders, (part) => plainWords(part, all));
  const within = (all: readonly RichMark[]): readonly RichNode[] =>
    (token.tokens ?? []).flatMap((inner) => nodesOf(inner as Tokens.Generic, all, placeholders));
  switch (token.type) {
    case 'text':
      if (token.tokens) return within(marks);
      return wordsOf(token.raw, placeholders, (part) => plainWords(decoded(part), marks));
    case 'escape':
      return words(token['text']);
    case 'strong':
    case 'em':
      return within(withMark(marks, { type: token.type }));
    case 'del':
      return within(withMark(marks, { type: 'strike' }));
    case 'codespan':
      return words(token['text'], [...marks.filter(({ type }) => type === 'link'), { type: 'code' }]);
    case 'br':
      return [{ type: 'hardBreak' }];
    case 'link':
      return linked(token as Tokens.Link, marks, within);
    case 'image':
      // No picture is fetched from anywhere by whoever looks at a ticket: it is a link to it.
      return words(token['text'] || token['href'], withLink(marks, token['href']));
    default:
      return words(token.raw);
  }
}

/** What begins a link that may be followed; others stay words. */
const addresses = /^(?:https?:\/\/|mailto:)[^\s⟦⟧]/iu;
/** The address of an earlier change, which stands there only once that change is carried out. */
const referred = /^\{\{\s*after\s*\.\s*\w*url\s*\}\}$/u;

/** Whether a link to an address is one that a new text may have. */
export function isAddress(href: string): boolean {
  return addresses.test(href) || referred.test(href);
}

function linked(
  { href, raw }: Tokens.Link,
  marks: readonly RichMark[],
  within: (marks: readonly RichMark[]) => readonly RichNode[],
): readonly RichNode[] {
  const to = decoded(href);
  if (isAddress(to)) {
    const inner = within(withLink(marks, to));
    return inner.length > 0 ? inner : [{ type: 'text', text: to, marks: withLink(marks, to) }];
  }
  const isBare = raw.startsWith('<') || to === '';
  return [
    ...within(marks),
    ...(isBare ? [] : [{ type: 'text', text: ` (${to})`, ...(marks.length > 0 && { marks }) }]),
  ];
}

function withMark(marks: readonly RichMark[], mark: RichMark): readonly RichMark[] {
  return marks.some(({ type }) => type === mark.type) ? marks : [...marks, mark];
}

function withLink(marks: readonly RichMark[], href: string): readonly RichMark[] {
  return isAddress(href) ? withMark(marks, { type: 'link', attrs: { href } }) : marks;
}

/** Words, with the nodes that signs in them stand for. Signs are looked for before character references are read. */
function wordsOf(
  text: string,
  placeholders: readonly Placeholder[],
  words: (part: string) => readonly RichNode[],
): readonly RichNode[] {
  return splitSigns(text).flatMap((part, index) => {
    if (index % 2 === 0) return words(part);
    const carried = placeholders[Number(part)];
    if (carried === undefined) return [];
    if (!carried.place.inline) throw misplaced(carried);
    return [carried.node];
  });
}

/** Words as they are, with a link where a reference to an address stands. */
function plainWords(text: string, marks: readonly RichMark[]): readonly RichNode[] {
  const isCode = marks.some(({ type }) => type === 'code');
  const parts = isCode ? [text] : text.split(/(\{\{\s*after\s*\.\s*\w*url\s*\}\})/u);
  return parts.flatMap((part) => {
    if (part === '') return [];
    const all = referred.test(part) && !isCode ? withLink(marks, part) : marks;
    return [{ type: 'text', text: part, ...(all.length > 0 && { marks: all }) }];
  });
}

/** Neighbours with the same marks as one. */
function merged(nodes: readonly RichNode[]): readonly RichNode[] {
  const result: RichNode[] = [];
  for (const node of nodes) {
    const last = result.at(-1);
    if (last?.text !== undefined && node.text !== undefined && marksOf(last) === marksOf(node)) {
      result[result.length - 1] = { ...last, text: last.text + node.text };
    } else {
      result.push(node);
    }
  }
  return result;
}

function marksOf({ marks = [] }: RichNode): string {
  return JSON.stringify(marks);
}

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };

/** A text with what its character references stand for; only a few have names here. */
function decoded(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#[xX]([\da-fA-F]{1,6})|(amp|lt|gt|quot|apos|nbsp));/gu, (whole, ...found) => {
    const [decimal, hex, name] = found as readonly (string | undefined)[];
    if (name !== undefined) return named[name] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
    const isCharacter = code > 0 && code <= 0x10_ffff && (code < 0xd800 || code > 0xdfff);
    return isCharacter ? String.fromCodePoint(code) : whole;
  });
}
