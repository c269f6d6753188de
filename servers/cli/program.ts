import { Command } from 'commander';
import { startCommand } from './commands/start.ts';
import type { ExitCode } from './exit.ts';

/** Commands that end well say here with which exit code. */
export type SetExitCode = (code: ExitCode) => void;

export function program(exit: SetExitCode): Command {
  const countersign = new Command('countersign').exitOverride();
  startCommand(countersign, exit);
  return countersign;
}
