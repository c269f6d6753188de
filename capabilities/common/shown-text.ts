import * as z from 'zod';
import { replaceHidden } from './hidden-characters.ts';

/** A text as a model sees it, and how many characters that do not show were left out of it. */
export type ShownText = { readonly text: string; readonly leftOut: number };

/** A text without characters that do not show. One that breaks lines for some programs only becomes a blank. */
export function shownText(text: string): ShownText {
  let leftOut = 0;
  const shown = replaceHidden(text, (character) => {
    leftOut += 1;
    return /[\v\f\r\u0085\u2028\u2029]/u.test(character) ? ' ' : '';
  });
  return { text: shown, leftOut };
}

/** How an answer says how many characters were left out of its texts; nothing where none were. */
export const hiddenLeftOut = {
  hidden_left_out: z
    .number()
    .int()
    .exactOptional()
    .describe('How many characters that do not show were left out of these texts.'),
};
type LeftOut = { readonly hidden_left_out?: number };

/** Shows the texts of one answer, and adds up what is left out of them. */
export function showing(): { readonly show: (text: string) => string; readonly leftOut: () => LeftOut } {
  let count = 0;
  return {
    show: (given) => {
      const { text, leftOut } = shownText(given);
      count += leftOut;
      return text;
    },
    leftOut: () => (count === 0 ? {} : { hidden_left_out: count }),
  };
}
