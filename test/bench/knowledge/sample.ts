import { globSync, readFileSync } from 'node:fs';
import { words } from '../tickets/fill.ts';
import type { ManualPage } from './pages.ts';

/** A tiny corpus that is always there: this repository's own documentation, and sentences of Japanese. */
export function samplePages(): ManualPage[] {
  const english = globSync('docs/**/*.md')
    .toSorted()
    .map((path): ManualPage => ({ path, language: 'en', title: path, text: readFileSync(path, 'utf8') }));
  return [...english, ...Array.from({ length: 30 }, (_, at) => japanesePage(at))];
}

const nouns = words.japanese.split(' ');
const noun = (at: number): string => nouns[at % nouns.length] ?? '';

function japanesePage(at: number): ManualPage {
  const sentence = (step: number): string =>
    `${noun(at * 7 + step)}の${noun(at + step * 3)}は${noun(at * 3 + step * 5)}を確認してから${noun(step)}へ進めます。`;
  const text = Array.from({ length: 30 }, (_, step) => sentence(step)).join('\n');
  return { path: `ja/${at}`, language: 'ja', title: `${noun(at)}と${noun(at * 3 + 1)}`, text };
}
