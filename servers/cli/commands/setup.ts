import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import * as z from 'zod';
import { readBasics } from '../config.ts';
import { CommandFailed, exitCodes } from '../exit.ts';
import { print } from '../output.ts';
import { runServerProgram } from '../server-program.ts';
import { visible } from '../visible.ts';

const help = `
Prints an address on this machine. Open it in a browser here, go on to GitHub, and agree there: GitHub makes the App with
the permissions that the granted tools need, no webhook, and for its owner alone, and its private key comes back to this
command, which keeps it in a file that nobody else reads. No secret is printed. Ctrl-C gives up, and keeps nothing.

Exit codes: 0 the App is made, 1 it is not, 2 wrong usage, or a path where no key can be kept.

Examples:
  $ countersign setup github --organization acme --blueprints ./blueprints --key ./app-key.pem
  $ countersign setup github --organization acme --all --github https://github.acme.example
  $ countersign setup github --tools list_files,read_file,propose_pull_request`;

type Options = {
  organization?: string;
  name?: string;
  github: string;
  key: string;
  blueprints: string;
  tools?: string[];
  all?: true;
  check?: true;
  force?: true;
  timeout: number;
  json?: boolean;
};

const said = z.union([
  z.strictObject({ open: z.url() }),
  z.strictObject({
    made: z.strictObject({
      app_id: z.int(),
      slug: z.string(),
      key: z.string(),
      install: z.string(),
      permissions: z.record(z.string(), z.string()),
      differs: z.array(z.string()),
    }),
  }),
]);
type Made = Extract<z.infer<typeof said>, { made: unknown }>['made'];

/** `countersign setup` */
export function setupCommand(countersign: Command): void {
  const setup = countersign
    .command('setup')
    .summary('make what a backend needs')
    .description('Makes what a server needs at its backend.');
  setup
    .command('github')
    .summary('make the GitHub App, with no more permissions than needed')
    .description('Makes the GitHub App of the GitHub server, with the permissions that the granted tools need.')
    .option('--organization <login>', 'whose App it is to be; yours unless given')
    .option('--name <name>', 'what it is called on all of GitHub; you can change it there', nameOf)
    .option(
      '--github <url>',
      'https://api.github.com, or https://HOST of a GitHub Enterprise Server',
      'https://api.github.com',
    )
    .option('--key <file>', 'where its private key is kept', './app-key.pem')
    .option('--blueprints <path>', 'for the tools that these blueprints grant', './blueprints')
    .option('--tools <names>', 'for these tools, with commas between them, instead', listOf)
    .option('--all', 'for every tool there is, instead')
    .option('--check', 'also for the check that says at heads who answered for them')
    .option('--force', 'replace a key that is there already')
    .option('--timeout <minutes>', 'how long to wait for you', minutesOf, 30)
    .option('--json', 'print JSON')
    .configureHelp({ showGlobalOptions: false })
    .addHelpText('after', help)
    .action(run);
}

const longestName = 34;

function nameOf(text: string): string {
  if (text.length > 0 && text.length <= longestName) return text;
  throw new InvalidArgumentError(`It must have 1 to ${longestName} characters.`);
}

const listOf = (text: string): string[] => text.split(',').map((name) => name.trim());

function minutesOf(text: string): number {
  const minutes = Number(text);
  if (minutes > 0 && minutes <= 60) return minutes;
  throw new InvalidArgumentError('It must be a number of minutes, at most 60: GitHub’s code lasts an hour.');
}

async function run(options: Options): Promise<void> {
  const { organization, github, tools, all, check, force, timeout, json } = options;
  const request = {
    ...(organization !== undefined && { organization }),
    ...(all ? { tools: 'all' } : tools && { tools }),
    ...{
      url: github,
      key: resolve(options.key),
      force: force ?? false,
      check: check ?? false,
      blueprints: resolve(options.blueprints),
    },
    name: options.name ?? `countersign-${organization ?? 'agents'}`.slice(0, longestName),
    timeoutMs: Math.round(timeout * 60_000),
  };
  let made: Made | undefined;
  const { code } = await runServerProgram({
    name: 'github/setup',
    args: [JSON.stringify(request)],
    environment: readBasics(),
    onLine: (line) => {
      const parsed = said.parse(JSON.parse(line));
      if ('made' in parsed) made = parsed.made;
      // Standard output has the result alone, for scripts.
      else console.error(`Open this in a browser on this machine: ${parsed.open}`);
    },
  });
  if (made === undefined) throw new CommandFailed(code === exitCodes.ok ? exitCodes.no : code, 'The App was not made.');
  const done = made;
  print(json, done, () => render(github, done));
}

function render(github: string, { app_id: id, slug, key, install, differs }: Made): string {
  return [
    `${slug} is made, and its key is in ${key}.`,
    ...differs.map((one) => `Other than asked for, it ${visible(one)}.`),
    '',
    'In the configuration file:',
    '',
    'github:',
    `  url: ${github}`,
    `  app_id: ${id}`,
    `  app_key: ${key}`,
    '',
    `Install it on the repositories that your blueprints name: ${visible(install)}`,
    'Then "countersign doctor github" says whether all of it fits.',
  ].join('\n');
}
