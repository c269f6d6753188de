import { Command } from 'commander';
import { suiteVersion } from '#shared/config/version.ts';
import { acceptCommand } from './commands/accept.ts';
import { approveCommand } from './commands/approve.ts';
import { assignCommand } from './commands/assign.ts';
import { doctorCommand } from './commands/doctor.ts';
import { figuresCommand } from './commands/figures.ts';
import { grantsCommand } from './commands/grants.ts';
import { holdCommand } from './commands/hold.ts';
import { incidentCommand } from './commands/incident.ts';
import { knowledgeCommand } from './commands/knowledge.ts';
import { listCommand } from './commands/list.ts';
import { rejectCommand } from './commands/reject.ts';
import { restoreCommand } from './commands/restore.ts';
import { resumeCommand } from './commands/resume.ts';
import { setsCommand } from './commands/sets.ts';
import { settleCommand } from './commands/settle.ts';
import { setupCommand } from './commands/setup.ts';
import { showCommand } from './commands/show.ts';
import { signInCommand, signOutCommand } from './commands/sign-in.ts';
import { startCommand } from './commands/start.ts';
import { stopCommand } from './commands/stop.ts';
import { traceCommand } from './commands/trace.ts';
import type { ExitCode } from './exit.ts';

/** Commands that end well say here with which exit code. */
export type SetExitCode = (code: ExitCode) => void;

const help = `
Exit codes:
  0  done
  1  the answer is no: refused, not found, too late, failed, or not applied in time
  2  wrong usage or configuration: options, ports, files, a missing or wrong token
  3  the console, or for "doctor" the backend, does not answer
  4  the change is in another state, or has another seal, than you thought

Environment:
  COUNTERSIGN_CONSOLE_URL     where the console is, unless --url says so
  COUNTERSIGN_APPROVER_TOKEN  what "changes" signs in with, unless --token-file does, before what "sign-in" keeps; for
                              "start", the token to accept

Examples:
  $ countersign start
  $ countersign changes list --status pending
  $ countersign changes approve chg_01kagv2xq6w0c5z8t4m1n7p3rd`;

/**
 * The command as these arguments need it; it does nothing before they are parsed. What opens ledgers is most of the code,
 * and what asks a console or starts a suite would spend most of its time on loading it, so that is left out for those.
 */
export async function program(args: readonly string[], exit: SetExitCode): Promise<Command> {
  const countersign = new Command('countersign')
    .description('Lets AI agents change things only as a person decided, and puts back what they changed.')
    .option('--url <url>', 'where the console is (default: http://127.0.0.1:7200)')
    .option('--token-file <file>', 'a file with the approver token, mode 0600')
    .version(suiteVersion(), '--version', 'print the version')
    .addHelpText('after', help)
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('Add --help to see how it is used.')
    .exitOverride();
  startCommand(countersign, exit);
  signInCommand(countersign);
  signOutCommand(countersign);
  const changes = countersign
    .command('changes')
    .summary('look at changes and decide them')
    .description('Looks at changes and decides them, through the console of a suite that runs.');
  listCommand(changes);
  showCommand(changes);
  approveCommand(changes, exit);
  rejectCommand(changes);
  assignCommand(changes);
  restoreCommand(changes);
  resumeCommand(changes);
  settleCommand(changes);
  acceptCommand(countersign, exit);
  setsCommand(countersign, exit);
  stopCommand(countersign);
  grantsCommand(countersign);
  holdCommand(countersign);
  incidentCommand(countersign);
  traceCommand(countersign);
  knowledgeCommand(countersign, exit);
  figuresCommand(countersign);
  doctorCommand(countersign, exit);
  setupCommand(countersign);
  if (!isComplete(countersign, args)) {
    const { localCommands } = await import('./local.ts');
    localCommands(countersign, changes, exit);
  }
  return countersign;
}

/** Whether the first words name a command, rather than none that is known or a group of them. */
function isComplete(countersign: Command, args: readonly string[]): boolean {
  let found: Command | undefined = countersign;
  for (const word of args) {
    found = found.commands.find((one) => one.name() === word);
    if (found === undefined) return false;
    if (found.commands.length === 0) return true;
  }
  return false;
}
