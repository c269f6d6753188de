import { canonicalJson, type RichMark, type RichNode } from '#capabilities/common/rich-text/node.ts';

/** What stands around words with each mark, outermost first; code is innermost. */
const signs = { strong: '**', em: '*', strike: '~~' } as const;
const wraps = ['link', 'strong', 'em', 'strike'] as const;

/** Words as one line of enhanced Markdown, in which nothing that was words becomes anything else. */
export const lineOf = (nodes: readonly RichNode[]): string => lineStart(wrapped(nodes, wraps));

/** The same where no line begins: in a cell. */
export const cellOf = (nodes: readonly RichNode[]): string => wrapped(nodes, wraps);

/** What would make another block of a line. */
function lineStart(line: string): string {
  const text = line.replace(/^\s+/u, '');
  if (/^(?:[#+-]|:{3})/u.test(text)) return `\\${text}`;
  return text.replace(/^(\d{1,9})([.)])/u, '$1\\$2');
}

function wrapped(nodes: readonly RichNode[], [wrap, ...inner]: readonly (typeof wraps)[number][]): string {
  if (wrap === undefined) return nodes.map(wordOf).join('');
  return runsOf(nodes, wrap)
    .map(({ mark, run }) => {
      const text = wrapped(run, inner);
      if (mark === undefined) return text;
      if (wrap === 'link') return `[${text}](${addressOf(mark)})`;
      // Blanks at the edge of words are not emphasised, or the sign would not be one.
      const [, before = '', words = '', after = ''] = /^(\s*)([\s\S]*?)(\s*)$/u.exec(text) ?? [];
      return words === '' ? text : `${before}${signs[wrap]}${words}${signs[wrap]}${after}`;
    })
    .join('');
}

/** Neighbours that have the same mark of a type, or all have none. */
function runsOf(nodes: readonly RichNode[], type: string) {
  const runs: { readonly key: string; readonly mark: RichMark | undefined; readonly run: RichNode[] }[] = [];
  for (const node of nodes) {
    const mark = node.marks?.find((each) => each.type === type);
    const key = mark === undefined ? '' : canonicalJson(mark);
    const last = runs.at(-1);
    if (last?.key === key) last.run.push(node);
    else runs.push({ key, mark, run: [node] });
  }
  return runs;
}

function addressOf({ attrs }: RichMark): string {
  const href = String(attrs?.['href'] ?? '');
  return href.replace(/[\s()<>\\]/gu, (letter) => encodeURIComponent(letter).replace('(', '%28').replace(')', '%29'));
}

function wordOf({ type, text, attrs, marks = [] }: RichNode): string {
  if (type === 'hardBreak') return '<br>';
  if (text === undefined) return typeof attrs?.['raw'] === 'string' ? attrs['raw'] : unsayable(type);
  const line = text.replace(/[^\S\n]*\n\s*/gu, ' ');
  return marks.some((mark) => mark.type === 'code') ? codeOf(line) : escaped(line);
}

function unsayable(type: string): never {
  throw new TypeError(`nothing says how ${type} is written`);
}

/** https://developers.notion.com/guides/data-apis/enhanced-markdown names these. */
const escaped = (text: string): string => text.replace(/[\\*~`$[\]<>{}|^]/gu, '\\$&');

function codeOf(text: string): string {
  const longest = Math.max(0, ...(text.match(/`+/gu) ?? []).map(({ length }) => length));
  const fence = '`'.repeat(longest + 1);
  return longest > 0 ? `${fence} ${text} ${fence}` : fence + text + fence;
}
