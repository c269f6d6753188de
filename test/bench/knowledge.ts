import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Corpus, corpusOf } from './knowledge/corpus.ts';
import { type EngineName, engines } from './knowledge/engines/all.ts';
import { readManuals } from './knowledge/manuals.ts';
import { overMcp } from './knowledge/over-mcp.ts';
import { passagesIn } from './knowledge/pages.ts';
import { type Amounts, questionsOf } from './knowledge/questions.ts';
import { samplePages } from './knowledge/sample.ts';
import { type Trials, tablesOf } from './knowledge/tables.ts';
import type { Trial } from './knowledge/trial.ts';
import { type Part, Skipped } from './part.ts';

const run = promisify(execFile);

/** Known items are asked for in two ways, words in three. */
const amounts = {
  whole: { known: 150, words: 60 },
  quick: { known: 5, words: 3 },
} as const satisfies Record<string, Amounts>;

export const knowledgePart: Part = {
  name: 'knowledge',
  title: 'Searching pages, beside other engines',
  about:
    'Manuals of Debian 12, English and a fifth Japanese (test/bench/knowledge/packages.ts), as text, in whole pages, cut ' +
    'into the same passages for all: sections, long ones at blank lines after some hundred words. Each engine is a process ' +
    'of its own and answers the same questions with the first ten pages, one after the other, for 10 s a language at most. ' +
    '"Countersign" is the embedded knowledge base through its port, which answers with titles, snippets and where each page ' +
    'comes from; the engines in memory answer with ids. "Over MCP" is search_pages of the knowledge server, asked over HTTP, ' +
    'with every check and on record. "Tuned" tells words of Japanese apart by the JavaScript engine’s segmenter (as Orama’s own ' +
    'tokenizer does; FlexSearch’s own encoder for it would cut English into letters), puts titles and headings before texts ' +
    'where that can be said, and passages with all words before those with any where they are not all the same to it. The memory server is the reference one, ' +
    '@modelcontextprotocol/server-memory, over stdio; it looks for its whole query as one string. "Scan" looks at every ' +
    'passage. Recall@10: of "the page", the share of questions at which the page that the words come from is among the ' +
    'first ten: the three rarest words of a passage that are in five passages at least, or words in a row as they are ' +
    'written there. Of "pages with all words" (a rare word, a common one, two that are in one passage), the share of the ' +
    'first ten, or of all where there are fewer, that have them in one passage. An answer that never came found nothing. ' +
    '"Passages/s" is to the end of indexing, of the memory server in its first 15 s; "size" the file, with all texts and ' +
    'their history for Countersign, else what the index is when written out; "memory" is resident at the end.',
  measure: async ({ rounds, manuals, passages }) => {
    if (rounds === 1) return tablesOf([await sample()]);
    if (manuals === undefined) throw new Skipped('it needs a folder for manuals of Debian: --manuals FOLDER');
    const pages = await readManuals(manuals);
    const all: Trials[] = [];
    for (const count of passages) all.push(await trialsOn(corpusOf(pages, count), amounts.whole));
    return tablesOf(all);
  },
};

async function sample(): Promise<Trials> {
  const pages = samplePages();
  const passages = { en: 0, ja: 0 };
  for (const page of pages) passages[page.language] += passagesIn(page, 0).length;
  return trialsOn({ pages, passages }, amounts.quick);
}

async function trialsOn(corpus: Corpus, asked: Amounts): Promise<Trials> {
  const folder = mkdtempSync(join(tmpdir(), 'knowledge-'));
  const place = (name: string): string => join(folder, name);
  const questions = questionsOf(corpus, asked);
  writeFileSync(place('corpus.jsonl'), corpus.pages.map((page) => JSON.stringify(page)).join('\n'));
  writeFileSync(place('questions.json'), JSON.stringify(questions));
  const trials: Trial[] = [];
  for (const name of Object.keys(engines) as EngineName[]) {
    const from = performance.now();
    try {
      trials.push(await tried(name, place));
      if (name === 'Countersign') trials.push(await overMcp(place(`${name}.db`), questions));
    } catch (error) {
      // What the others find is worth having all the same, and who reads the tables sees that it is not there.
      console.error(`knowledge: ${name} could not be measured:`, error);
    }
    console.error(`knowledge: ${name}: ${((performance.now() - from) / 1_000).toFixed(1)} s`);
    for (const end of ['db', 'result']) rmSync(place(`${name}.${end}`), { force: true });
  }
  rmSync(folder, { recursive: true });
  return { passages: corpus.passages.en + corpus.passages.ja, questions, trials };
}

async function tried(name: EngineName, place: (name: string) => string): Promise<Trial> {
  const program = fileURLToPath(new URL('knowledge/run-engine.ts', import.meta.url));
  const files = [place('corpus.jsonl'), place('questions.json'), place(`${name}.db`), place(`${name}.result`)];
  await run(process.execPath, ['--expose-gc', '--max-old-space-size=12288', program, name, ...files]);
  return JSON.parse(readFileSync(place(`${name}.result`), 'utf8')) as Trial;
}
