import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { allCapabilities, knowledgeCapabilities, repoCapabilities, ticketCapabilities } from '#capabilities/index.ts';
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

/** Where what a server writes to can be, under which account people are known there, and how that is said. */
const places = {
  github: { github: { account: 'github', name: 'GitHub' } },
  tickets: {
    embedded: { account: 'tickets', name: 'the embedded tracker' },
    jira: { account: 'jira', name: 'Jira' },
    linear: { account: 'linear', name: 'Linear' },
    github: { account: 'github', name: 'GitHub' },
  },
  knowledge: {
    embedded: { account: 'knowledge', name: 'the embedded pages' },
    notion: { account: 'notion', name: 'Notion' },
    confluence: { account: 'confluence', name: 'Confluence' },
  },
} as const;
type Server = keyof typeof places;

const capabilitiesOf: Readonly<Record<Server, readonly Grantable[]>> = {
  github: repoCapabilities,
  tickets: ticketCapabilities,
  knowledge: knowledgeCapabilities,
};
const servers = Object.keys(capabilitiesOf) as Server[];

/** Every account there is, with the name of its backend. */
const accountNames = new Map(
  servers.flatMap((server) =>
    Object.values<Place>(places[server]).map(({ account, name }) => [account, name] as const),
  ),
);

type Place = { readonly account: keyof Accounts; readonly name: string };
type Chosen = Readonly<Record<Server, Place>>;

type Options = {
  blueprints?: string;
  tickets: keyof typeof places.tickets;
  knowledge: keyof typeof places.knowledge;
  json?: boolean;
};

/** What is wrong with a list of people, and which sponsors of blueprints are not on it, or only without an account. */
type Check = {
  readonly people: readonly string[];
  /** Who they are in the backends, by their keys. */
  readonly accounts: Readonly<Record<string, Accounts>>;
  readonly problems: readonly BlueprintProblem[];
  readonly unknown_sponsors: readonly Sponsored[];
  readonly without_account: readonly (Sponsored & { readonly server: Server })[];
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
    .addOption(choice('--tickets <backend>', 'where tickets are', places.tickets))
    .addOption(choice('--knowledge <backend>', 'where pages are', places.knowledge))
    .option('--json', 'print JSON')
    .configureHelp({ showGlobalOptions: false })
    .addHelpText('after', help)
    .action((file: string, { blueprints, tickets, knowledge, json }: Options) => {
      const { github } = places.github;
      const chosen = { github, tickets: places.tickets[tickets], knowledge: places.knowledge[knowledge] };
      const found = check(resolve(file), blueprints === undefined ? undefined : resolve(blueprints), chosen);
      print(json, found, () => render(found, chosen));
      if (found.problems.length > 0) exit(exitCodes.usage);
      else if (found.unknown_sponsors.length + found.without_account.length > 0) exit(exitCodes.no);
    });
}

function choice(flags: string, description: string, among: object): Option {
  return new Option(flags, description).choices(Object.keys(among)).default('embedded');
}

function check(file: string, blueprints: string | undefined, chosen: Chosen): Check {
  try {
    const list = loadPeople(file);
    const { all } = list;
    const agents = blueprints === undefined ? [] : loadBlueprints({ path: blueprints, capabilities: allCapabilities });
    const sponsored = (found: readonly Blueprint[]) => found.map(({ name, sponsor }) => ({ blueprint: name, sponsor }));
    const nameless = (server: Server) => {
      const accountOf = sponsorAccounts(() => list, chosen[server].account);
      const found = agents.filter(
        ({ sponsor, sponsorAccess, grants }) =>
          capabilitiesOf[server].some(({ name }) => grants.has(name)) &&
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
      without_account: servers.flatMap(nameless),
    };
  } catch (error) {
    if (!(error instanceof BlueprintErrors)) throw error;
    return { people: [], accounts: {}, problems: error.problems, unknown_sponsors: [], without_account: [] };
  }
}

function render({ people, accounts, problems, unknown_sponsors, without_account }: Check, chosen: Chosen): string {
  if (problems.length > 0) return visible(new BlueprintErrors(problems).message);
  const unknown = unknown_sponsors.map(
    ({ blueprint, sponsor }) => `The sponsor of ${blueprint}, ${sponsor}, is not on the list: its agent has no writes.`,
  );
  const nameless = without_account.map(
    ({ blueprint, sponsor, server }) =>
      `The sponsor of ${blueprint}, ${sponsor}, has no account on ${chosen[server].name} on the list: the ${server} server does not start with it.`,
  );
  const known = people.flatMap((key) => {
    const named = [...accountNames].flatMap(([backend, name]) => {
      const account = accounts[key]?.[backend];
      return account === undefined ? [] : [`${account} on ${name}`];
    });
    return named.length === 0 ? [] : [`${key} is ${named.join(', ')}.`];
  });
  return [
    ...unknown,
    ...nameless,
    ...known,
    `${people.length} ${people.length === 1 ? 'person' : 'people'} on the list.`,
  ].join('\n');
}
