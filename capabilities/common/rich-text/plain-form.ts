import type { JsonObject } from '#shared/tools/index.ts';
import type { RichMark, RichNode } from './node.ts';

/** Nodes that Markdown can say, if nothing else is said of them. */
const known: ReadonlySet<string> = new Set([
  ...['paragraph', 'heading', 'bulletList', 'orderedList', 'listItem', 'blockquote', 'codeBlock', 'rule'],
  ...['table', 'tableRow', 'tableHeader', 'tableCell', 'text', 'hardBreak'],
]);

/** What attributes are when nothing is said. */
const defaults: JsonObject = { order: 1, colspan: 1, rowspan: 1 };

/**
 * A node without what makes no difference to anybody who reads it: identities for editors, what is so anyhow, emphasis of
 * blanks at the edge of words; and of a table without what a table in its place inherits. Others than those that Markdown
 * can say are left as they are.
 */
export function plainForm(node: RichNode): RichNode {
  if (!known.has(node.type)) return node;
  const { attrs, marks, content, ...rest } = node;
  const kept = Object.entries(node.type === 'table' ? {} : (attrs ?? {})).filter(
    ([name, value]) => name !== 'localId' && defaults[name] !== value,
  );
  const inner = joined((content ?? []).map(plainForm).flatMap(withoutEdges));
  return {
    ...rest,
    ...(kept.length > 0 && { attrs: Object.fromEntries(kept) }),
    ...(marks !== undefined && marks.length > 0 && { marks: sorted(marks) }),
    ...(inner.length > 0 && { content: inner }),
  };
}

function sorted(marks: readonly RichMark[]): readonly RichMark[] {
  return [...marks].sort((one, other) => (one.type < other.type ? -1 : 1));
}

const emphasis: ReadonlySet<string> = new Set(['strong', 'em', 'strike']);

/** The words of a text, and the blanks before and after them on their own where they would be emphasised. */
function withoutEdges(node: RichNode, index: number, all: readonly RichNode[]): readonly RichNode[] {
  const { text, marks = [] } = node;
  if (text === undefined || !marks.some(({ type }) => emphasis.has(type))) return [node];
  const edge = (at: RichNode | undefined) => marks.some(({ type }) => emphasis.has(type) && !hasMark(at, type));
  const before = edge(all[index - 1]) ? (/^\s+/u.exec(text)?.[0] ?? '') : '';
  const words = text.slice(before.length);
  const after = edge(all[index + 1]) ? (/\s+$/u.exec(words)?.[0] ?? '') : '';
  const left = marks.filter(({ type }) => !emphasis.has(type));
  const plain = { ...(left.length > 0 && { marks: left }) };
  return [
    { type: 'text', text: before, ...plain },
    { ...node, text: words.slice(0, words.length - after.length) },
    { type: 'text', text: after, ...plain },
  ];
}

function hasMark(node: RichNode | undefined, mark: string): boolean {
  return node?.marks?.some(({ type }) => type === mark) === true;
}

/** Neighbours with the same marks as one; without those that say nothing. */
function joined(nodes: readonly RichNode[]): readonly RichNode[] {
  const result: RichNode[] = [];
  for (const node of nodes) {
    if (node.text === '') continue;
    const last = result.at(-1);
    const isSame = JSON.stringify(last?.marks ?? []) === JSON.stringify(node.marks ?? []);
    if (last?.text !== undefined && node.text !== undefined && isSame) {
      result[result.length - 1] = { ...last, text: last.text + node.text };
    } else {
      result.push(node);
    }
  }
  return result;
}
