import { replaceHidden } from '../hidden-characters.ts';
import { plainLetters, plainWord } from './look-alikes.ts';

/** A text as words alone, with where each of its lines begins there. */
export type Reading = { readonly words: string; readonly starts: readonly number[] };

/**
 * The texts that a text may be read as: without the characters that do not show, and with blanks for them, since they
 * can stand within a word or between two. Compatibility forms (full width, mathematical, ligatures) are what they stand for.
 */
export function variantsOf(text: string): readonly string[] {
  const without = replaceHidden(text, lineBreakOr('')).normalize('NFKC');
  const spaced = replaceHidden(text, lineBreakOr(' ')).normalize('NFKC');
  return spaced === without ? [without] : [without, spaced];
}

/** A carriage return on its own, and what else begins a line for some programs, is a blank; never one for us. */
function lineBreakOr(by: string): (character: string) => string {
  return (character) => (/[\r\u0085\u2028\u2029\v\f]/u.test(character) ? ' ' : by);
}

/** Tags that change how a word looks, but not where it ends. */
const inlineTag = /<\/?(?:b|i|u|s|em|strong|span|code|font|small|sub|sup|mark|wbr)\b[^<>\n]{0,80}>/gu;
const markup = /['’‘`*~\\]|_(?![\p{L}\p{N}])|(?<![\p{L}\p{N}])_/gu;
/** A word whose letters stand apart: at most two signs between them, more between words. */
const spread = /(?<![\p{L}\p{N}])(?:[a-z][ ._-]{1,3}){4,80}[a-z](?![\p{L}\p{N}])/gu;
const sentenceEnd = /[.!?;…。]+(?=\s|$)/gmu;
const mixed = /[a-z013457@$!|]{3,40}/gu;
/** No word is longer, so that what looks past some words looks at a bounded text. */
const endless = /[^ \n]{40}/gu;

/** English: lower-case words with one blank between them, `.` where a sentence ends and `:` where something follows. */
export function wordsOf(text: string): Reading {
  const plain = plainLetters(text.toLowerCase().replace(inlineTag, '').replace(markup, ''))
    .replace(mixed, plainWord)
    .replace(spread, joined)
    .replace(sentenceEnd, ' . ')
    .replace(/:(?=\s|$)/gmu, ' : ')
    .replace(/[^\p{L}\p{N}\n.:]+|[.:]{2,}/gu, ' ')
    .replace(endless, '$& ');
  return joinLines(
    plain.split('\n').map((line) => line.trim()),
    ' ',
  );
}

function joined(letters: string): string {
  const words = letters.split(/[ ._-]{2,}/u);
  return words.map((word) => word.replace(/[ ._-]/gu, '')).join(' ');
}

/** Japanese: nothing between the characters, wherever a line or a word of other letters ends. */
export function charactersOf(text: string): Reading {
  const plain = text.toLowerCase().replace(/[^\S\n]+|[*`_~"'“”‘’「」『』【】()<>|\\]+/gu, '');
  return joinLines(plain.split('\n'), '');
}

function joinLines(lines: readonly string[], by: string): Reading {
  const starts: number[] = [];
  let length = by.length;
  for (const line of lines) {
    starts.push(length);
    length += line === '' ? 0 : line.length + by.length;
  }
  return { words: `${by}${lines.filter((line) => line !== '').join(by)}${by}`, starts };
}

/** The line (from 1) of a place in the words. */
export function lineAt({ starts }: Reading, at: number): number {
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((starts[middle] ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return Math.max(low, 1);
}
