import * as z from 'zod';
import { glob } from '#shared/tools/glob.ts';
import { compilePathGlob, type PathGlob } from '#shared/tools/path-glob.ts';
import { isProtected, namesProtected } from './protected-names.ts';

/** Which paths a scope covers. Without `allow`: all of them. What `deny` names is denied whatever `allow` says. */
export const pathRules = z.strictObject({
  allow: z.array(glob).min(1).optional(),
  deny: z.array(glob).min(1).optional(),
});
export type PathRules = z.infer<typeof pathRules>;

/** Whether the rules cover a path for reading. */
export function mayRead(rules: PathRules | undefined, path: string): boolean {
  const { allow, deny } = compile(rules);
  if (deny.some((pattern) => pattern.resembles(path))) return false;
  return allow === null || allow.some((pattern) => pattern.names(path));
}

/** Whether the rules cover a path for writing: protected names must be granted by name. */
export function mayWrite(rules: PathRules | undefined, path: string): boolean {
  if (!mayRead(rules, path)) return false;
  if (!isProtected(path)) return true;
  return (compile(rules).allow ?? []).some((entry) => entry.names(path) && namesProtected(entry.pattern, path));
}

/** Whether something below a folder may be covered, so that its name may be shown and its entries listed. */
export function mayLookInto(rules: PathRules | undefined, folder: string): boolean {
  const { allow, deny } = compile(rules);
  if (folder === '') return true;
  if (deny.some((pattern) => pattern.resembles(folder) || pattern.coversAllOf(folder))) return false;
  return allow === null || allow.some((pattern) => pattern.entersInto(folder));
}

type Compiled = { readonly allow: readonly PathGlob[] | null; readonly deny: readonly PathGlob[] };

const none: Compiled = { allow: null, deny: [] };

/** Globs cost far more to compile than to match, and the same rules are asked about every item of a list. */
const compiled = new WeakMap<PathRules, Compiled>();

function compile(rules: PathRules | undefined): Compiled {
  if (rules === undefined) return none;
  const known = compiled.get(rules);
  if (known !== undefined) return known;
  const made = { allow: rules.allow?.map(compilePathGlob) ?? null, deny: (rules.deny ?? []).map(compilePathGlob) };
  compiled.set(rules, made);
  return made;
}
