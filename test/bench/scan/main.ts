import { parseArgs } from 'node:util';
import { machine } from '../machine.ts';
import { asMarkdown } from '../report.ts';
import { type Corpus, type Half, measure } from './corpus.ts';
import { speedOf, tablesOf } from './table.ts';

const help = `Usage: npm run bench:scan -- --attacks NAME=FOLDER … --clean NAME=FOLDER …

Scans every file of the folders as a document and prints, as Markdown, how many are flagged.

  --attacks NAME=FOLDER  documents that should be flagged; may be given several times
  --clean NAME=FOLDER    documents that should not
  --half HALF            development, "held out", or both (default)
  --list                 name what was found and what was missed, of the development half alone`;

const { values } = parseArgs({
  options: {
    attacks: { type: 'string', multiple: true, default: [] },
    clean: { type: 'string', multiple: true, default: [] },
    half: { type: 'string', default: 'both' },
    list: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

const corpora = [
  ...values.attacks.map((each) => corpusOf(each, true)),
  ...values.clean.map((each) => corpusOf(each, false)),
];
if (values.help || corpora.length === 0) console.log(help);
else run();

function corpusOf(argument: string, attacks: boolean): Corpus {
  const at = argument.indexOf('=');
  return { name: argument.slice(0, at), folder: argument.slice(at + 1), attacks };
}

function run(): void {
  const measured = corpora.map(measure);
  if (values.list) {
    for (const { name, attacks, documents } of measured) {
      for (const { half, path, found } of documents) {
        if (half === 'development' && attacks === (found.length === 0))
          console.error(
            [name, path, ...found.map(({ code, line, excerpt }) => `${code} ${line}: ${excerpt}`)].join('\t'),
          );
      }
    }
  }
  const halves = (['development', 'held out'] as const).filter((half: Half) => ['both', half].includes(values.half));
  const tables = [...halves.flatMap((half) => tablesOf(measured, half)), speedOf(measured)];
  const about = 'A document is flagged when there is any finding in it, of whichever code.';
  console.log(
    asMarkdown({ machine: machine(), rounds: 1, parts: [{ name: 'scan', title: 'The scanner', about, tables }] }),
  );
}
