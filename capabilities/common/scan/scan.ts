import { replaceHidden } from '../hidden-characters.ts';
import { shorten } from '../text.ts';
import { encodedIn } from './encoded.ts';
import { exfiltrationIn } from './exfiltration.ts';
import type { Finding } from './finding.ts';
import { instructionsIn } from './instructions.ts';
import { variantsOf } from './reading.ts';
import { smuggledIn } from './smuggled.ts';

export type { Finding } from './finding.ts';

const longestExcerpt = 80;

/**
 * What in a text is aimed at models rather than people, has to be decoded to be read, or could carry data away, in the
 * order of its lines. It raises flags and clears nothing: a text without findings is not known to be harmless. The work
 * grows with the length of the text, whatever is in it.
 */
export function scan(text: string): readonly Finding[] {
  const found = variantsOf(text).flatMap((variant) => [
    ...instructionsIn(variant),
    ...encodedIn(variant),
    ...exfiltrationIn(variant),
  ]);
  return [
    ...new Map([...smuggledIn(text), ...found].map(bounded).map((each) => [JSON.stringify(each), each])).values(),
  ].toSorted((one, other) => one.line - other.line);
}

/** What was decoded can have characters that do not show as well. */
function bounded({ code, excerpt, line }: Finding): Finding {
  const shown = replaceHidden(excerpt.slice(0, 4 * longestExcerpt).replace(/\s+/gu, ' '), () => '\u{fffd}').trim();
  return { code, excerpt: shorten(shown, longestExcerpt), line };
}
