import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Blueprint, Grantable } from './blueprint.ts';
import { maxBlueprintBytes } from './document.ts';
import { blueprintReader, type Read } from './parse.ts';
import { BlueprintErrors, type BlueprintProblem } from './problems.ts';
import { rivalries } from './rivalries.ts';

/**
 * Reads the blueprints of a file, or of all `*.yaml` and `*.yml` files directly in a folder, by file name. Throws
 * `BlueprintErrors` with every problem of every file, and when there is none.
 */
export function loadBlueprints(input: {
  readonly path: string;
  readonly capabilities: readonly Grantable[];
}): readonly Blueprint[] {
  const files = readAll(input);
  const problems = [...files.flatMap((file) => file.problems ?? []), ...rivalries(files)];
  if (problems.length > 0) throw new BlueprintErrors(problems);
  return files.flatMap(({ blueprint }) => blueprint ?? []);
}

function readAll(input: { path: string; capabilities: readonly Grantable[] }): Read[] {
  const read = blueprintReader(input.capabilities);
  const files = filesAt(input.path);
  if (files.length === 0) throw unusable(input.path, 'There is no blueprint (*.yaml) in this folder.');
  return files.map((source) => {
    const text = readText(source);
    return typeof text === 'string' ? read({ text, source }) : { ...noPlace, blueprint: null, problems: [text] };
  });
}

const noPlace = { locate: () => ({ line: 1, column: 1 }) };

function filesAt(path: string): string[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
    const names = readdirSync(path).filter((name) => /^[^.].*\.ya?ml$/.test(name));
    return names.toSorted().map((name) => join(path, name));
  } catch (error) {
    throw unusable(path, unreadable(error));
  }
}

function readText(path: string): string | BlueprintProblem {
  const problem = (message: string) => ({ source: path, line: 1, column: 1, path: '', message });
  try {
    const stat = statSync(path);
    if (!stat.isFile()) return problem('This is not a file.');
    if (stat.size > maxBlueprintBytes) return problem(`A blueprint has at most ${maxBlueprintBytes / 1024} KiB.`);
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(path));
  } catch (error) {
    return problem(error instanceof TypeError ? 'This is not UTF-8 text.' : unreadable(error));
  }
}

function unusable(source: string, message: string): BlueprintErrors {
  return new BlueprintErrors([{ source, line: 1, column: 1, path: '', message }]);
}

function unreadable(error: unknown): string {
  const { code = 'unknown' } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' ? 'There is no such file or folder.' : `This cannot be read (${code}).`;
}
