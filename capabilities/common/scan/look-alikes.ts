/** Letters of other scripts that look like Latin ones: the common ones of https://www.unicode.org/reports/tr39/. */
const lookAlikes = new Map(
  Object.entries({
    a: 'аαɑ',
    b: 'Ьƅ',
    c: 'сϲ',
    d: 'ԁ',
    e: 'еєε',
    g: 'ɡ',
    h: 'һ',
    i: 'іıιɩ',
    j: 'ј',
    k: 'κк',
    l: 'ӏ',
    m: 'м',
    n: 'ոп',
    o: 'оοσօ',
    p: 'рρ',
    q: 'ԛ',
    r: 'г',
    s: 'ѕ',
    t: 'тτ',
    u: 'υս',
    v: 'ѵν',
    w: 'ԝω',
    x: 'хχ',
    y: 'уγ',
  }).flatMap(([letter, others]) => [...others].map((other) => [other, letter] as const)),
);

const others = /[\u0131\u0184-\u0185\u0251\u0261\u0269\u0370-\u058f]/gu;
const accents = /\p{Mn}+/gu;

/** A lower-case text with Latin letters in the place of those that look like them, and without accents. */
export function plainLetters(text: string): string {
  if (!/[\u0080-\u{10ffff}]/u.test(text)) return text;
  return text
    .normalize('NFD')
    .replace(accents, '')
    .normalize('NFC')
    .replace(others, (letter) => lookAlikes.get(letter) ?? letter);
}

const signs: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
  '|': 'l',
};

/** A word that is written with digits and signs for letters; what has no letter in it, or no such sign, stays. */
export function plainWord(word: string): string {
  if (!/[a-z]/u.test(word) || !/[013457@$!|](?=.*[a-z])|[a-z][013457@$]/u.test(word)) return word;
  return word.replace(/[013457@$]|[!|](?=[a-z])/gu, (sign) => signs[sign] ?? sign);
}
