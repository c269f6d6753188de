import { parseArgs } from 'node:util';
import type { Part, PartOptions } from './part.ts';

export type Options = PartOptions & {
  readonly format: 'text' | 'json' | 'markdown';
  readonly parts: readonly Part[];
  readonly help: boolean;
};

const defaultRounds = 20;
const defaultPassages = [20_000, 100_000];

/** Reads the command line. Throws an Error with a sentence for whoever typed it. */
export function readOptions(args: readonly string[], parts: readonly Part[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', multiple: true, default: [] },
      rounds: { type: 'string', default: String(defaultRounds) },
      json: { type: 'boolean', default: false },
      markdown: { type: 'boolean', default: false },
      fresh: { type: 'boolean', default: false },
      manuals: { type: 'string' },
      passages: { type: 'string', multiple: true, default: defaultPassages.map(String) },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 1000)
    throw new Error('--rounds wants a number from 1 to 1000.');
  if (values.json && values.markdown) throw new Error('--json and --markdown are two forms of the same: choose one.');
  const passages = values.passages.map(Number);
  if (!passages.every((count) => Number.isInteger(count) && count >= 1000)) {
    throw new Error('--passages wants a number from 1000 on.');
  }
  return {
    rounds,
    fresh: values.fresh,
    manuals: values.manuals,
    passages,
    format: formatOf(values),
    parts: values.only.length === 0 ? parts : values.only.map((name) => find(parts, name)),
    help: values.help,
  };
}

function formatOf({ json, markdown }: { json: boolean; markdown: boolean }): Options['format'] {
  if (json) return 'json';
  return markdown ? 'markdown' : 'text';
}

function find(parts: readonly Part[], name: string): Part {
  const found = parts.find((part) => part.name === name);
  if (found) return found;
  throw new Error(`--only wants one of ${parts.map((part) => part.name).join(', ')}.`);
}

export function help(parts: readonly Part[]): string {
  const width = Math.max(...parts.map(({ name }) => name.length));
  return `Usage: npm run bench -- [options]

Measures Countersign on this machine: real processes, real HTTP, SQLite and git, all on loopback and temporary data.

  --only NAME   measure this part alone; may be given several times
  --rounds N    how often everything is repeated (default ${defaultRounds}); 1 is a quick look
  --fresh       first-answer also clones HEAD and runs npm ci there, which needs the package registry
  --manuals DIR knowledge searches manuals of Debian that are kept there; those that are not yet are got by apt-get
  --passages N  and so many passages of them (default ${defaultPassages.join(' and ')}); may be given several times
  --json        print the numbers as JSON
  --markdown    print the block that docs/measurements.md contains
  -h, --help    print this

Parts:
${parts.map(({ name, title }) => `  ${name.padEnd(width)}  ${title}`).join('\n')}`;
}
