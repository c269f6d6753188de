import { looksLikeMark } from './mark-comment.ts';
import { shownText } from './shown-text.ts';
import { oneLine, wellFormed } from './text.ts';

const noMark = { error: 'must not contain a Change-Id or a comment like those of this server' };
/** Text that an agent writes: well formed, without control characters, and without anything like a mark of ours. */
export const plainText = (max: number) =>
  wellFormed({ max })
    .refine((text) => !/[^\P{Cc}\n\r\t]/u.test(text), { error: 'must not contain control characters' })
    .refine((text) => !looksLikeMark(text), noMark);

/** The same as one line that is not blank, and does not only look so. */
export const titleText = (max: number) =>
  oneLine(max)
    .refine((text) => !looksLikeMark(text), noMark)
    .refine((text) => text.trim() === '' || /(?!\ufe0f|\u2800)\S/u.test(shownText(text).text), {
      error: 'must have something that shows',
    });
