import type { Flag } from '#shared/tools/index.ts';
import type { Hidden } from './hidden-characters.ts';
import { listed } from './listed.ts';

/** A text that goes along with a change, under the name that a person knows it by. */
export type NamedText = { readonly name: string; readonly text: string };

const shownLines = 10;

/** What of a text does not show, as a flag that says where; none where all of it shows. */
export function hiddenFlag(name: string, found: readonly Hidden[]): readonly Flag[] {
  if (found.length === 0) return [];
  const parts = found.map(({ codePoint, lines }) => {
    const more = lines.length > shownLines ? ' and more' : '';
    return `${codePoint} (line ${lines.slice(0, shownLines).join(', ')}${more})`;
  });
  return [{ code: 'hidden_characters', message: `Characters that do not show in ${name}: ${parts.join('; ')}.` }];
}

/** An HTML comment that is not escaped, and the definition of a link, which can say anything. */
const unshown = /(?<!\\)<!--[^\n]{0,60}|^ {0,3}\[[^\]\n]{1,100}\]:[^\n]{0,60}/gmu;

/** What pages of Markdown do not show of a text, though others than people may read it; `known` lines are passed over. */
export function unshownFlag({ name, text }: NamedText, known: ReadonlySet<string> = new Set()): readonly Flag[] {
  const fresh = text.split(/\r?\n/u).filter((line) => !known.has(line));
  const found = fresh.join('\n').match(unshown) ?? [];
  if (found.length === 0) return [];
  const what = listed([...new Set(found.map((match) => match.trim()))]);
  return [{ code: 'hidden_characters', message: `Text that pages do not show in ${name}: ${what}.` }];
}
