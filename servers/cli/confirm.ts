import { createInterface } from 'node:readline/promises';

/** Whether a person sits at the terminal, and sees there what is printed. */
export function isInteractive(): boolean {
  return process.stdin.isTTY === true && process.stdout.isTTY === true;
}

/** Asks at the terminal; only `yes` is one. */
export async function confirm(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const ended = new Promise<string>((resolve) => terminal.once('close', () => resolve('')));
  try {
    return (await Promise.race([terminal.question(`${question} [yes/no] `), ended])).trim().toLowerCase() === 'yes';
  } finally {
    terminal.close();
  }
}
