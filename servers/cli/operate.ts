import type { Command } from 'commander';
import type * as z from 'zod';
import { readServerEnvironment } from './config.ts';
import { CommandFailed, exitCodes } from './exit.ts';
import { ledgerOf } from './place.ts';
import { runServerProgram } from './server-program.ts';

/** Where a command finds the settings of the suite. */
export type SuiteOptions = { readonly config?: string; readonly data?: string; readonly ledger?: string };

/** Gives a command the options that say which suite it is for. */
export function withSuite(command: Command): Command {
  return command
    .option('--config <file>', 'the configuration file of the suite')
    .option('--data <dir>', 'the data directory of the suite (default: ./data)')
    .option(
      '--ledger <where>',
      'the ledger as a user who may write to all of it, where each server has a user of its own',
    )
    .option('--json', 'print JSON')
    .configureHelp({ showGlobalOptions: false });
}

/**
 * Has the knowledge server's own program do something, with the settings and the credential of the server. Throws
 * CommandFailed where it cannot, after what that said.
 */
export async function operateKnowledge<T>(
  { config, data, ledger }: SuiteOptions,
  request: Readonly<Record<string, unknown>>,
  answer: z.ZodType<T>,
): Promise<T> {
  const own = await readServerEnvironment('knowledge', { configFile: config, data });
  const place = ledger === undefined ? {} : { COUNTERSIGN_LEDGER: ledgerOf({ data: '', ledger }) };
  const environment = { ...own, ...place };
  const lines: string[] = [];
  const { code } = await runServerProgram({
    ...{ name: 'knowledge/operate', args: [JSON.stringify(request)], environment },
    onLine: (line) => lines.push(line),
  });
  if (code !== exitCodes.ok) throw new CommandFailed(code, 'It could not be done; why is above.');
  return answer.parse(JSON.parse(lines.join('\n')));
}
