/** What of a document's form Jira looks at before it takes it, as its schema of the format says. */

type Node = { readonly [key: string]: unknown };

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);

const inline = ['text', 'hardBreak', 'mention', 'emoji', 'inlineCard', 'date', 'status', 'mediaInline', 'placeholder'];
const blocks = [
  ...['paragraph', 'heading', 'bulletList', 'orderedList', 'codeBlock', 'blockquote', 'rule', 'panel', 'table'],
  ...['mediaSingle', 'mediaGroup', 'expand', 'taskList', 'decisionList', 'blockCard', 'embedCard', 'extension'],
  ...['bodiedExtension', 'layoutSection'],
];

/** What may stand in each node that holds others. */
const contents: Readonly<Record<string, readonly string[]>> = {
  doc: blocks,
  paragraph: inline,
  heading: inline,
  codeBlock: ['text'],
  blockquote: ['paragraph', 'bulletList', 'orderedList', 'codeBlock', 'mediaSingle', 'mediaGroup', 'extension'],
  bulletList: ['listItem'],
  orderedList: ['listItem'],
  listItem: ['paragraph', 'bulletList', 'orderedList', 'codeBlock', 'mediaSingle', 'taskList', 'extension'],
  panel: blocks,
  expand: blocks,
  nestedExpand: blocks,
  table: ['tableRow'],
  tableRow: ['tableHeader', 'tableCell'],
  tableHeader: [...blocks, 'nestedExpand'],
  tableCell: [...blocks, 'nestedExpand'],
  taskList: ['taskItem', 'taskList'],
  taskItem: inline,
  decisionList: ['decisionItem'],
  decisionItem: inline,
  mediaSingle: ['media', 'caption'],
  mediaGroup: ['media'],
  caption: inline,
  layoutSection: ['layoutColumn'],
  layoutColumn: blocks,
  bodiedExtension: blocks,
};

const attributes: Readonly<Record<string, readonly string[]>> = {
  heading: ['level'],
  mention: ['id'],
  emoji: ['shortName'],
  date: ['timestamp'],
  status: ['text', 'color'],
  panel: ['panelType'],
};

const marks = ['strong', 'em', 'code', 'strike', 'underline', 'link', 'textColor', 'subsup', 'backgroundColor'];

/** Why Jira does not take a document; null where it does. */
export function invalidAdf(value: unknown): string | null {
  if (!isNode(value) || value['type'] !== 'doc' || value['version'] !== 1) return 'it is no document';
  return invalidNode(value, 0);
}

function invalidNode(node: Node, depth: number): string | null {
  const type = String(node['type']);
  const { content, text, attrs } = node as { content?: unknown; text?: unknown; attrs?: unknown };
  if (depth > 60) return 'it is too deep';
  if (type === 'text') return invalidText(node, text);
  const missing = (attributes[type] ?? []).find((name) => !isNode(attrs) || attrs[name] === undefined);
  if (missing !== undefined) return `${type} has no ${missing}`;
  const allowed = contents[type];
  if (content === undefined || allowed === undefined) return null;
  if (!Array.isArray(content)) return `the content of ${type} is no list`;
  for (const inner of content) {
    if (!isNode(inner) || !allowed.includes(String(inner['type']))) return `${type} cannot hold this`;
    const problem = invalidNode(inner, depth + 1);
    if (problem !== null) return problem;
  }
  return null;
}

function invalidText(node: Node, text: unknown): string | null {
  if (typeof text !== 'string' || text === '') return 'a text is empty';
  const given: unknown = node['marks'] ?? [];
  if (!Array.isArray(given) || !given.every((mark) => isNode(mark) && marks.includes(String(mark['type'])))) {
    return 'a mark is unknown';
  }
  return null;
}

/** All the text of a document, as it is searched for and counted. */
export function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).filter(Boolean).join(' ');
  if (!isNode(value)) return typeof value === 'string' ? value : '';
  return typeof value['text'] === 'string' ? value['text'] : textOf(value['content'] ?? []);
}
