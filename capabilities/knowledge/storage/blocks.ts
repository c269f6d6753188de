import type { RichNode } from '#capabilities/common/rich-text/node.ts';
import { carriedNode, isAmongWords, mayBeAmongWords, wordsOf } from './inline.ts';
import { childOf, elementsOf, isBlank, saying } from './names.ts';
import { tableOf } from './table.ts';
import type { XmlElement, XmlNode } from './xml.ts';

/** What stands for one block: an element of its own, or words and what is among them without one around them. */
export type Run = readonly [XmlNode, ...XmlNode[]];

/** The blocks among parts; blanks between them are in none. */
export function runsOf(nodes: readonly XmlNode[]): readonly Run[] {
  const runs: Run[] = [];
  let among: XmlNode[] = [];
  const flush = (): void => {
    const [first, ...rest] = among;
    // Pictures and macros with nothing but blanks between them are blocks of their own.
    if (first !== undefined && among.some(isAmongWords)) runs.push([first, ...rest]);
    else runs.push(...among.filter((node) => !isBlank(node)).map((node): Run => [node]));
    among = [];
  };
  for (const node of nodes) {
    if (mayBeAmongWords(node)) among.push(node);
    else {
      flush();
      runs.push([node]);
    }
  }
  flush();
  return runs;
}

/** The blocks in a list item, a quote or a cell. */
function blocksIn(native: string, nodes: readonly XmlNode[]): readonly RichNode[] {
  return runsOf(nodes).map((run) => blockOf(native, run));
}

/** A block as Markdown may say it, or carried as it is. */
export function blockOf(native: string, run: Run): RichNode {
  const [first] = run;
  if (run.length > 1 || first.kind === 'text' || isAmongWords(first)) return paragraph(wordsOf(native, run));
  return ofElement(native, first) ?? carriedNode(native, first);
}

const paragraph = (content: readonly RichNode[]): RichNode =>
  content.length === 0 ? { type: 'paragraph' } : { type: 'paragraph', content };

function ofElement(native: string, element: XmlElement): RichNode | null {
  const { name, children } = element;
  if (name === 'ac:structured-macro') return codeOf(element);
  if (name === 'table') return tableOf(native, element, blocksIn);
  if (name === 'ol') return listOf(native, element, 'orderedList');
  if (saying(element).length > 0) return null;
  const level = /^h([1-6])$/u.exec(name)?.[1];
  if (level !== undefined) {
    return isOfWords(children)
      ? { ...paragraph(wordsOf(native, children)), type: 'heading', attrs: { level: Number(level) } }
      : null;
  }
  switch (name) {
    case 'p':
      return isOfWords(children) ? paragraph(wordsOf(native, children)) : null;
    case 'ul':
      return listOf(native, element, 'bulletList');
    case 'blockquote':
      return { type: 'blockquote', content: orEmpty(blocksIn(native, children)) };
    case 'hr':
      return { type: 'rule' };
    case 'pre':
      return children.every(({ kind }) => kind === 'text') ? code(textIn(children)) : null;
    default:
      return null;
  }
}

const isOfWords = (nodes: readonly XmlNode[]): boolean => nodes.every(mayBeAmongWords);
const orEmpty = (blocks: readonly RichNode[]): readonly RichNode[] => (blocks.length === 0 ? [paragraph([])] : blocks);

function listOf(native: string, element: XmlElement, type: string): RichNode | null {
  const { children } = element;
  const [attribute, ...more] = saying(element);
  const order = attribute?.[0] === 'start' && /^\d{1,9}$/u.test(attribute[1]) ? Number(attribute[1]) : undefined;
  if (more.length > 0 || (attribute !== undefined && (type !== 'orderedList' || order === undefined))) return null;
  const items = elementsOf(children);
  const isList = items.length > 0 && items.length === children.filter((node) => !isBlank(node)).length;
  if (!isList || items.some((item) => item.name !== 'li' || saying(item).length > 0)) return null;
  const content = items.map((item) => ({ type: 'listItem', content: orEmpty(blocksIn(native, item.children)) }));
  return { type, ...(order !== undefined && order !== 1 && { attrs: { order } }), content };
}

const textIn = (nodes: readonly XmlNode[]): string =>
  nodes.map((node) => (node.kind === 'text' ? node.text : '')).join('');

/** The macro that shows code, where nothing is said of it but its language. */
function codeOf(element: XmlElement): RichNode | null {
  if (element.attrs.get('ac:name') !== 'code' || saying(element).length !== 1) return null;
  const parts = elementsOf(element.children);
  const [parameter, ...more] = parts.filter(({ name }) => name === 'ac:parameter');
  const body = childOf(element, 'ac:plain-text-body');
  const count = 1 + (parameter === undefined ? 0 : 1);
  if (body === undefined || more.length > 0 || parts.length !== count) return null;
  if (parameter === undefined) return code(textIn(body.children));
  return parameter.attrs.get('ac:name') === 'language' ? code(textIn(body.children), textIn(parameter.children)) : null;
}

function code(text: string, language = ''): RichNode {
  return {
    type: 'codeBlock',
    ...(language !== '' && { attrs: { language } }),
    ...(text !== '' && { content: [{ type: 'text', text }] }),
  };
}
