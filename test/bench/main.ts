import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { changes } from './changes.ts';
import { clonePart } from './clone.ts';
import { consolesPart } from './consoles.ts';
import { crowd } from './crowd.ts';
import { firstAnswer } from './first-answer.ts';
import { knowledgePart } from './knowledge.ts';
import { large } from './large.ts';
import { ledger } from './ledger.ts';
import { machine } from './machine.ts';
import { memory } from './memory.ts';
import { help, type Options, readOptions } from './options.ts';
import { Skipped } from './part.ts';
import { readCall } from './read-call.ts';
import { asMarkdown, asText, type Report, type Result } from './report.ts';
import { roundTrips } from './round-trips.ts';
import { tickets } from './tickets.ts';
import { tokens } from './tokens.ts';

const parts = [
  readCall,
  ledger,
  crowd,
  changes,
  consolesPart,
  roundTrips,
  tokens,
  large,
  tickets,
  knowledgePart,
  clonePart,
  memory,
  firstAnswer,
];

const formats = {
  text: asText,
  markdown: asMarkdown,
  json: (report: Report) => JSON.stringify(report, null, 2),
} as const;

/** Answers the exit code: 1 when a part could not be measured. */
async function run({ format, parts: chosen, help: _, ...options }: Options): Promise<0 | 1> {
  useTemporaryFolder();
  process.chdir(fileURLToPath(new URL('../..', import.meta.url)));
  const report = { machine: machine(), rounds: options.rounds };
  const results: Result[] = [];
  let failed = 0;
  for (const { measure, ...about } of chosen) {
    const from = performance.now();
    try {
      results.push({ ...about, tables: await measure(options) });
      console.error(`${about.name}: ${((performance.now() - from) / 1000).toFixed(1)} s`);
    } catch (error) {
      if (error instanceof Skipped) {
        console.error(`${about.name} is left out: ${error.message}`);
        continue;
      }
      failed += 1;
      // What the other parts find is worth having all the same.
      console.error(`${about.name} could not be measured:`, error);
    }
  }
  console.log(formats[format]({ ...report, parts: results }));
  return failed === 0 ? 0 : 1;
}

/** Everything that any part writes goes there, and goes away however the run ends. */
function useTemporaryFolder(): void {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'));
  process.env['TMPDIR'] = folder;
  process.on('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));
}

function optionsOrExit(): Options {
  try {
    return readOptions(process.argv.slice(2), parts);
  } catch (error) {
    console.error(`${(error as Error).message}\nTry --help.`);
    process.exit(2);
  }
}

const options = optionsOrExit();
if (options.help) console.log(help(parts));
else process.exitCode = await run(options);
