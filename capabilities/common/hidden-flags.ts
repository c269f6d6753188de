import type { Flag } from '#shared/tools/index.ts';
import type { Hidden } from './hidden-characters.ts';

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
