import type { RichMark, RichNode } from '#capabilities/common/rich-text/node.ts';
import { AppError } from '#shared/errors.ts';
import { escaped, hasForbidden } from './entities.ts';

/**
 * A node in storage format: as it stood there where it is carried, else made of nothing but what is known here, with every
 * word escaped.
 */
export function storageOf({ type, attrs = {}, content = [] }: RichNode): string {
  const { raw } = attrs;
  if (typeof raw === 'string') return raw;
  const blocks = (): string => content.map(storageOf).join('');
  switch (type) {
    case 'paragraph':
      return content.length === 0 ? '<p />' : `<p>${wordsOf(content)}</p>`;
    case 'heading':
      return `<h${Number(attrs['level'])}>${wordsOf(content)}</h${Number(attrs['level'])}>`;
    case 'bulletList':
      return `<ul>${blocks()}</ul>`;
    case 'orderedList':
      return `<ol${attrs['order'] === undefined ? '' : ` start="${Number(attrs['order'])}"`}>${blocks()}</ol>`;
    case 'listItem':
      return `<li>${blocks()}</li>`;
    case 'blockquote':
      return `<blockquote>${blocks()}</blockquote>`;
    case 'codeBlock':
      return codeOf(attrs['language'], content.map(({ text = '' }) => text).join(''));
    case 'rule':
      return '<hr />';
    case 'table':
      return tableOf(attrs, content);
    case 'tableRow':
      return `<tr>${blocks()}</tr>`;
    case 'tableHeader':
      return `<th>${blocks()}</th>`;
    case 'tableCell':
      return `<td>${blocks()}</td>`;
    default:
      throw new TypeError(`nothing says how ${type} is written`);
  }
}

/** A column that is new or gone has no width that was said before. */
function tableOf({ open, group, columns }: NonNullable<RichNode['attrs']>, rows: readonly RichNode[]): string {
  const isAsWide = rows[0]?.content?.length === columns;
  const tag = typeof open === 'string' ? open : '<table>';
  const widths = isAsWide && typeof group === 'string' ? group : '';
  return `${tag}${widths}<tbody>${rows.map(storageOf).join('')}</tbody></table>`;
}

/** Only text, in a section that knows no tags; what would end it ends one and begins the next. */
function codeOf(language: unknown, text: string): string {
  const parameter =
    typeof language === 'string' ? `<ac:parameter ac:name="language">${words(language)}</ac:parameter>` : '';
  const body = `<![CDATA[${checked(text).replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;
  return `<ac:structured-macro ac:name="code">${parameter}<ac:plain-text-body>${body}</ac:plain-text-body></ac:structured-macro>`;
}

const tags: Readonly<Record<string, string>> = { strong: 'strong', em: 'em', strike: 'del', code: 'code' };
const order = ['code', 'strike', 'em', 'strong', 'link'];

function wordsOf(nodes: readonly RichNode[]): string {
  return nodes
    .map((node) => {
      if (node.type === 'hardBreak') return '<br />';
      return node.text === undefined ? storageOf(node) : marked(words(node.text), node.marks ?? []);
    })
    .join('');
}

function marked(text: string, marks: readonly RichMark[]): string {
  const sorted = marks.toSorted((one, other) => order.indexOf(one.type) - order.indexOf(other.type));
  return sorted.reduce((inner, { type, attrs = {} }) => {
    if (type === 'link') return `<a href="${words(String(attrs['href']))}">${inner}</a>`;
    return `<${tags[type]}>${inner}</${tags[type]}>`;
  }, text);
}

const words = (text: string): string => escaped(checked(text));

function checked(text: string): string {
  if (!hasForbidden(text)) return text;
  throw new AppError('invalid_arguments', 'The text has a character that a page of Confluence cannot have.');
}
