import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Blueprint, Grantable } from './blueprint.ts';
import { blueprintReader, type Read } from './parse.ts';
import { BlueprintErrors } from './problems.ts';
import { rivalries } from './rivalries.ts';
import { readText, unreadable } from './text.ts';

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
    const text = readText(source, 'A blueprint');
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

function unusable(source: string, message: string): BlueprintErrors {
  return new BlueprintErrors([{ source, line: 1, column: 1, path: '', message }]);
}
