import { CommanderError } from 'commander';
import { AppError } from '#shared/errors.ts';
import { CommandFailed, type ExitCode, exitCodes } from './exit.ts';
import { program } from './program.ts';

/** Runs the command with these arguments, and answers the exit code that its process is to end with; never throws. */
export async function runCommand(args: readonly string[]): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.ok;
  try {
    const command = await program(args, (code) => {
      exitCode = code;
    });
    await command.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    return explain(error);
  }
}

/** Says what went wrong, and which exit code that is. */
function explain(error: unknown): ExitCode {
  // Commander has said what there is to say.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  if (error instanceof CommandFailed || error instanceof AppError) {
    console.error(error.next === undefined ? error.message : `${error.message}\n${error.next}`);
    if (error instanceof CommandFailed) return error.exitCode;
    return error.code === 'bad_configuration' ? exitCodes.usage : exitCodes.no;
  }
  console.error(error);
  return exitCodes.no;
}
