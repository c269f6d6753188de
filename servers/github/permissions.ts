import { repoCapabilities } from '#capabilities/index.ts';
import { readPermissions, readsBeside, reportPermissions, writePermissions } from './tokens.ts';

/** Permissions of a GitHub App, by GitHub's names. */
export type Permissions = Readonly<Record<string, 'read' | 'write'>>;

/** Every tool of this server, by name. */
export const allTools: readonly string[] = repoCapabilities.flatMap(({ tools }) => tools.map(({ name }) => name));

/**
 * What the App needs for these tools, and no more: what their tokens ask for, together. `check`: whether it says at heads
 * who answered for them.
 */
export function neededFor(tools: Iterable<string>, { check = false }: { readonly check?: boolean } = {}): Permissions {
  const ofTools = [...tools].flatMap((tool) => [
    readPermissions,
    readsBeside[tool] ?? {},
    writePermissions[tool] ?? {},
  ]);
  const sets = check ? [...ofTools, reportPermissions] : ofTools;
  const needed: Record<string, 'read' | 'write'> = {};
  for (const [name, level] of sets.flatMap((set) => Object.entries(set))) {
    if (needed[name] !== 'write') needed[name] = level;
  }
  return Object.fromEntries(Object.entries(needed).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What is missing of what is needed, and what was given beyond it. */
export function compared(
  needed: Permissions,
  given: Readonly<Record<string, string>>,
): { readonly missing: readonly string[]; readonly beyond: readonly string[] } {
  const reaches = (has: string | undefined, level: string): boolean =>
    has === level || has === 'write' || has === 'admin';
  return {
    missing: Object.entries(needed).flatMap(([name, level]) =>
      reaches(given[name], level) ? [] : [`${name}: ${level}`],
    ),
    beyond: Object.entries(given)
      .toSorted()
      .flatMap(([name, level]) => {
        const wanted = needed[name];
        // GitHub gives it with every other one.
        if (name === 'metadata' && level === 'read') return [];
        return wanted !== undefined && reaches(wanted, level) ? [] : [`${name}: ${level}`];
      }),
  };
}
