import { repoCapabilities } from '#capabilities/index.ts';
import type { Permissions } from '#shared/github/permissions.ts';
import { readPermissions, readsBeside, reportPermissions, writePermissions } from './tokens.ts';

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
