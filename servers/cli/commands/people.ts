import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { allCapabilities, repoCapabilities, ticketCapabilities } from '#capabilities/index.ts';
import type { Blueprint, Grantable } from '#shared/blueprints/blueprint.ts';
import { loadBlueprints } from '#shared/blueprints/load.ts';
import { BlueprintErrors, type BlueprintProblem } from '#shared/blueprints/problems.ts';
import { loadPeople } from '#shared/people/load.ts';
import type { Accounts } from '#shared/people/people.ts';
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

/** Where tickets can be, under which account people are known there, and how that is said. */
const trackers = {
  embedded: { account: 'tickets', name: 'the embedded tracker' },
  jira: { account: 'jira', name: 'Jira' },
  linear: { account: 'linear', name: 'Linear' },
  github: { account: 'github', name: 'GitHub' },
} as const;
type Tracker = keyof typeof trackers;

const accountNames = { github: 'GitHub', tickets: 'the embedded tracker', jira: 'Jira', linear: 'Linear' } as const;

type Options = { blueprints?: string; tickets: Tracker; json?: boolean };

/** What is wrong with a list of people, and which sponsors of blueprints are not on it, or only without an account. */
type Check = {
  readonly people: readonly string[];
  /** Who they are in the backends, by their keys. */
  readonly accounts: Readonly<Record<string, Accounts>>;
  readonly problems: readonly BlueprintProblem[];
  readonly unknown_sponsors: readonly Sponsored[];
  readonly without_account: readonly (Sponsored & { readonly server: 'github' | 'tickets' })[];
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
    .addOption(
      new Option('--tickets <backend>', 'where tickets are').choices(Object.keys(trackers)).default('embedded'),
    )
    .option('--json', 'print JSON')
    .configureHelp({ showGlobalOptions: false })
    .addHelpText('after', help)
    .action((file: string, { blueprints, tickets, json }: Options) => {
      const found = check(resolve(file), blueprints === undefined ? undefined : resolve(blueprints), tickets);
      print(json, found, () => render(found, tickets));
      if (found.problems.length > 0) exit(exitCodes.usage);
      else if (found.unknown_sponsors.length + found.without_account.length > 0) exit(exitCodes.no);
    });
}

function check(file: string, blueprints: string | undefined, tickets: Tracker): Check {
  try {
    const list = loadPeople(file);
    const { all } = list;
    const agents = blueprints === undefined ? [] : loadBlueprints({ path: blueprints, capabilities: allCapabilities });
    const sponsored = (found: readonly Blueprint[]) => found.map(({ name, sponsor }) => ({ blueprint: name, sponsor }));
    const nameless = (server: 'github' | 'tickets') => {
      const accountOf = sponsorAccounts(() => list, server === 'github' ? 'github' : trackers[tickets].account);
      const capabilities: readonly Grantable[] = server === 'github' ? repoCapabilities : ticketCapabilities;
      const found = agents.filter(
        ({ sponsor, sponsorAccess, grants }) =>
          capabilities.some(({ name }) => grants.has(name)) &&
          all.has(sponsor) &&
          accountOf(sponsor) === null &&
          !sponsorAccess,
      );
      return sponsored(found).map((one) => ({ ...one, server }));
    };
    return {
      people: [...all.keys()],
      accounts: Object.fromEntries([...all].map(([key, person]) => [key, person.accounts])),
      problems: [],
      unknown_sponsors: sponsored(agents.filter(({ sponsor }) => !all.has(sponsor))),
      without_account: [...nameless('github'), ...nameless('tickets')],
    };
  } catch (error) {
    if (!(error instanceof BlueprintErrors)) throw error;
    return { people: [], accounts: {}, problems: error.problems, unknown_sponsors: [], without_account: [] };
  }
}

function render({ people, accounts, problems, unknown_sponsors, without_account }: Check, tickets: Tracker): string {
  if (problems.length > 0) return visible(new BlueprintErrors(problems).message);
  const unknown = unknown_sponsors.map(
    ({ blueprint, sponsor }) => `The sponsor of ${blueprint}, ${sponsor}, is not on the list: its agent has no writes.`,
  );
  const nameless = without_account.map(
    ({ blueprint, sponsor, server }) =>
      `The sponsor of ${blueprint}, ${sponsor}, has no account on ${server === 'github' ? 'GitHub' : trackers[tickets].name} on the list: the ${server} server does not start with it.`,
  );
  const known = people.flatMap((key) => {
    const places = Object.entries(accountNames).flatMap(([backend, name]) => {
      const account = accounts[key]?.[backend as keyof Accounts];
      return account === undefined ? [] : [`${account} on ${name}`];
    });
    return places.length === 0 ? [] : [`${key} is ${places.join(', ')}.`];
  });
  return [
    ...unknown,
    ...nameless,
    ...known,
    `${people.length} ${people.length === 1 ? 'person' : 'people'} on the list.`,
  ].join('\n');
}
