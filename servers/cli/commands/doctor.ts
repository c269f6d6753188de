import type { Command } from 'commander';
import { type Report, report } from '#shared/doctor/report.ts';
import { readServerEnvironment } from '../config.ts';
import { CommandFailed, exitCodes } from '../exit.ts';
import { print } from '../output.ts';
import type { SetExitCode } from '../program.ts';
import { renderReport } from '../render/report.ts';
import { runServerProgram } from '../server-program.ts';

const githubHelp = `
Looks with the settings and the credential of the GitHub server, on its machine: those of COUNTERSIGN_GITHUB_URL and the
other variables where they are set, else those that "countersign start" would give it. Nothing is changed anywhere.

It says of each repository that blueprints grant what holds its default branch and what CI gives away; of the GitHub App what
its permissions lack and have beyond what the granted tools need, and which repositories it covers besides; and whether
GitHub answers, the clocks agree, the keys of decisions can be read and the ledger is there.

Exit codes: 0 nothing is wrong, 1 something is, 2 the configuration cannot be used, 3 GitHub does not answer.

Examples:
  $ countersign doctor github --config countersign.yaml
  $ countersign doctor github --json`;

const ticketsHelp = `
Looks with the settings and the credential of the ticket server, on its machine: those of COUNTERSIGN_TICKETS_BACKEND and
the other variables where they are set, else those that "countersign start" would give it. Nothing is changed anywhere.

It says whether the backend answers, how old the credential is and what it may do, whether the projects that blueprints
grant can be seen, whether the clocks agree, which granted tools the backend cannot serve; and whether the keys of decisions
can be read and the ledger is there.

Exit codes: 0 nothing is wrong, 1 something is, 2 the configuration cannot be used, 3 the backend does not answer.

Examples:
  $ countersign doctor tickets --config countersign.yaml
  $ countersign doctor tickets --json`;

const knowledgeHelp = `
Looks with the settings and the credential of the knowledge server, on its machine: those of COUNTERSIGN_KNOWLEDGE_BACKEND
and the other variables where they are set, else those that "countersign start" would give it. Nothing is changed anywhere.

It says whether the backend answers, how old the credential is and what it may do, whether the namespaces that blueprints
grant can be seen, whether the clocks agree, which granted tools the backend cannot serve; and whether the keys of decisions
can be read and the ledger is there.

Exit codes: 0 nothing is wrong, 1 something is, 2 the configuration cannot be used, 3 the backend does not answer.

Examples:
  $ countersign doctor knowledge --config countersign.yaml
  $ countersign doctor knowledge --json`;

type Options = { config?: string; data?: string; basePort?: string; json?: boolean };

/** `countersign doctor` */
export function doctorCommand(countersign: Command, exit: SetExitCode): void {
  const doctor = countersign
    .command('doctor')
    .summary('say whether a server and its backend fit')
    .description('Says whether a server and what it writes to fit, and what holds there.');
  serverCommand(doctor, exit, {
    name: 'github',
    summary: 'look at GitHub, the App and the repositories',
    description: 'Looks at GitHub, the GitHub App and the repositories that blueprints grant, and says what is wrong.',
    help: githubHelp,
  });
  serverCommand(doctor, exit, {
    name: 'tickets',
    summary: 'look at the tracker, the credential and the projects',
    description: 'Looks at where tickets are, and at the projects that blueprints grant, and says what is wrong.',
    help: ticketsHelp,
  });
  serverCommand(doctor, exit, {
    name: 'knowledge',
    summary: 'look at where pages are, the credential and the namespaces',
    description: 'Looks at where pages are, and at the namespaces that blueprints grant, and says what is wrong.',
    help: knowledgeHelp,
  });
}

type About = {
  readonly name: 'github' | 'tickets' | 'knowledge';
  readonly summary: string;
  readonly description: string;
  readonly help: string;
};

function serverCommand(doctor: Command, exit: SetExitCode, { name, summary, description, help }: About): void {
  doctor
    .command(name)
    .summary(summary)
    .description(description)
    .option('--config <file>', 'the configuration file of the suite')
    .option('--data <dir>', 'the data directory of the suite (default: ./data)')
    .option('--base-port <port>', 'the first of its ports (default: 7100)')
    .option('--json', 'print JSON')
    .configureHelp({ showGlobalOptions: false })
    .addHelpText('after', help)
    .action(async (options: Options) => {
      const found = await ask(name, options);
      print(options.json, found, () => renderReport(found));
      exit(exitCodeOf(found));
    });
}

async function ask(server: About['name'], { config, data, basePort }: Options): Promise<Report> {
  const environment = await readServerEnvironment(server, {
    ...{ configFile: config, data, basePort: basePort === undefined ? undefined : Number(basePort) },
  });
  const lines: string[] = [];
  const { code } = await runServerProgram({
    name: `${server}/doctor`,
    environment,
    onLine: (line) => lines.push(line),
  });
  if (code !== exitCodes.ok) throw new CommandFailed(code, `The doctor of ${server} could not look; why is above.`);
  return report.parse(JSON.parse(lines.join('\n')));
}

function exitCodeOf({ reached, findings }: Report): 0 | 1 | 3 {
  if (!reached) return exitCodes.unreachable;
  return findings.some(({ verdict }) => verdict === 'wrong') ? exitCodes.no : exitCodes.ok;
}
