import { isAmongWords } from './inline.ts';
import { isBlank, saying } from './names.ts';
import { parseXml, type XmlNode } from './xml.ts';

/**
 * Whether two documents are the same to whoever reads them. Confluence gives parts names of their own when it stores them,
 * and writes references, empty elements and the order of attributes in its own way, which says nothing; and it gives a table
 * a width.
 */
export function sameStorage(one: string, other: string): boolean {
  return one === other || plainForm(one) === plainForm(other);
}

/** Throws AppError `unsupported` for what is no document. */
function plainForm(native: string): string {
  return JSON.stringify(formsOf(parseXml(native)));
}

const isWidths = (node: XmlNode): boolean => node.kind === 'element' && node.name === 'colgroup';

type Form = string | readonly [name: string, attrs: readonly (readonly string[])[], content: readonly Form[]];

function formsOf(nodes: readonly XmlNode[]): readonly Form[] {
  const hasWords = nodes.some(isAmongWords);
  const forms: Form[] = [];
  for (const node of nodes) {
    // Blanks between blocks show nothing, those among words do.
    if ((isBlank(node) && !hasWords) || isWidths(node)) continue;
    const form = formOf(node);
    const last = forms.at(-1);
    if (typeof form === 'string' && typeof last === 'string') forms[forms.length - 1] = last + form;
    else forms.push(form);
  }
  return forms;
}

function formOf(node: XmlNode): Form {
  if (node.kind === 'text') return node.text;
  const said = saying(node).filter(([name]) => node.name !== 'table' || !name.startsWith('data-'));
  const attrs = said.toSorted(([one], [other]) => (one < other ? -1 : 1));
  return [node.name, attrs, formsOf(node.children)];
}
