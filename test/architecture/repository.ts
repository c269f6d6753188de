import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's folder. */
const root = fileURLToPath(new URL('../../', import.meta.url));

/** What may lie in the repository's top folder, beside names that begin with a dot. */
const topLevel = new Set([
  ...['capabilities', 'servers', 'shared', 'test', 'docs', 'deploy'],
  ...['package.json', 'package-lock.json', 'tsconfig.json', 'biome.json', 'knip.json', 'vitest.config.ts'],
  ...['README.md', 'AGENTS.md', 'LICENSE'],
]);

/** Paths of one person's machine, and the hosts that packages were fetched from. */
const machineTraces: readonly RegExp[] = [
  /(?<![\w.~}-])\/(?:work|root|(?:home|Users)\/[\w.-]+)\//,
  /\bregistry\.(?:npmjs\.org|yarnpkg\.com|npmmirror\.com)\b/,
  /\bnpm\.pkg\.github\.com\b/,
];

/** Every file that git knows or would add, relative to the repository. */
export function filesOfRepository(): string[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  // A file that was deleted and not yet committed is still listed.
  return [...new Set(listed.split('\0'))].filter((path) => path !== '' && existsSync(join(root, path))).sort();
}

/** The files that hold our own code: TypeScript and JavaScript in the four folders of the design. */
export function sourcesAmong(paths: readonly string[]): string[] {
  return paths.filter((path) => /^(capabilities|servers|shared|test)\/.+\.[cm]?[jt]sx?$/.test(path));
}

export function readText(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** Top-level names that do not belong. */
export function strangersAmong(paths: readonly string[]): string[] {
  const names = new Set(paths.map((path) => path.split('/', 1)[0] ?? ''));
  return [...names].filter((name) => !name.startsWith('.') && !topLevel.has(name));
}

/** The first trace of a machine or a package registry in each line of a text. */
export function machineTracesIn(text: string): string[] {
  return text.split('\n').flatMap((line, index) => {
    const trace = machineTraces.map((pattern) => pattern.exec(line)?.[0]).find((found) => found !== undefined);
    return trace === undefined ? [] : [`line ${index + 1}: ${trace}`];
  });
}
