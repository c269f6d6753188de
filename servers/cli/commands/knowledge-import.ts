import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { CommandFailed, exitCodes } from '../exit.ts';
import { operateKnowledge, type SuiteOptions, withSuite } from '../operate.ts';
import { print } from '../output.ts';
import type { SetExitCode } from '../program.ts';
import { importReport, renderImport } from '../render/imported.ts';

const help = `
Files become pages by their paths: what is in a folder comes under the page of that folder, which is its index.md, else its
README.md, else the file beside it that has its name; where there is none, a page without text is made. A page is called as
its first heading, else as its file. Texts are kept to the byte, with front matter and HTML, which does nothing here. Links
from file to file lead from page to page. Left out are hidden files, node_modules, symbolic links, and what does not end in
.md or .markdown.

All files are looked at first. Where some cannot be pages (not UTF-8, too long), all of these are named and nothing is
written; with --skip the rest is. Pages are written some at a time, so that agents read and write meanwhile, and can be
found from then on. Should it break off, do it again: it does the rest.

Doing it again later brings pages up to date. What is the same is not touched. What somebody changed here since is left as it
is, and named, if the file changed too: put the change into the file, and it is taken as the same. Pages whose files are
gone stay, unless --prune puts them into the trash. What was forgotten is not taken in again. A source is known by its name
(that of its folder, or --source); two with the same paths in one namespace need a page each, with --under.

With --git, files are read from the objects of a repository at a commit; nothing is checked out and nothing of it runs.

Exit codes: 0 done, 1 something was refused or left as it is, 2 wrong usage or configuration.

Examples:
  $ countersign knowledge import ./docs --namespace docs --name "Documentation" --member '*=read'
  $ countersign knowledge import ./handbook --namespace handbook --prune --dry-run
  $ countersign knowledge import --git ./shop.git --ref v2.1 --folder docs --namespace docs --under pg_9k2mrt0v4xwq
  $ countersign knowledge import ./downloads --namespace research --untrusted`;

type Options = SuiteOptions &
  MakeOptions & {
    git?: string;
    ref: string;
    folder?: string;
    namespace: string;
    untrusted?: true;
    under?: string;
    source?: string;
    prune?: true;
    skip?: true;
    dryRun?: true;
    json?: boolean;
  };

/** How a namespace is made. */
export type MakeOptions = { name?: string; audience: string; member: Readonly<Record<string, string>> };

/** Gives a command the options that say how a namespace is made. */
export function withMaking(command: Command): Command {
  return command
    .option('--name <text>', 'what the namespace is called; makes it where it is not there')
    .addOption(
      new Option('--audience <who>', 'who a new namespace is for, as approvers are told')
        .choices(['public', 'internal', 'private'])
        .default('internal'),
    )
    .addOption(
      new Option('--member <login=access>', 'who may "read" or "write" there, "*" being everybody; several times')
        .argParser(member)
        .default({}, 'nobody'),
    );
}

/** What a namespace is made with; null where nobody says that it is to be. */
export function makingOf({ name, audience, member: members }: MakeOptions) {
  return name === undefined ? null : { name, audience, members };
}

/** `countersign knowledge import` */
export function knowledgeImportCommand(knowledge: Command, exit: SetExitCode): void {
  const command = knowledge
    .command('import')
    .summary('take in a folder of Markdown, or a repository’s docs')
    .description('Takes a folder of Markdown, or the docs of a git repository, into the embedded knowledge base.')
    .argument('[dir]', 'the folder')
    .option('--git <repository>', 'a git repository on this machine instead, bare or not')
    .option('--ref <ref>', 'its branch, tag or commit', 'HEAD')
    .option('--folder <path>', 'the folder in it; all of it unless given')
    .requiredOption('--namespace <key>', 'where the pages go');
  withSuite(withMaking(command))
    .option('--untrusted', 'the words of people who may not write there: agents that read them need a person then')
    .option('--under <page>', 'the page that all comes under, by its id')
    .option('--source <name>', 'what the source is called, unless as its folder')
    .option('--prune', 'put pages into the trash whose files are gone')
    .option('--skip', 'leave out the files that cannot be pages')
    .option('--dry-run', 'only say what would be done')
    .addHelpText('after', help)
    .action(async (dir: string | undefined, options: Options) => {
      const found = await operateKnowledge(options, requestOf(dir, options), importReport);
      print(options.json, found, () => renderImport(found));
      exit(found.refused.length > 0 || found.left.length > 0 ? exitCodes.no : exitCodes.ok);
    });
}

function requestOf(dir: string | undefined, options: Options) {
  const { git, ref, folder, namespace, untrusted, under, source, prune, skip, dryRun } = options;
  if ((dir === undefined) === (git === undefined)) {
    throw new CommandFailed(exitCodes.usage, 'Name a folder, or a repository with --git.');
  }
  const from =
    git === undefined
      ? { kind: 'folder', folder: resolve(dir ?? '') }
      : { kind: 'git', repository: resolve(git), ref, folder: folder ?? null };
  return {
    ...{ do: 'import', from, source: source ?? null, namespace, make: makingOf(options), under: under ?? null },
    ...{ trust: untrusted ? 'untrusted' : 'trusted', prune: prune === true, dryRun: dryRun === true },
    skip: skip === true,
  };
}

function member(text: string, known: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const [, login, access] = /^([^=\s]+)=(read|write)$/u.exec(text) ?? [];
  if (login === undefined || access === undefined) {
    throw new InvalidArgumentError('It must be as "alice=write" or "*=read".');
  }
  return { ...known, [login]: access };
}
