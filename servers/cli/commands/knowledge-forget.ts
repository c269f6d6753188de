import type { Command } from 'commander';
import * as z from 'zod';
import { confirm, isInteractive } from '../confirm.ts';
import { CommandFailed, exitCodes } from '../exit.ts';
import { operateKnowledge, type SuiteOptions, withSuite } from '../operate.ts';
import { print } from '../output.ts';
import { forgetReport, renderForgotten, renderToForget } from '../render/forgotten.ts';

const help = `
A page is named by its id, as search_pages, "countersign trace" and the console show it. What is done cannot be taken back:
- the ledger gets a tombstone with the page's title and a digest of each text that it ever had: agents and people are told
  that there is no such page, and no agent and no import writes one of these texts again;
- the embedded knowledge base loses its texts, comments and drafts, and no byte of them is left in its file. Pages under it
  come to where it was. On Notion or Confluence, delete the page there, and empty the trash;
- who read it, and what may have come of that, is told: to look at, and to put back.

It does not reach what was copied before: what changes of the page keep in the ledger to be put back (until the retention
is over, see "countersign contents gc"), backups, exports, the repository or folder that it was imported from, other pages
that say it in other words, and what agents or their models keep. A title stays in the ledger.

Examples:
  $ countersign knowledge forget pg_9k2mrt0v4xwq --reason "It told agents to send keys away."
  $ countersign knowledge forget 4711 --reason "Somebody's own data, on request." --yes --json`;

type Options = SuiteOptions & { reason: string; yes?: true; dryRun?: true; json?: boolean };

/** `countersign knowledge forget` */
export function knowledgeForgetCommand(knowledge: Command): void {
  withSuite(knowledge.command('forget'))
    .summary('take a page out for good, and tell what it may have touched')
    .description('Takes a page out for good, keeps it from coming again, and tells what it may have touched.')
    .argument('<entry>', 'the page, by its id')
    .requiredOption('--reason <text>', 'why, for the record')
    .option('--dry-run', 'only tell what there is of it, and what it may have touched')
    .option('--yes', 'do it without being asked')
    .addHelpText('after', help)
    .action(async (entry: string, options: Options) => {
      const { reason, yes, dryRun, json } = options;
      const page = idOf(entry);
      const forget = (only: boolean): Promise<z.output<typeof forgetReport>> =>
        operateKnowledge(options, { do: 'forget', page, reason, dryRun: only }, forgetReport);
      if (yes !== true || dryRun === true) {
        const found = await forget(true);
        print(json, found, () => renderToForget(found));
        if (dryRun === true) return;
        if (json === true || !isInteractive()) {
          throw new CommandFailed(exitCodes.no, 'Nothing was forgotten: nobody can be asked here.', 'Add --yes.');
        }
        if (!(await confirm('Forget it for good?'))) throw new CommandFailed(exitCodes.no, 'Nothing was forgotten.');
      }
      const done = await forget(false);
      print(json, done, () => renderForgotten(done));
    });
}

/** An id, also as a thing of the record names it: `page:4711`, `knowledge/page:4711`. Throws CommandFailed. */
function idOf(entry: string): string {
  const id = z
    .string()
    .max(200)
    .regex(/^[A-Za-z0-9][\w:.=-]*$/u);
  const parsed = id.safeParse(entry.replace(/^(?:knowledge\/)?page:/u, ''));
  if (parsed.success) return parsed.data;
  throw new CommandFailed(exitCodes.usage, 'This is no id of a page.');
}
