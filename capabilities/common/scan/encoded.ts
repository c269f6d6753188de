import { base64Bytes, isReadable, numbersIn, textOf, utf16Of } from './decode.ts';
import type { Finding, Place } from './finding.ts';
import { lineIn } from './places.ts';

/** So much of a run is decoded; whatever comes after it is the same. */
const decoded = 1_200;

/** Runs from these lengths on are told although they decode to nothing: beyond any digest, signature or token. */
const long = { base64: 300, hex: 300, lines: 8 } as const;

/** Text that has to be decoded to be read, and long runs that may be. Lines of the text stay as they are. */
export function encodedIn(text: string): readonly Finding[] {
  const plain = withoutKnown(text);
  const line = lineIn(text);
  return [...base64In(plain), ...hexIn(plain), ...othersIn(plain)]
    .toSorted((one, other) => one.at - other.at)
    .map(({ at, excerpt }) => ({ code: 'encoded_content', excerpt, line: line(at) }));
}

/** Media in addresses, public keys and integrity of packages are long and no text; blanks keep their place. */
const known =
  /data:(?:image|font|audio|video)\/[^\s"')>]{1,}|\b(?:ssh-(?:rsa|dss|ed25519)|ecdsa-\S{1,30}) [\w+/=]{1,}/gu;

function withoutKnown(text: string): string {
  return withoutArmor(text.replace(known, (found) => ' '.repeat(found.length)));
}

/** Certificates, keys, signatures: from a line that begins one to the one that ends it. */
function withoutArmor(text: string): string {
  const parts: string[] = [];
  let done = 0;
  let begin = text.indexOf('-----BEGIN ');
  while (begin !== -1) {
    const end = text.indexOf('-----END ', begin);
    if (end === -1) break;
    parts.push(text.slice(done, begin), text.slice(begin, end).replace(/[^\n]/gu, ' '));
    done = end;
    begin = text.indexOf('-----BEGIN ', end);
  }
  return parts.join('') + text.slice(done);
}

function base64In(text: string): readonly Place[] {
  const found: Place[] = [];
  let wrapped = { lines: 0, at: 0, end: 0 };
  for (const { 0: run, index } of text.matchAll(/[A-Za-z0-9+/_-]{24,}/gu)) {
    if (!(/[a-z]/u.test(run) && /[A-Z]/u.test(run)) || isMailWord(text, index)) continue;
    const bytes = base64Bytes(run.slice(0, decoded));
    const says = [textOf(bytes), utf16Of(bytes)].find(isReadable);
    const follows = run.length >= 60 && index - wrapped.end <= 4;
    wrapped = { lines: follows ? wrapped.lines + 1 : 1, at: follows ? wrapped.at : index, end: index + run.length };
    if (says !== undefined) found.push({ at: index, excerpt: `base64: ${says}` });
    else if (isLong(run)) found.push({ at: index, excerpt: `${run.length} characters of base64: ${run}` });
    else if (wrapped.lines === long.lines) found.push({ at: wrapped.at, excerpt: `lines of base64: ${run}` });
  }
  return found;
}

/** `=?utf-8?b?…?=`, a word in the header of a mail: https://www.rfc-editor.org/rfc/rfc2047. */
function isMailWord(text: string, at: number): boolean {
  return /=\?[\w-]{1,20}\?b\?$/iu.test(text.slice(Math.max(0, at - 30), at));
}

/** A path or a name can be long, too, but has its digits and capitals elsewhere. */
function isLong(run: string): boolean {
  return run.length >= long.base64 && /\d/u.test(run) && !/[a-z]{16}|[-_]{4}|\/[a-z]{2,15}\/[a-z]{2,15}\//u.test(run);
}

function hexIn(text: string): readonly Place[] {
  const found: Place[] = [];
  for (const { 0: run, index } of text.matchAll(
    /(?:\\x|0x)?[0-9A-Fa-f]{2}(?:[ ,:]{0,2}(?:\\x|0x)?[0-9A-Fa-f]{2}){11,}/gu,
  )) {
    const says = textOf(numbersIn(run.slice(0, decoded).replace(/0x|[^0-9A-Fa-f]/gu, ''), /../gu, 16));
    if (isReadable(says)) found.push({ at: index, excerpt: `hexadecimal: ${says}` });
    else if (/^[0-9A-Fa-f]+$/u.test(run) && run.length >= long.hex && /\d/u.test(run) && /[A-Fa-f]/u.test(run))
      found.push({ at: index, excerpt: `${run.length} hexadecimal digits: ${run}` });
  }
  return found;
}

/** Ways to write a character that nobody uses for Latin letters, unless they should not be read. */
const others = [
  {
    name: 'percent-encoding',
    run: /(?:%[0-9A-Fa-f]{2}){0,40}(?:%[46][1-9A-Fa-f]|%[57][0-9Aa]){3}(?:%[0-9A-Fa-f]{2}){8,}/gu,
    each: /[0-9A-Fa-f]{2}/gu,
    base: 16,
  },
  { name: 'character references', run: /(?:&#0{0,5}\d{2,3};){8,}/gu, each: /\d+/gu, base: 10 },
  { name: 'character references', run: /(?:&#[xX]0{0,5}[0-9A-Fa-f]{2};){8,}/gu, each: /[0-9A-Fa-f]+/gu, base: 16 },
  { name: 'escapes', run: /(?:\\u\{?00[0-9A-Fa-f]{2}\}?){8,}/gu, each: /[0-9A-Fa-f]{4}/gu, base: 16 },
  { name: 'binary digits', run: /[01]{8}(?:[ ,]{0,2}[01]{8}){7,}/gu, each: /[01]{8}/gu, base: 2 },
] as const;

function othersIn(text: string): readonly Place[] {
  return others.flatMap(({ name, run, each, base }) =>
    Array.from(text.matchAll(run), ({ 0: found, index }) => {
      const says = textOf(numbersIn(found.slice(0, decoded * 4), each, base));
      return { at: index, excerpt: `${name}: ${says}`, says };
    }).filter(({ says }) => says !== null && isReadable(says.replaceAll('+', ' '))),
  );
}
