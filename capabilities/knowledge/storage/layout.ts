import type { RichNode } from '#capabilities/common/rich-text/node.ts';
import { blockOf, runsOf } from './blocks.ts';
import { labelOf } from './label.ts';
import { childOf, elementsOf, isBlank, kindOf } from './names.ts';
import type { XmlElement, XmlNode } from './xml.ts';

/**
 * A document as a row of blocks. What holds other blocks (a column of a layout, the body of a panel) is not one block, but
 * what opens it, the blocks in it, and what closes it, so that a word in a column can be changed.
 */
export type Row = {
  readonly blocks: readonly RichNode[];
  /** Each block as it stands in the document, with the blanks before it. */
  readonly rawOf: ReadonlyMap<RichNode, string>;
  /** Those that open or close something: they have to stay, in their order. */
  readonly frame: ReadonlySet<RichNode>;
  /** The blanks after all of it. */
  readonly tail: string;
};

export function rowOf(native: string, nodes: readonly XmlNode[]): Row {
  const laying = { native, blocks: [], rawOf: new Map(), frame: new Set<RichNode>(), at: 0 };
  layAll(laying, nodes);
  const { blocks, rawOf, frame, at } = laying;
  return { blocks, rawOf, frame, tail: native.slice(at) };
}

type Laying = {
  readonly native: string;
  readonly blocks: RichNode[];
  readonly rawOf: Map<RichNode, string>;
  readonly frame: Set<RichNode>;
  /** How far the document is laid. */
  at: number;
};

function lay(laying: Laying, node: RichNode, end: number): void {
  laying.blocks.push(node);
  laying.rawOf.set(node, laying.native.slice(laying.at, end));
  laying.at = end;
}

function layAll(laying: Laying, nodes: readonly XmlNode[]): void {
  for (const run of runsOf(nodes)) {
    const [first] = run;
    const bodies = run.length === 1 && first.kind === 'element' ? bodiesOf(first) : [];
    if (first.kind === 'text' || bodies.length === 0)
      lay(laying, blockOf(laying.native, run), run.at(-1)?.end ?? first.end);
    else layOpen(laying, first, bodies);
  }
}

function layOpen(laying: Laying, element: XmlElement, bodies: readonly XmlElement[]): void {
  for (const [index, body] of bodies.entries()) {
    const type = element.name === 'ac:layout' ? 'layout-cell' : kindOf(element);
    const said = index === 0 ? labelOf(elementsOf(element.children).filter(({ name }) => name === 'ac:parameter')) : '';
    layFrame(laying, { type, text: said }, body.inner[0]);
    layAll(laying, body.children);
  }
  layFrame(laying, { type: 'end', text: '' }, element.end);
}

function layFrame(laying: Laying, { type, text }: { readonly type: string; readonly text: string }, end: number): void {
  const raw = laying.native.slice(laying.at, end);
  const node: RichNode = { type, attrs: { raw: raw.trim(), text } };
  laying.frame.add(node);
  lay(laying, node, end);
}

/** The parts of an element in which blocks stand; none where it is a block itself. */
function bodiesOf(element: XmlElement): readonly XmlElement[] {
  if (element.name === 'ac:layout') return cellsOf(element) ?? [];
  const body = element.name === 'ac:structured-macro' ? childOf(element, 'ac:rich-text-body') : undefined;
  return body === undefined || isEmpty(body) ? [] : [body];
}

function cellsOf(layout: XmlElement): readonly XmlElement[] | null {
  const sections = elementsOf(layout.children);
  const cells = sections.flatMap(({ children }) => elementsOf(children));
  const isKnown = (holder: XmlElement, name: string): boolean =>
    holder.children.every((node) => isBlank(node) || (node.kind === 'element' && node.name === name));
  const isLayout =
    isKnown(layout, 'ac:layout-section') && sections.every((section) => isKnown(section, 'ac:layout-cell'));
  return isLayout && cells.every((cell) => !isEmpty(cell)) ? cells : null;
}

/** An element without an end of its own has no room for blocks. */
const isEmpty = ({ inner, end }: XmlElement): boolean => inner[0] === end;
