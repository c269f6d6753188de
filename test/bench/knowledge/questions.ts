import { type Corpus, inNoOrder } from './corpus.ts';
import type { Language } from './packages.ts';
import { type PagePassage, passagesIn } from './pages.ts';

export const kinds = ['one rare word', 'one common word', 'two words', 'three words', 'as written'] as const;
export type Kind = (typeof kinds)[number];

/** Something that is searched for, and the pages that answer it. */
export type Question = {
  readonly kind: Kind;
  readonly language: Language;
  readonly text: string;
  /** Of known items one page: the one that the words were taken from. Else all that have all the words. */
  readonly pages: readonly number[];
};

/** How many of each kind. */
export type Amounts = { readonly known: number; readonly words: number };

/** Questions in both languages, made of the corpus by rules, so that they are the same each time; kinds take turns. */
export function questionsOf({ pages }: Corpus, amounts: Amounts): Question[] {
  const passages = pages.map((page, at) => ({ language: page.language, parts: passagesIn(page, at) }));
  return (['en', 'ja'] as const).flatMap((language) => {
    const parts = passages.filter((page) => page.language === language).flatMap((page) => page.parts);
    const index = indexOf(parts, language);
    const known = inNoOrder(parts.map((_, at) => at)).flatMap((at) => parts[at] ?? []);
    const lists: Question[][] = [
      ...byWords(index, language, amounts.words),
      knownBy(known, amounts.known, (part) => threeWords(part, index, language)).map((one) => ({
        ...{ kind: 'three words', language, ...one },
      })),
      knownBy(known.toReversed(), amounts.known, (part) => asWritten(part, language)).map((one) => ({
        ...{ kind: 'as written', language, ...one },
      })),
    ];
    return inTurns(lists);
  });
}

type Index = { readonly passages: ReadonlyMap<string, readonly number[]>; readonly parts: readonly PagePassage[] };

/** Words as people tell them apart: of Japanese, runs of one script that are a noun as a rule. */
const word = { en: /[a-z][a-z-]{2,}[a-z]/g, ja: /[\p{Script=Han}]{2,6}|[\p{Script=Katakana}ー]{3,10}/gu };

function wordsIn(text: string, language: Language): string[] {
  return text.normalize('NFKC').toLowerCase().match(word[language]) ?? [];
}

function whole({ title, heading, text }: PagePassage): string {
  return `${title}\n${heading}\n${text}`;
}

function indexOf(parts: readonly PagePassage[], language: Language): Index {
  const passages = new Map<string, number[]>();
  for (const [at, part] of parts.entries()) {
    for (const each of new Set(wordsIn(whole(part), language))) {
      const found = passages.get(each);
      if (found === undefined) passages.set(each, [at]);
      else found.push(at);
    }
  }
  return { passages, parts };
}

/** A word that is in some passages, one that is in many, and two that are in one passage together. */
function byWords({ passages, parts }: Index, language: Language, count: number): Question[][] {
  const between = (least: number, most: number): string[] =>
    inNoOrder([...passages].filter(([, { length }]) => length >= least && length <= most).map(([text]) => text));
  const question = (kind: Kind, words: readonly string[]): Question => {
    const [first = [], ...others] = words.map((each) => passages.get(each) ?? []);
    const rest = others.map((each) => new Set(each));
    const all = first.filter((at) => rest.every((each) => each.has(at)));
    const pages = [...new Set(all.map((at) => parts[at]?.page ?? -1))];
    return { kind, language, text: words.join(' '), pages };
  };
  const rare = between(3, 20).slice(0, count);
  const common = between(parts.length * 0.02, parts.length * 0.5).slice(0, count);
  const middling = new Set(between(parts.length * 0.001, parts.length * 0.02));
  const pairs = inNoOrder(parts.map((_, at) => at)).flatMap((at): Question[] => {
    const part = parts[at];
    const [one, other] = inNoOrder(part === undefined ? [] : [...new Set(wordsIn(part.text, language))]).filter(
      (each) => middling.has(each),
    );
    return one === undefined || other === undefined ? [] : [question('two words', [one, other])];
  });
  return [
    rare.map((each) => question('one rare word', [each])),
    common.map((each) => question('one common word', [each])),
    pairs.slice(0, count),
  ];
}

type Known = Pick<Question, 'text' | 'pages'>;

/** Of as many pages, one passage each. */
function knownBy(parts: readonly PagePassage[], count: number, ask: (part: PagePassage) => string | null): Known[] {
  const found = new Map<number, string>();
  for (const part of parts) {
    if (found.size >= count) break;
    const text = found.has(part.page) || part.text.length < 200 ? null : ask(part);
    if (text !== null) found.set(part.page, text);
  }
  return [...found].map(([page, text]) => ({ text, pages: [page] }));
}

/** The three rarest words of a passage that are in five passages at least: who searches does not know what is unique. */
function threeWords({ text }: PagePassage, { passages }: Index, language: Language): string | null {
  const having = (each: string): number => passages.get(each)?.length ?? 0;
  const words = [...new Set(wordsIn(text, language))].filter((each) => having(each) >= 5);
  const rarest = words.toSorted((one, other) => having(one) - having(other) || (one < other ? -1 : 1)).slice(0, 3);
  return rarest.length < 3 ? null : words.filter((each) => rarest.includes(each)).join(' ');
}

/** Words in a row from the middle of a passage: six of English, 10 to 18 characters of Japanese up to its next sign. */
const run = {
  en: /(?<![\w'-])[A-Za-z]{2,}(?: [A-Za-z]{2,}){5}(?![\w'-])/g,
  ja: /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]{10,18}/gu,
};

function asWritten({ text }: PagePassage, language: Language): string | null {
  const found = text.match(run[language]) ?? [];
  return found[Math.floor(found.length / 2)] ?? null;
}

function inTurns<T>(lists: readonly (readonly T[])[]): T[] {
  const longest = Math.max(...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, at) => lists.flatMap((list) => list.slice(at, at + 1))).flat();
}
