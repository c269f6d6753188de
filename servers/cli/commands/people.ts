import { resolve } from 'node:path';
import type { Command } from 'commander';
import { allCapabilities } from '#capabilities/index.ts';
import type { Blueprint } from '#shared/blueprints/blueprint.ts';
import { loadBlueprints } from '#shared/blueprints/load.ts';
import { BlueprintErrors, type BlueprintProblem } from '#shared/blueprints/problems.ts';
import { loadPeople } from '#shared/people/load.ts';
import { sponsorAccounts } from '#shared/people/sponsor.ts';
import { exitCodes } from '../exit.ts';
import { print } from '../output.ts';
import type { SetExitCode } from '../program.ts';
import { visible } from '../visible.ts';
import { passkeyCommand } from './passkey.ts';

const help = `
Exit codes: 0 nothing found, 1 a sponsor is not on the list or has no account, 2 the list or a blueprint cannot be used.

Examples:
  $ countersign people check ./people.yaml
  $ countersign people check ./people.yaml --blueprints ./blueprints --json`;

type Options = { blueprints?: string; json?: boolean };

/** What is wrong with a list of people, and which sponsors of blueprints are not on it, or only without an account. */
type Check = {
  readonly people: readonly string[];
  readonly problems: readonly BlueprintProblem[];
  readonly unknown_sponsors: readonly Sponsored[];
  readonly without_account: readonly Sponsored[];
};

type Sponsored = { readonly blueprint: string; readonly sponsor: string };

/** `countersign people` */
export function peopleCommand(countersign: Command, exit: SetExitCode): void {
  const people = countersign
    .command('people')
    .summary('check the list of people, and add passkeys to it')
    .description('Checks the list of people, and adds passkeys to it.');
  checkCommand(people, exit);
  passkeyCommand(people);
}

function checkCommand(people: Command, exit: SetExitCode): void {
  people
    .command('check')
    .summary('say what is wrong with the list of people')
    .description('Says what is wrong with the list of people, each problem with its line and column.')
    .argument('[file]', 'the list', 'people.yaml')
    .option('--blueprints <path>', 'also look whether the list names the sponsors of these blueprints')
    .option('--json', 'print JSON')
    .configureHelp({ showGlobalOptions: false })
    .addHelpText('after', help)
    .action((file: string, { blueprints, json }: Options) => {
      const found = check(resolve(file), blueprints === undefined ? undefined : resolve(blueprints));
      print(json, found, () => render(found));
      if (found.problems.length > 0) exit(exitCodes.usage);
      else if (found.unknown_sponsors.length + found.without_account.length > 0) exit(exitCodes.no);
    });
}

function check(file: string, blueprints: string | undefined): Check {
  try {
    const list = loadPeople(file);
    const { all } = list;
    const agents = blueprints === undefined ? [] : loadBlueprints({ path: blueprints, capabilities: allCapabilities });
    const accountOf = sponsorAccounts(() => list, 'github');
    const sponsored = (found: readonly Blueprint[]) => found.map(({ name, sponsor }) => ({ blueprint: name, sponsor }));
    const unverified = agents.filter(({ sponsor, sponsorAccess }) => accountOf(sponsor) === null && !sponsorAccess);
    return {
      people: [...all.keys()],
      problems: [],
      unknown_sponsors: sponsored(agents.filter(({ sponsor }) => !all.has(sponsor))),
      without_account: sponsored(unverified.filter(({ sponsor }) => all.has(sponsor))),
    };
  } catch (error) {
    if (!(error instanceof BlueprintErrors)) throw error;
    return { people: [], problems: error.problems, unknown_sponsors: [], without_account: [] };
  }
}

function render({ people, problems, unknown_sponsors, without_account }: Check): string {
  if (problems.length > 0) return visible(new BlueprintErrors(problems).message);
  const unknown = unknown_sponsors.map(
    ({ blueprint, sponsor }) => `The sponsor of ${blueprint}, ${sponsor}, is not on the list: its agent has no writes.`,
  );
  const nameless = without_account.map(
    ({ blueprint, sponsor }) =>
      `The sponsor of ${blueprint}, ${sponsor}, has no GitHub account on the list: the GitHub server does not start with it.`,
  );
  return [...unknown, ...nameless, `${people.length} ${people.length === 1 ? 'person' : 'people'} on the list.`].join(
    '\n',
  );
}
