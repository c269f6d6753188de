import { readFileSync, statSync } from 'node:fs';
import { maxBlueprintBytes } from './document.ts';
import type { BlueprintProblem } from './problems.ts';

/** The text of a file, or what is wrong with it. `what` begins a message: "A blueprint". Never throws. */
export function readText(path: string, what: string): string | BlueprintProblem {
  const problem = (message: string) => ({ source: path, line: 1, column: 1, path: '', message });
  try {
    const stat = statSync(path);
    if (!stat.isFile()) return problem('This is not a file.');
    if (stat.size > maxBlueprintBytes) return problem(`${what} has at most ${maxBlueprintBytes / 1024} KiB.`);
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(path));
  } catch (error) {
    return problem(error instanceof TypeError ? 'This is not UTF-8 text.' : unreadable(error));
  }
}

/** Why a path could not be read, as a sentence. */
export function unreadable(error: unknown): string {
  const { code = 'unknown' } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' ? 'There is no such file or folder.' : `This cannot be read (${code}).`;
}
