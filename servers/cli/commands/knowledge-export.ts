import { resolve } from 'node:path';
import type { Command } from 'commander';
import * as z from 'zod';
import { operateKnowledge, type SuiteOptions, withSuite } from '../operate.ts';
import { print } from '../output.ts';
import { timeOf } from '../time.ts';
import { visibleLine } from '../visible.ts';

const exportHelp = `
Each page that everybody sees becomes a file that has its text and nothing else. It gets the path that it was imported from,
so that links lead where they did, else one made of its title. The file .countersign-pages.json beside them has titles and
places: an import of the folder makes the same pages of it, to the byte. What waits in quarantine, is in the trash or was
forgotten is not in it; neither are comments and earlier revisions.

Examples:
  $ countersign knowledge export ./handbook --namespace handbook
  $ countersign knowledge export ./before --namespace handbook --at 2027-03-01T08:00:00Z`;

const exported = z.looseObject({
  folder: z.string(),
  at: z.string(),
  pages: z.number(),
  bytes: z.number(),
  untrusted: z.number(),
});

type Options = SuiteOptions & { namespace: string; at?: string; force?: true; json?: boolean };

/** `countersign knowledge export` */
export function knowledgeExportCommand(knowledge: Command): void {
  withSuite(knowledge.command('export'))
    .summary('write the pages of a namespace into a folder')
    .description('Writes the pages of a namespace of the embedded knowledge base as files of Markdown.')
    .argument('<dir>', 'the folder, which must be empty or not there yet')
    .requiredOption('--namespace <key>', 'whose pages')
    .option('--at <time>', 'as they were: a time such as 2027-03-01T08:00:00Z, or 30m, 2h, 3d ago', timeOf)
    .option('--force', 'write into a folder that has something: files of the same paths are replaced')
    .addHelpText('after', exportHelp)
    .action(async (dir: string, options: Options) => {
      const { namespace, at = null, force = false } = options;
      const request = { do: 'export', folder: resolve(dir), namespace, at, force };
      const found = await operateKnowledge(options, request, exported);
      const { pages, folder, untrusted } = found;
      const rest = untrusted === 0 ? '' : ` ${untrusted} of them are untrusted, which an import of the folder keeps.`;
      print(options.json, found, () => visibleLine(`${pages} pages as of ${found.at} are in ${folder}.${rest}`));
    });
}

const backupHelp = `
The suite may run. The copy is of one moment and is one file, for nobody else to read, with all revisions, drafts and
comments in it. To put it back, stop the suite and put the file in the place of knowledge/knowledge.db in the data
directory, without the -wal and -shm beside that. Take it together with "countersign backup", which copies the ledger.

Examples:
  $ countersign knowledge backup /backups/knowledge-2027-01-02.db --data ./data`;

const copied = z.looseObject({ file: z.string(), bytes: z.number() });

/** `countersign knowledge backup` */
export function knowledgeBackupCommand(knowledge: Command): void {
  withSuite(knowledge.command('backup'))
    .summary('copy the embedded knowledge base while the suite runs')
    .description('Copies the file of the embedded knowledge base, while the suite runs.')
    .argument('<file>', 'the copy, which must not be there yet')
    .addHelpText('after', backupHelp)
    .action(async (file: string, options: SuiteOptions & { json?: boolean }) => {
      const found = await operateKnowledge(options, { do: 'backup', file: resolve(file) }, copied);
      print(options.json, found, () => visibleLine(`The knowledge base is copied to ${found.file}.`));
    });
}
