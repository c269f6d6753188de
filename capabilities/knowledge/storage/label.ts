import { childOf, elementsOf } from './names.ts';
import type { XmlElement, XmlNode } from './xml.ts';

/** What a part that Markdown cannot say reads as: its words, without any form but lines. Never read back. */
export function labelOf(nodes: readonly XmlNode[]): string {
  return nodes
    .map(wordsOf)
    .join('')
    .replace(/[^\S\n]+/gu, ' ')
    .replace(/ ?\n ?/gu, '\n')
    .replace(/\n{3,}/gu, '\n\n')
    .trim();
}

/** What names the thing that a `ri:` element leads to, the most telling first. */
const targets = [
  ...['ri:content-title', 'ri:filename', 'ri:value', 'ri:account-id', 'ri:userkey', 'ri:space-key', 'ri:content-id'],
];

const lines: ReadonlySet<string> = new Set([
  ...['p', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'pre', 'div', 'li', 'ac:task', 'ac:rich-text-body'],
]);

/** What stands in a document for programs alone. */
const hidden: ReadonlySet<string> = new Set([
  ...['ac:task-id', 'ac:task-uuid', 'ac:task-status', 'ac:adf-attribute', 'ac:adf-fallback', 'ac:adf-mark', 'colgroup'],
]);

function wordsOf(node: XmlNode): string {
  if (node.kind === 'text') return node.cdata ? node.text : node.text.replace(/\s+/gu, ' ');
  const { name, children } = node;
  if (hidden.has(name)) return '';
  const own = [said(node), labelOfAll(children)].filter((part) => part !== '').join(' ');
  if (name === 'br') return '\n';
  if (name === 'tr')
    return `${elementsOf(children)
      .map((cell) => inOneLine(labelOf(cell.children)))
      .join(' | ')}\n`;
  if (lines.has(name)) return `${own}\n`;
  return name === 'ac:parameter' || name.startsWith('ri:') ? `${own} ` : own;
}

/** The words of several parts, one after another. */
const labelOfAll = (nodes: readonly XmlNode[]): string => nodes.map(wordsOf).join('');
const inOneLine = (text: string): string => text.replaceAll('\n', ' ');

/** What of an element itself is meant to be read. */
function said(element: XmlElement): string {
  const { name, attrs } = element;
  const first = (names: readonly string[]): string => names.map((each) => attrs.get(each)).find(Boolean) ?? '';
  if (name.startsWith('ri:')) return `${name === 'ri:user' ? '@' : ''}${first(targets)}`;
  if (name === 'ac:parameter') return parameterName(attrs.get('ac:name') ?? '');
  if (name === 'ac:task')
    return labelOf(childOf(element, 'ac:task-status')?.children ?? []) === 'complete' ? '- [x]' : '- [ ]';
  if (name === 'li') return '-';
  if (name === 'ac:emoticon') return first(['ac:emoji-fallback', 'ac:emoji-shortname', 'ac:name']);
  if (name === 'ac:image') return first(['ac:alt', 'ac:title']);
  if (name === 'ac:link') return attrs.has('ac:anchor') ? `#${attrs.get('ac:anchor')}` : '';
  return name === 'time' ? first(['datetime']) : '';
}

/** Parameters that are words for readers stand without their names. */
const parameterName = (name: string): string => (/^(?:title|)$/u.test(name) ? '' : `${name}:`);
