import type { Command } from 'commander';
import * as z from 'zod';
import { CommandFailed, exitCodes } from '../exit.ts';
import { operateKnowledge, type SuiteOptions, withSuite } from '../operate.ts';
import { print } from '../output.ts';
import { visibleLine } from '../visible.ts';
import { type MakeOptions, makingOf, withMaking } from './knowledge-import.ts';

const help = `
Which namespaces an agent may use is said by its blueprint; whom it works for has to be a member, too.

Examples:
  $ countersign knowledge namespaces
  $ countersign knowledge namespaces add runbooks --name "Runbooks" --member '*=read' --member alice=write
  $ countersign knowledge namespaces add old-wiki --archive`;

const listed = z.looseObject({
  namespaces: z.array(
    z.looseObject({
      key: z.string(),
      name: z.string(),
      audience: z.string(),
      archived: z.boolean(),
      pages: z.number(),
      trashed: z.number(),
      members: z.record(z.string(), z.string()),
    }),
  ),
});
const added = z.looseObject({ key: z.string(), made: z.boolean() });

type AddOptions = SuiteOptions & MakeOptions & { archive?: boolean; json?: boolean };

/** `countersign knowledge namespaces` and `namespaces add` */
export function knowledgeNamespacesCommand(knowledge: Command): void {
  const namespaces = withSuite(knowledge.command('namespaces'))
    .summary('list the namespaces of the embedded knowledge base, or make one')
    .description('Lists the namespaces of the embedded knowledge base.')
    .addHelpText('after', help)
    .action(async (options: SuiteOptions & { json?: boolean }) => {
      const found = await operateKnowledge(options, { do: 'namespaces' }, listed);
      print(options.json, found, () => found.namespaces.map(lineOf).join('\n'));
    });
  withMaking(namespaces.command('add'))
    .summary('make a namespace, or say who may do what in one')
    .description('Makes a namespace, or says of one that is there who may do what, and whether it is archived.')
    .argument('<key>', 'its key, as blueprints name it')
    .option('--archive', 'let nothing be written to it any more')
    .option('--no-archive', 'let it be written to again')
    .configureHelp({ showGlobalOptions: true })
    .addHelpText('after', help)
    .action(async (key: string, _own: unknown, command: Command) => {
      const options = command.optsWithGlobals<AddOptions>();
      const make = makingOf({ ...options, name: options.name ?? key });
      if (!/^~?[A-Za-z0-9][\w.-]{0,99}$/u.test(key)) {
        throw new CommandFailed(exitCodes.usage, 'A key has letters, digits, ".", "-" and "_".');
      }
      const request = { do: 'namespace', key, make, archived: options.archive ?? null };
      const found = await operateKnowledge(options, request, added);
      print(options.json, found, () => `${visibleLine(key)} is ${found.made ? 'made' : 'there, and set so'}.`);
    });
}

function lineOf({ key, name, audience, archived, pages, trashed, members }: z.output<typeof listed>['namespaces'][0]) {
  const who = Object.entries(members).map(([login, access]) => `${login}=${access}`);
  const about = `${audience}${archived ? ', archived' : ''}, ${pages} pages, ${trashed} in the trash`;
  return visibleLine(`${key}  ${name}  (${about})  ${who.join(' ') || 'nobody may read it'}`);
}
