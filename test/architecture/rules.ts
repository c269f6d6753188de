import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import { type Found, type ModuleFacts, readModule } from './module.ts';

/** The rules about who may use what. The names appear in failures. */
export type Rule =
  | 'direction' // servers → capabilities → shared/tools; servers → shared; nothing imports test
  | 'servers-apart' // a server never imports another server
  | 'alias' // another top-level folder is reached by its alias, never by ../..
  | 'known' // every specifier is a relative path, one of our aliases, a package or a node: module, written out
  | 'package' // packages that only their own corner may import, and the few that tool logic may
  | 'permit' // permits are minted by the executor alone
  | 'environment' // the environment is read in config.ts files
  | 'pure'; // tool logic sees nothing of Node

export type Violation = { readonly rule: Rule; readonly path: string; readonly line: number; readonly what: string };

type Target =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'package'; readonly name: string }
  | { readonly kind: 'builtin' }
  | { readonly kind: 'wrong'; readonly rule: 'alias' | 'known' };

/** Packages without I/O, which tool logic may use. */
const plainPackages = new Set(['zod', 'diff', 'picomatch', '@noble/hashes', 'marked']);

/** Packages with power of their own, and the only places that import them. Tests may import everything. */
const keptPackages: readonly { readonly names: RegExp; readonly places: RegExp }[] = [
  { names: /^@modelcontextprotocol\//, places: /^shared\/mcp\// },
  { names: /^(better-sqlite3|pg)$/, places: /^(shared\/ledger|servers\/forge|servers\/[^/]+\/(.+\/)?embedded)\// },
  { names: /^sqlite-vec$/, places: /^servers\/knowledge\/embedded\/vectors\/extension\.ts$/ },
  { names: /^@notionhq\//, places: /^servers\/knowledge\/notion\// },
  { names: /^@octokit\//, places: /^shared\/github\// },
  { names: /^@simplewebauthn\//, places: /^shared\/passkeys\// },
];

/** What compiles without Node: tool logic, and what it may import of shared. */
const pureCode = /^(capabilities\/|shared\/tools\/|shared\/errors\.ts$)/;

const readsEnvironment = /^(.+\/config\.ts|servers\/cli\/countersign\.js|test\/.+)$/;

/** Every rule that one source file breaks. `path` is relative to the repository, with forward slashes. */
export function violationsOf(file: { path: string; source: string }): Violation[] {
  return violationsIn(file.path, readModule(file));
}

/** The same of a file that was read already. */
export function violationsIn(path: string, facts: ModuleFacts): Violation[] {
  const report = (rule: Rule, { what, line }: Found): Violation => ({ rule, path, line, what });
  const broken: Violation[] = [];
  for (const found of facts.imports) {
    for (const rule of rulesBrokenBy(path, targetOf(path, found.what))) broken.push(report(rule, found));
  }
  if (topOf(path) !== 'test') broken.push(...facts.computed.map((found) => report('known', found)));
  if (!readsEnvironment.test(path)) broken.push(...facts.environment.map((found) => report('environment', found)));
  if (pureCode.test(path)) broken.push(...facts.references.map((found) => report('pure', found)));
  return broken;
}

function rulesBrokenBy(path: string, target: Target): Rule[] {
  switch (target.kind) {
    case 'wrong':
      return [target.rule];
    case 'builtin':
      return pureCode.test(path) ? ['pure'] : [];
    case 'package':
      return mayImportPackage(path, target.name) ? [] : ['package'];
    case 'file':
      return fileRulesBroken(path, target.path);
  }
}

function mayImportPackage(path: string, name: string): boolean {
  if (topOf(path) === 'test') return true;
  if (pureCode.test(path)) return plainPackages.has(name);
  return keptPackages.every(({ names, places }) => !names.test(name) || places.test(path));
}

/** Files with a power of their own, and the only ones that import them. */
const keptFiles: Readonly<Record<string, readonly string[]>> = {
  'shared/changes/mint-permit.ts': ['shared/changes/run-steps.ts', 'shared/changes/permit.ts'],
};

function fileRulesBroken(from: string, to: string): Rule[] {
  const [fromTop, toTop] = [topOf(from), topOf(to)];
  if (fromTop === 'test') return [];
  if (keptFiles[to]?.includes(from) === false) return ['permit'];
  if (toTop === 'servers' && fromTop === 'servers') return sameServer(from, to) ? [] : ['servers-apart'];
  return mayImportFolder(from, fromTop, to, toTop) ? [] : ['direction'];
}

/** The command starts the suite, which starts the servers as processes; nothing else joins two servers. */
function sameServer(from: string, to: string): boolean {
  const [fromServer, toServer] = [from.split('/')[1], to.split('/')[1]];
  return fromServer === toServer || (fromServer === 'cli' && toServer === 'suite');
}

function mayImportFolder(from: string, fromTop: string, to: string, toTop: string): boolean {
  if (fromTop === 'servers') return toTop === 'capabilities' || toTop === 'shared';
  if (fromTop === 'capabilities') return pureCode.test(to);
  if (pureCode.test(from)) return toTop === 'shared' && pureCode.test(to);
  return toTop === 'shared';
}

function targetOf(from: string, specifier: string): Target {
  if (/^\.\.?(\/|$)/.test(specifier)) {
    const path = posix.join(posix.dirname(from), specifier);
    return topOf(path) === topOf(from) ? { kind: 'file', path } : { kind: 'wrong', rule: 'alias' };
  }
  const [, alias] = /^#((?:capabilities|servers|shared|test)\/.+)$/.exec(specifier) ?? [];
  if (alias !== undefined) return { kind: 'file', path: posix.normalize(alias) };
  if (isBuiltin(specifier)) return { kind: 'builtin' };
  const [name] = /^(@[\w.-]+\/)?[\w.-]+(?=\/|$)/.exec(specifier) ?? [];
  return name === undefined ? { kind: 'wrong', rule: 'known' } : { kind: 'package', name };
}

function topOf(path: string): string {
  return path.split('/', 1)[0] ?? '';
}
