import { isAddress } from './inline.ts';
import { labelOf } from './label.ts';
import { canonicalJson, type RichMark, type RichNode } from './node.ts';
import { carry, type Placeholder } from './placeholder.ts';

/** Where words are written: what ends a line ends a cell of a table or a heading, and what opens one does nothing there. */
export type Line = 'paragraph' | 'heading' | 'cell';

/** How emphasis is written: the other sign where the first would run into what stands beside it. */
export type Emphasis = '*' | '_';

type Written = { readonly line: Line; readonly emphasis: Emphasis; readonly placeholders: Placeholder[] };

/** The marks that Markdown has, outermost first; code is innermost. */
const wraps = ['link', 'strong', 'em', 'strike'] as const;
const sayable: ReadonlySet<string> = new Set([...wraps, 'code']);

/** The words of a block in Markdown. What it cannot say is carried. */
export function writeInline(nodes: readonly RichNode[], written: Written): string {
  const signed = nodes.map((node, index) => {
    // A break at the end would be a backslash.
    const isLast = node.type === 'hardBreak' && index === nodes.length - 1;
    return isSayable(node, written.line) && !isLast ? node : signFor(node, written);
  });
  const text = wrapped(signed, wraps, written);
  if (written.line === 'paragraph') return text.replace(/^[^\S\n]+|[^\S\n]+$/gmu, (blank) => references(blank));
  return text.replace(/^\s+|\s+$/gu, (blank) => references(blank));
}

function isSayable({ type, marks = [], text = '' }: RichNode, line: Line): boolean {
  if (type === 'hardBreak') return line === 'paragraph';
  const isCode = marks.some((mark) => mark.type === 'code');
  // Nothing can be escaped in code, and nothing but a link goes with it.
  if (isCode && (/[⟦\n]/u.test(text) || marks.some((mark) => mark.type !== 'code' && mark.type !== 'link')))
    return false;
  return (
    type === 'text' && marks.every((mark) => sayable.has(mark.type) && (mark.type !== 'link' || isPlainLink(mark)))
  );
}

function isPlainLink({ attrs = {} }: RichMark): boolean {
  const { href, ...more } = attrs;
  return typeof href === 'string' && isAddress(href) && Object.keys(more).length === 0;
}

/** A node that is written as its sign already. */
type Signed = RichNode | { readonly sign: string };

function signFor(node: RichNode, { placeholders }: Written): Signed {
  const label = labelOf(node).replace(/\s+/gu, ' ');
  return { sign: carry(placeholders, { node, place: { inline: true }, label }) };
}

function wrapped(nodes: readonly Signed[], [wrap, ...inner]: readonly string[], written: Written): string {
  if (wrap === undefined) return nodes.map((node) => wordOf(node, written)).join('');
  return runsOf(nodes, wrap)
    .map(({ mark, run }) => {
      const text = wrapped(run, inner, written);
      return mark === undefined ? text : between(mark, text, { run, written });
    })
    .join('');
}

/** Neighbours that have the same mark of a type, or all have none. */
function runsOf(nodes: readonly Signed[], type: string) {
  const runs: { key: string; mark: RichMark | undefined; run: Signed[] }[] = [];
  for (const node of nodes) {
    const mark = 'sign' in node ? undefined : node.marks?.find((each) => each.type === type);
    const key = mark === undefined ? '' : canonicalJson(mark);
    const last = runs.at(-1);
    if (last?.key === key) last.run.push(node);
    else runs.push({ key, mark, run: [node] });
  }
  return runs;
}

function between(
  mark: RichMark,
  text: string,
  { run, written: { emphasis } }: { readonly run: readonly Signed[]; readonly written: Written },
): string {
  if (mark.type === 'strong') return `**${text}**`;
  if (mark.type === 'em') return `${emphasis}${text}${emphasis}`;
  if (mark.type === 'strike') return `~~${text}~~`;
  const href = String(mark.attrs?.['href'] ?? '');
  const [only, ...others] = run;
  const isBare = only !== undefined && !('sign' in only) && others.length === 0 && only.text === href;
  if (isBare && only.marks?.length === 1 && /^https?:\/\/[\w.~:/?#@!$%*+,;=-]+$/u.test(href)) return `<${href}>`;
  if (/^\{\{[^{}]*\}\}$/u.test(href)) return text;
  return /^[^\s()<>\\&]+$/u.test(href) ? `[${text}](${href})` : `[${text}](<${href.replace(/[<>\\&]/gu, '\\$&')}>)`;
}

function wordOf(node: Signed, { line }: Written): string {
  if ('sign' in node) return node.sign;
  if (node.type === 'hardBreak') return '\\\n';
  const text = node.text ?? '';
  return node.marks?.some(({ type }) => type === 'code') ? codeOf(text, line) : escaped(text, line);
}

/** Code has a longer fence than any in it, and blanks where it begins or ends with what would join the fence. */
function codeOf(text: string, line: Line): string {
  const longest = Math.max(0, ...(text.match(/`+/gu) ?? []).map(({ length }) => length));
  const fence = '`'.repeat(longest + 1);
  const padded = /^[` ]|[` ]$/u.test(text) && text.trim() !== '' ? ` ${text} ` : text;
  return `${fence}${line === 'cell' ? padded.replaceAll('|', '\\|') : padded}${fence}`;
}

/** Words of which no sign of Markdown is taken for one; references to earlier changes stay as they are. */
function escaped(text: string, line: Line): string {
  return text
    .split(/(\{\{\s*after\s*\.\s*\w*\s*\}\})/u)
    .map((part, index) => (index % 2 === 0 ? escapedWords(part, line) : part))
    .join('');
}

function escapedWords(text: string, line: Line): string {
  const plain = text
    .replace(/[\\`*_[\]<~]/gu, '\\$&')
    .replace(/&(?=#?\w+;)/gu, '\\&')
    .replace(/(https?)(?=:\/\/)/giu, '$1\\')
    .replace(/(?!\t)[\p{Cc}⟦⟧]/gu, (character) => references(character));
  if (line === 'cell') return plain.replaceAll('|', '\\|');
  return line === 'heading' ? plain.replaceAll('#', '\\#') : plain;
}

function references(text: string): string {
  return Array.from(text, (character) => `&#${character.codePointAt(0)};`).join('');
}

/** Lines of a paragraph of which none begins as another block would. */
export function escapeLineStarts(text: string): string {
  return text
    .replace(/^(#{1,6}(?=\s|$)|[-+](?=\s|$)|[=>]|-+(?=\s*$))/gmu, '\\$1')
    .replace(/^(\d{1,9})([.)])(?=\s|$)/gmu, '$1\\$2')
    .replace(/^(-)(?=[-\s]*-\s*$)/gmu, '\\$1')
    .replace(/^(\|)/gmu, '\\$1');
}
