import { concealedIn } from './concealed.ts';
import { asksFor, englishInstructions, namesModel, turnedInstructions } from './english.ts';
import type { Finding } from './finding.ts';
import { asksForInJapanese, japaneseInstructions, namesModelInJapanese } from './japanese.ts';
import { roleMarkers } from './markers.ts';
import { lineIn } from './places.ts';
import { charactersOf, lineAt, type Reading, wordsOf } from './reading.ts';

/** Text that is aimed at models rather than at people. `text` is without characters that do not show. */
export function instructionsIn(text: string): readonly Finding[] {
  const english = wordsOf(text);
  const found = [
    ...matches(english, englishInstructions, 'instructions'),
    ...matches(english, turnedInstructions, 'encoded_content'),
    ...(hasJapanese(text) ? matches(charactersOf(text), japaneseInstructions, 'instructions') : []),
  ];
  return [...found, ...markersIn(text), ...concealedInstructions(text)];
}

function matches(reading: Reading, pattern: RegExp, code: Finding['code']): readonly Finding[] {
  return Array.from(reading.words.matchAll(pattern), ({ 0: excerpt, index }) => {
    return { code, excerpt, line: lineAt(reading, index) };
  });
}

function markersIn(text: string): readonly Finding[] {
  const line = lineIn(text);
  return Array.from(text.matchAll(roleMarkers), ({ 0: excerpt, index }) => {
    return { code: 'instructions', excerpt: excerpt.trim(), line: line(index) };
  });
}

/** What speaks to a model and asks for something is a comment for nobody else, whatever it asks for. */
function concealedInstructions(text: string): readonly Finding[] {
  const line = lineIn(text);
  return concealedIn(text)
    .filter(({ excerpt }) => speaksToModel(excerpt))
    .toSorted((one, other) => one.at - other.at)
    .map(({ at, excerpt }) => ({ code: 'instructions', excerpt: excerpt.trim(), line: line(at) }));
}

function speaksToModel(text: string): boolean {
  const { words } = wordsOf(text);
  if (namesModel.test(words) && asksFor.test(words)) return true;
  if (!hasJapanese(text)) return false;
  const { words: characters } = charactersOf(text);
  return namesModelInJapanese.test(characters) && asksForInJapanese.test(characters);
}

function hasJapanese(text: string): boolean {
  return /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u.test(text);
}
