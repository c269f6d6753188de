import { type Command, InvalidArgumentError } from 'commander';
import type { SetExitCode } from '../program.ts';

const help = `
A configuration file is YAML. Everything in it is optional, and paths count from its own folder:

  data: ./data
  base_port: 7100
  blueprints: ./blueprints         # a file, or a folder of *.yaml
  ledger: ./data/ledger.db         # or postgres://USER@HOST/DATABASE
  people: ./people.yaml            # who people are; "countersign people check" checks it
  console_url: https://console.acme.example
  sign_in:                         # instead of one-time links; see docs/operating.md
    by: oidc
    issuer: https://id.acme.example
    client_id: countersign
    client_secret: ./client-secret # mode 0600
  github:                          # a real GitHub instead of the embedded stand-in; wants --single-user
    url: https://api.github.com    # or https://HOST of a GitHub Enterprise Server
    app_id: 12345
    app_key: ./app-key.pem         # mode 0600; or app_signer: "unix:SOCKET"; see docs/operating.md
  tickets:                         # a real tracker instead of the embedded one; wants --single-user; see docs/tickets.md
    linear:
      client_id: countersign
      client_secret: ./linear-secret # mode 0600
  knowledge:                       # another place for pages than the embedded one, the same way; see docs/knowledge.md
    confluence:
      site: https://acme.atlassian.net
      client_id: countersign
      client_secret: ./confluence-secret # mode 0600

Examples:
  $ countersign start
  $ countersign start --data ~/countersign --base-port 8100
  $ countersign start --config countersign.yaml --single-user`;

/** `countersign start` */
export function startCommand(command: Command, exit: SetExitCode): void {
  command
    .command('start')
    .summary('start the suite on this machine')
    .description(
      'Starts the suite on this machine: the stand-in for GitHub, the MCP servers with their embedded tracker and pages, and the console, each as a process of its own. Runs until Ctrl-C.',
    )
    .option('--data <dir>', 'where everything is kept (default: ./data)')
    .option('--base-port <port>', 'the first of its ports; the console is 100 above (default: 7100)', port)
    .option('--config <file>', 'a configuration file; what is given here wins over it')
    .option('--single-user', 'allow one-time links and unsigned blueprints with a real backend')
    .configureHelp({ showGlobalOptions: false })
    .addHelpText('after', help)
    .action(async (options: StartOptions) => {
      const { runSuite } = await import('#servers/suite/start.ts');
      const { config, ...flags } = options;
      exit((await runSuite({ ...flags, configFile: config })) === 0 ? 0 : 1);
    });
}

type StartOptions = { data?: string; basePort?: number; config?: string; singleUser?: boolean };

function port(text: string): number {
  if (!/^\d{1,5}$/.test(text)) throw new InvalidArgumentError('It must be a number.');
  return Number(text);
}
