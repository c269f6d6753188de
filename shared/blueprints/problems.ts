import { AppError } from '#shared/errors.ts';

/** One thing that is wrong in a blueprint. Line and column count from 1. */
export type BlueprintProblem = {
  readonly source: string;
  readonly line: number;
  readonly column: number;
  /** The key concerned, as `capabilities.repo-write.base[0]`; empty for the file as a whole. */
  readonly path: string;
  readonly message: string;
};

/** A message that lists more than this helps nobody; `problems` still has all. */
const listed = 100;

/** Blueprints that cannot be used, with everything that is wrong in them. */
export class BlueprintErrors extends AppError {
  readonly problems: readonly BlueprintProblem[];

  constructor(problems: readonly BlueprintProblem[]) {
    const sorted = problems.toSorted(byPlace);
    const lines = sorted.slice(0, listed).map(line);
    if (sorted.length > listed) lines.push(`and ${sorted.length - listed} more`);
    super('bad_configuration', lines.join('\n'));
    this.problems = sorted;
  }
}

function line({ source, line, column, path, message }: BlueprintProblem): string {
  return `${source}:${line}:${column}: ${path === '' ? '' : `${path}: `}${message}`;
}

function byPlace(a: BlueprintProblem, b: BlueprintProblem): number {
  if (a.source !== b.source) return a.source < b.source ? -1 : 1;
  return a.line - b.line || a.column - b.column;
}

/** A path of keys as people write it. Keys that are not plain words are quoted, so that none can pass for another. */
export function pathName(path: readonly PropertyKey[]): string {
  let name = '';
  for (const key of path) {
    if (typeof key === 'number') name += `[${key}]`;
    else if (/^[\w-]{1,64}$/.test(String(key))) name += name === '' ? String(key) : `.${String(key)}`;
    else name += `[${quoted(String(key))}]`;
  }
  return name;
}

/** Foreign text inside a message: cut, and with nothing in it that a terminal would obey or not show. */
export function quoted(text: string): string {
  return `"${shown(text, 60)}"`;
}

/** As `quoted`, without the quotes and with a length to cut at. */
export function shown(text: string, length: number): string {
  const cut = text.length > length ? `${text.slice(0, length)}…` : text;
  return cut.replace(/(?! )[\p{C}\p{Z}"]/gu, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`);
}
