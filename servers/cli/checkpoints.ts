import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Checkpoint, readCheckpoints } from '#shared/changes/checkpoint.ts';
import type { VerificationKeys } from '#shared/changes/keys.ts';
import { CommandFailed, exitCodes } from './exit.ts';

/** Where the public halves of the keys in a folder are. */
export function publicKeysBeside(folder: string): string {
  return join(folder, 'checkpoint-keys.json');
}

/**
 * The checkpoints in a file and its text; none when there is no such file and that may be. Throws CommandFailed, and
 * AppError when one is not signed or does not follow the one before it.
 */
export function checkpointsIn(
  file: string,
  keys: VerificationKeys,
  orNone?: 'or none',
): { readonly text: string; readonly checkpoints: readonly Checkpoint[] } {
  if (orNone && !existsSync(file)) return { text: '', checkpoints: [] };
  const text = textOf(file);
  const checkpoints = readCheckpoints(text, keys);
  if (checkpoints.length === 0 && !orNone) throw new CommandFailed(exitCodes.usage, `${file} has no checkpoint in it.`);
  return { text, checkpoints };
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new CommandFailed(exitCodes.usage, `The checkpoints in ${file} cannot be read.`);
  }
}

/** Adds one to a file, durably. */
export function addCheckpoint(file: string, line: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const open = openSync(file, 'a', 0o600);
  try {
    writeSync(open, `${line}\n`);
    fsyncSync(open);
  } finally {
    closeSync(open);
  }
}
