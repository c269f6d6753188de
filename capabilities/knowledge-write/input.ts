import { plainText, titleText } from '#capabilities/common/written.ts';

/**
 * The longest text that is taken at all: a megabyte of any script, by its length as UTF-8, since a text of that length
 * stands for a long one where arguments are kept. What the backend says that it takes counts beside.
 */
export const longest = 3_300_000;

export const titleInput = titleText(1000).describe('The title, one line.');
export const textInput = plainText(longest);
