import type { XmlElement, XmlNode } from './xml.ts';

/** What says nothing to anybody who reads: identities that the editor gives, and what is so anyhow. */
const silent: ReadonlySet<string> = new Set([
  ...['ac:local-id', 'local-id', 'data-local-id', 'ac:macro-id', 'ac:schema-version', 'rel'],
]);
const silentValues: ReadonlySet<string> = new Set(['class=auto-cursor-target', 'class=external-link']);
const usual: ReadonlySet<string> = new Set(['colspan=1', 'rowspan=1', 'start=1']);

/** The attributes of an element that say something. */
export function saying({ attrs }: XmlElement): readonly (readonly [name: string, value: string])[] {
  return [...attrs].filter(
    ([name, value]) =>
      value !== '' && !silent.has(name) && !silentValues.has(`${name}=${value}`) && !usual.has(`${name}=${value}`),
  );
}

export const elementsOf = (nodes: readonly XmlNode[]): readonly XmlElement[] =>
  nodes.filter((node) => node.kind === 'element');

export const isBlank = (node: XmlNode): boolean =>
  node.kind === 'text' && !node.cdata && /^[ \t\r\n]*$/u.test(node.text);

/** The one element of a name among others. */
export const childOf = ({ children }: XmlElement, name: string): XmlElement | undefined =>
  elementsOf(children).find((each) => each.name === name);

/** What kind of thing a part is that Markdown cannot say, in a word for its placeholder. No node of Markdown has such a name. */
export function kindOf(element: XmlElement): string {
  const { name, attrs } = element;
  if (name === 'ac:structured-macro' || name === 'ac:macro') return `macro-${attrs.get('ac:name') ?? ''}`;
  if (name === 'ac:link') return linkKind(element);
  if (name === 'ac:inline-comment-marker') return 'inline-comment';
  return name.startsWith('ac:') ? name.slice(3) : `html-${name}`;
}

function linkKind({ children }: XmlElement): string {
  const [target] = elementsOf(children).filter(({ name }) => name.startsWith('ri:'));
  if (target?.name === 'ri:user') return 'mention';
  return target === undefined ? 'link' : `link-${target.name.slice(3)}`;
}
