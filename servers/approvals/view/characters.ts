/** Letters of other scripts that are drawn like a Latin one, each before the one it is drawn like. */
const pairs =
  'аaеeоoрpсcуyхxіiјjѕsһhԁdԛqԝwѵvӏlАAВBЕEКKМMНHОOРPСCТTУYХXІIЈJЅSԌGԚQԜW' +
  'οoνvρpιiϲcϳjΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧX' +
  'օoսuհhոnցgզqՕOՍU' +
  'ᎪAᎬEᎻHᏚSᎢTᏟCᏞLᏢPᏙVᏦKᎷMᎫJᏀGᎠDᎡRᏃZᏴBᏔW' +
  'ɑaɡg';

/** What a letter is drawn like, by letter. */
export const lookAlikes: ReadonlyMap<string, string> = new Map(
  Array.from({ length: pairs.length / 2 }, (_, index) => [pairs.charAt(2 * index), pairs.charAt(2 * index + 1)]),
);

/** Signs that read like one of ASCII which means something to programs. */
export const signAlikes: ReadonlyMap<string, string> = new Map([
  ['\u037e', ';'],
  ['\u0589', ':'],
  ['\u05c3', ':'],
  ['\u02d0', ':'],
  ['\u2236', ':'],
  ['\ua789', ':'],
  ['\u2024', '.'],
  ['\u2044', '/'],
  ['\u2215', '/'],
  ['\u29f8', '/'],
  ['\u01c3', '!'],
  ['\u2212', '-'],
  ['\u2010', '-'],
  ['\u2011', '-'],
  ['\u2223', '|'],
  ['\u01c0', '|'],
  ['\u201a', ','],
]);

const names: ReadonlyMap<number, string> = new Map([
  [0x00, 'NULL'],
  [0x07, 'BELL'],
  [0x08, 'BACKSPACE'],
  [0x0b, 'VERTICAL TAB'],
  [0x0c, 'FORM FEED'],
  [0x0d, 'CARRIAGE RETURN'],
  [0x1b, 'ESCAPE'],
  [0x7f, 'DELETE'],
  [0x85, 'NEXT LINE'],
  [0xa0, 'NO-BREAK SPACE'],
  [0xad, 'SOFT HYPHEN'],
  [0x034f, 'COMBINING GRAPHEME JOINER'],
  [0x061c, 'ARABIC LETTER MARK'],
  [0x115f, 'HANGUL CHOSEONG FILLER'],
  [0x1160, 'HANGUL JUNGSEONG FILLER'],
  [0x180e, 'MONGOLIAN VOWEL SEPARATOR'],
  [0x200b, 'ZERO WIDTH SPACE'],
  [0x200c, 'ZERO WIDTH NON-JOINER'],
  [0x200d, 'ZERO WIDTH JOINER'],
  [0x200e, 'LEFT-TO-RIGHT MARK'],
  [0x200f, 'RIGHT-TO-LEFT MARK'],
  [0x2028, 'LINE SEPARATOR'],
  [0x2029, 'PARAGRAPH SEPARATOR'],
  [0x202a, 'LEFT-TO-RIGHT EMBEDDING'],
  [0x202b, 'RIGHT-TO-LEFT EMBEDDING'],
  [0x202c, 'POP DIRECTIONAL FORMATTING'],
  [0x202d, 'LEFT-TO-RIGHT OVERRIDE'],
  [0x202e, 'RIGHT-TO-LEFT OVERRIDE'],
  [0x2060, 'WORD JOINER'],
  [0x2066, 'LEFT-TO-RIGHT ISOLATE'],
  [0x2067, 'RIGHT-TO-LEFT ISOLATE'],
  [0x2068, 'FIRST STRONG ISOLATE'],
  [0x2069, 'POP DIRECTIONAL ISOLATE'],
  [0x27e8, 'ANGLE BRACKET'],
  [0x2800, 'BRAILLE BLANK'],
  [0x3000, 'IDEOGRAPHIC SPACE'],
  [0x3164, 'HANGUL FILLER'],
  [0xfeff, 'BYTE ORDER MARK'],
]);

/** A name for a character that does not show: Unicode's, or that of its kind. */
export function characterName(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const known = names.get(code);
  if (known !== undefined) return known;
  if (code >= 0xe0020 && code <= 0xe007e) return `TAG ${String.fromCodePoint(code - 0xe0000)}`;
  if (/\p{Variation_Selector}/u.test(character)) return 'VARIATION SELECTOR';
  if (/\p{Cc}/u.test(character)) return 'CONTROL CHARACTER';
  if (/\p{Cs}/u.test(character)) return 'LONE SURROGATE';
  if (/\p{Co}/u.test(character)) return 'PRIVATE USE';
  if (/\p{Cn}/u.test(character)) return 'UNASSIGNED';
  if (/\p{M}/u.test(character)) return 'COMBINING MARK';
  return /\p{Zs}/u.test(character) ? 'SPACE' : 'INVISIBLE CHARACTER';
}
