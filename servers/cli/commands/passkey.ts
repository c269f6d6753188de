import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import { isMap, parseDocument, type YAMLMap } from 'yaml';
import { BlueprintErrors } from '#shared/blueprints/problems.ts';
import { loadPeople, parsePeople } from '#shared/people/load.ts';
import { isInteractive } from '../confirm.ts';
import { CommandFailed, exitCodes } from '../exit.ts';
import { visible, visibleLine } from '../visible.ts';

const help = `
The line is what the console showed to the person who made the passkey (the menu under their name). Whoever signs with it
approves in this person's name wherever a review rule asks for a passkey: be sure that the line is theirs, and came to you
by a way that nobody else writes to. It is read from the input, and is nothing for a shell. Servers read the list again by
themselves.

To take a passkey back, write "retired: YYYY-MM-DD" into its line: it counts no more at once, and what it signed before can
still be checked. Exit codes: 0 added, 2 it cannot be.

Examples:
  $ countersign people passkey add alice
  $ countersign people passkey add alice ./people.yaml < line.txt`;

/** `countersign people passkey` */
export function passkeyCommand(people: Command): void {
  people
    .command('passkey')
    .summary('put a passkey of somebody into the list')
    .description('Puts passkeys of people into the list.')
    .command('add')
    .summary('put a passkey of somebody into the list')
    .description('Puts a passkey that somebody made in the console into the list of people.')
    .argument('<person>', 'their key in the list')
    .argument('[file]', 'the list', 'people.yaml')
    .configureHelp({ showGlobalOptions: false })
    .addHelpText('after', help)
    .action(async (person: string, file: string) => {
      const path = resolve(file);
      loadPeople(path);
      if (isInteractive()) console.log('Paste the line that the console showed, and press Enter.');
      const line = await firstLine();
      const text = withPasskey(readFileSync(path, 'utf8'), person, line);
      const count = counted(text, file, person);
      writeInPlace(path, text);
      console.log(`${visibleLine(person)} has ${count} ${count === 1 ? 'passkey' : 'passkeys'} now.`);
    });
}

async function firstLine(): Promise<string> {
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim() !== '') return line;
  }
  return '';
}

/** The text of the list with one line more. What else is in it stays, comments too. */
function withPasskey(text: string, person: string, line: string): string {
  const document = parseDocument(text);
  const entry = document.getIn(['people', person], true);
  if (!isMap(entry)) throw new CommandFailed(exitCodes.usage, `The list names nobody "${visibleLine(person)}".`);
  const passkey = parseDocument(line.trim().replace(/^- /, '')).contents;
  if (!isMap(passkey)) {
    throw new CommandFailed(exitCodes.usage, 'That is no line of a passkey.', 'Give all of what the console showed.');
  }
  (passkey as YAMLMap).flow = true;
  const at = ['people', person, 'passkeys'];
  if (entry.has('passkeys')) document.addIn(at, passkey);
  else document.setIn(at, document.createNode([passkey]));
  return document.toString({ lineWidth: 0 });
}

function counted(text: string, source: string, person: string): number {
  try {
    return parsePeople({ text, source }).all.get(person)?.passkeys.length ?? 0;
  } catch (error) {
    if (!(error instanceof BlueprintErrors)) throw error;
    const why = error.problems.map(({ message }) => message).join(' ');
    throw new CommandFailed(exitCodes.usage, `It cannot be added: ${visible(why)}`);
  }
}

/** A server that reads the list finds the old one or the new one, never half of it. */
function writeInPlace(path: string, text: string): void {
  const next = `${path}.${process.pid}.new`;
  writeFileSync(next, text, { mode: statSync(path).mode, flush: true });
  renameSync(next, path);
}
