import type { RichNode } from '#capabilities/common/rich-text/node.ts';
import { elementsOf, isBlank, saying } from './names.ts';
import type { XmlElement, XmlNode } from './xml.ts';

/**
 * A table of which Markdown can say every cell, or null. What is said of the whole table, and of the width of its columns,
 * is kept as it stands there: a table in its place has it too.
 */
export function tableOf(
  native: string,
  element: XmlElement,
  blocksIn: (native: string, nodes: readonly XmlNode[]) => readonly RichNode[],
): RichNode | null {
  const parts = elementsOf(element.children);
  const groups = parts.filter(({ name }) => name === 'colgroup');
  const bodies = parts.filter(({ name }) => name === 'tbody' || name === 'thead');
  const isPlain = parts.length === groups.length + bodies.length && groups.length <= 1 && areAll(element, parts);
  if (!isPlain || bodies.some((body) => saying(body).length > 0)) return null;
  const rows = bodies.flatMap(({ children }) => elementsOf(children));
  if (!bodies.every((body) => areAll(body, elementsOf(body.children))) || !rows.every(isRow)) return null;
  if (rows.length === 0) return null;
  const columns = elementsOf(rows[0]?.children ?? []).length;
  const open = native.slice(element.start, element.inner[0]);
  const [group] = groups;
  return {
    type: 'table',
    attrs: {
      ...{ open, columns },
      ...(group !== undefined && { group: native.slice(group.start, group.end) }),
    },
    content: rows.map((row) => ({
      type: 'tableRow',
      content: elementsOf(row.children).map((cell) => ({
        type: cell.name === 'th' ? 'tableHeader' : 'tableCell',
        content: oneOrEmpty(blocksIn(native, cell.children)),
      })),
    })),
  };
}

const oneOrEmpty = (blocks: readonly RichNode[]): readonly RichNode[] =>
  blocks.length === 0 ? [{ type: 'paragraph' }] : blocks;

/** Whether elements are all that there is in one, but for blanks. */
const areAll = ({ children }: XmlElement, elements: readonly XmlElement[]): boolean =>
  children.filter((node) => !isBlank(node)).length === elements.length;

function isRow(row: XmlElement): boolean {
  const cells = elementsOf(row.children);
  const isOfCells = areAll(row, cells) && cells.every(({ name }) => name === 'th' || name === 'td');
  return row.name === 'tr' && isOfCells && [row, ...cells].every((each) => saying(each).length === 0);
}
