import { limits } from '../limits.ts';
import { refused } from './writing.ts';

/** Throws `NotDone` refused for what is no title. */
export function assertTitle(title: string): void {
  if (title.trim() === '' || /[\r\n\0]/.test(title)) throw refused('The title has to be one line that is not empty.');
  assertSound('title', title, limits.title);
}

/** Throws `NotDone` refused for what cannot be the text of a page. */
export function assertText(text: string): void {
  assertSound('text', text, limits.text);
}

/** Throws `NotDone` refused for what cannot be a comment. */
export function assertComment(text: string): void {
  if (text.trim() === '') throw refused('A comment has to say something.');
  assertSound('comment', text, limits.comment);
}

function assertSound(what: string, text: string, most: number): void {
  if (text.length > most) throw refused(`The ${what} is longer than ${most} characters.`);
  if (text.includes('\0')) throw refused(`The ${what} has a character that is none, U+0000.`);
}
