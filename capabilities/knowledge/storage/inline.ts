import { isAddress } from '#capabilities/common/rich-text/inline.ts';
import { canonicalJson, type RichMark, type RichNode } from '#capabilities/common/rich-text/node.ts';
import { labelOf } from './label.ts';
import { childOf, isBlank, kindOf, saying } from './names.ts';
import type { XmlElement, XmlNode } from './xml.ts';

/** What words are emphasised with, by the names that storage format has for it. */
const marks: Readonly<Record<string, string>> = {
  strong: 'strong',
  b: 'strong',
  em: 'em',
  i: 'em',
  del: 'strike',
  s: 'strike',
  strike: 'strike',
  code: 'code',
};

/** What always stands among words. */
const among: ReadonlySet<string> = new Set([
  ...[...Object.keys(marks), 'a', 'br', 'span', 'u', 'sub', 'sup', 'small', 'big', 'cite', 'kbd', 'q', 'ins', 'time'],
  ...['ac:link', 'ac:emoticon', 'ac:inline-comment-marker', 'ac:placeholder'],
]);
/** What stands among words, or for a block of its own. */
const either: ReadonlySet<string> = new Set(['ac:image', 'ac:structured-macro', 'ac:macro', 'ac:adf-extension']);

export const isAmongWords = (node: XmlNode): boolean => (node.kind === 'text' ? !isBlank(node) : among.has(node.name));
/** A macro with a body is a block of its own. */
export const mayBeAmongWords = (node: XmlNode): boolean =>
  node.kind === 'text' || among.has(node.name) || (either.has(node.name) && !hasBody(node));

const hasBody = (element: XmlElement): boolean =>
  ['ac:rich-text-body', 'ac:plain-text-body'].some((name) => childOf(element, name) !== undefined);

/** A part that Markdown cannot say, as it stands in the document. */
export function carriedNode(native: string, element: XmlElement): RichNode {
  return { type: kindOf(element), attrs: { raw: native.slice(element.start, element.end), text: labelOf([element]) } };
}

/** The words of a block, with blanks as a reader sees them. */
export function wordsOf(native: string, nodes: readonly XmlNode[]): readonly RichNode[] {
  return withoutBlanks(nodes.flatMap((node) => inlineOf(native, node, [])));
}

function inlineOf(native: string, node: XmlNode, all: readonly RichMark[]): readonly RichNode[] {
  if (node.kind === 'text') {
    const text = node.text.replace(/[ \t\r\n]+/gu, ' ');
    return [{ type: 'text', text, ...(all.length > 0 && { marks: all }) }];
  }
  if (!isSayable(node)) return [carriedNode(native, node)];
  if (node.name === 'br') return [{ type: 'hardBreak' }];
  const within = withMark(all, markOf(node));
  return node.children.flatMap((child) => inlineOf(native, child, within));
}

/** Whether an element, with all in it, can be said: what stands within emphasis is carried with it. */
function isSayable(element: XmlElement): boolean {
  const { name, children, attrs } = element;
  if (name === 'br') return saying(element).length === 0;
  if (name === 'a') {
    const isLink = saying(element).length === 1 && isAddress(attrs.get('href') ?? '');
    return isLink && children.length > 0 && children.every(isPlain);
  }
  if (!Object.hasOwn(marks, name) || saying(element).length > 0 || children.length === 0) return false;
  return name === 'code' ? children.every(({ kind }) => kind === 'text') : children.every(isPlain);
}

const isPlain = (node: XmlNode): boolean => (node.kind === 'text' ? !node.cdata : isSayable(node));

function markOf({ name, attrs }: XmlElement): RichMark {
  if (name === 'a') return { type: 'link', attrs: { href: attrs.get('href') ?? '' } };
  return { type: marks[name] ?? name };
}

const withMark = (all: readonly RichMark[], mark: RichMark): readonly RichMark[] =>
  all.some(({ type }) => type === mark.type) ? all : [...all, mark];

/** Words without the blanks that nobody sees: where a line begins or ends, and one after another. */
function withoutBlanks(nodes: readonly RichNode[]): readonly RichNode[] {
  const result: RichNode[] = [];
  let isAfterBlank = true;
  for (const node of nodes) {
    const text: string | undefined = isAfterBlank && node.text !== undefined ? node.text.replace(/^ /u, '') : node.text;
    if (text === '') continue;
    if (node.type === 'hardBreak') trimLast(result);
    isAfterBlank = node.type === 'hardBreak' || (text?.endsWith(' ') ?? false);
    const last = result.at(-1);
    if (text !== undefined && last?.text !== undefined && canonicalJson(last.marks) === canonicalJson(node.marks)) {
      result[result.length - 1] = { ...last, text: last.text + text };
    } else result.push(text === undefined ? node : { ...node, text });
  }
  // A break at the end of a block shows nothing.
  if (result.at(-1)?.type === 'hardBreak') result.pop();
  trimLast(result);
  return result;
}

function trimLast(nodes: RichNode[]): void {
  const last = nodes.at(-1);
  if (last?.text === undefined || !last.text.endsWith(' ')) return;
  const text = last.text.slice(0, -1);
  if (text === '') nodes.pop();
  else nodes[nodes.length - 1] = { ...last, text };
}
