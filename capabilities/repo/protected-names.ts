import { foldCase, foldLookalike } from './fold.ts';
import { literalPrefix } from './glob.ts';

/**
 * Names that would give an agent more power later: they steer git, CI, reviews, editors, package managers or agents.
 * They count in any folder, because most of these programs look for them in any folder.
 */
const protectedNames: ReadonlySet<string> = new Set([
  '.github',
  'codeowners',
  'agents.md',
  'claude.md',
  '.claude',
  '.mcp.json',
  '.vscode',
  '.devcontainer',
  '.devcontainer.json',
  '.npmrc',
]);

/** How NTFS shortens those of the above that do not fit into eight characters and three. */
const shortNames = /^(?:git.{0,3}|claude|mcp|vscode|devcon|npmrc|codeow)~\d/u;

/** The protected name that a segment is, or could be taken for; null when it is none. */
function protectedName(segment: string): string | null {
  const folded = foldLookalike(segment);
  if (protectedNames.has(folded)) return folded;
  if (folded.startsWith('.git')) return '.git';
  return shortNames.test(folded) ? folded : null;
}

/** Whether a path has a segment that is denied unless a scope names it. */
export function isProtected(path: string): boolean {
  return path.split('/').some((segment) => protectedName(segment) !== null);
}

/**
 * Whether a glob names every protected segment of a path that it matches: it must have a segment that begins, before
 * any wildcard, with that name. A mere `**` names nothing.
 */
export function namesProtected(pattern: string, path: string): boolean {
  const prefixes = pattern.split('/').map((segment) => foldCase(literalPrefix(segment)));
  return path.split('/').every((segment) => {
    const name = protectedName(segment);
    return name === null || prefixes.some((prefix) => prefix.startsWith(name));
  });
}
