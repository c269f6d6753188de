import { describe, expect, test } from 'vitest';
import { readModule } from './architecture/module.ts';
import {
  filesOfRepository,
  machineTracesIn,
  readText,
  sourcesAmong,
  strangersAmong,
} from './architecture/repository.ts';
import { type Rule, violationsIn, violationsOf } from './architecture/rules.ts';

const paths = filesOfRepository();
/** Each is read once, as to read them all takes seconds. */
const sources = sourcesAmong(paths).map((path) => ({ path, facts: readModule({ path, source: readText(path) }) }));

describe('the repository', () => {
  test('imports only in the directions that the design allows', () => {
    const broken = sources.flatMap(({ path, facts }) => violationsIn(path, facts));
    expect(broken.map(({ rule, path, line, what }) => `${path}:${line} [${rule}] ${what}`)).toEqual([]);
  });

  test.each(['capabilities', 'servers', 'shared', 'test'])('has sources in %s, and they were looked at', (folder) => {
    const seen = sources.filter(({ path }) => path.startsWith(`${folder}/`));
    expect(seen.length).toBeGreaterThanOrEqual(5);
    expect(seen.flatMap(({ facts }) => facts.imports).length).toBeGreaterThanOrEqual(seen.length);
  });

  test('is read as it is written: the imports of this very file are found', () => {
    const path = 'test/architecture.test.ts';
    expect(readModule({ path, source: readText(path) }).imports.map(({ what }) => what)).toEqual([
      'vitest',
      './architecture/module.ts',
      './architecture/repository.ts',
      './architecture/rules.ts',
    ]);
  });

  test('has nothing unexpected in its top folder', () => {
    expect(paths).toContain('package.json');
    expect(strangersAmong(paths)).toEqual([]);
  });

  test('names no path of a machine and no package registry', () => {
    const traces = paths.flatMap((path) => machineTracesIn(readText(path)).map((trace) => `${path} ${trace}`));
    expect(traces).toEqual([]);
  });
});

describe('the check catches', () => {
  const forbidden: readonly (readonly [rule: Rule, path: string, source: string])[] = [
    ['direction', 'capabilities/repo/a.ts', "import { a } from '#servers/github/reader.ts';"],
    ['direction', 'capabilities/repo/a.ts', "import { a } from '#shared/changes/queue.ts';"],
    ['direction', 'capabilities/repo/a.ts', "import type { A } from '#shared/ledger/rows.ts';"],
    ['direction', 'capabilities/repo/a.ts', "type A = import('#shared/ledger/rows.ts').A;"],
    ['direction', 'capabilities/repo/a.ts', "export * from '#shared/config/read.ts';"],
    ['direction', 'capabilities/repo/a.ts', "import { a } from '#test/fakes/a.ts';"],
    ['direction', 'shared/tools/tool.ts', "import type { A } from '#capabilities/repo/types.ts';"],
    ['direction', 'shared/tools/tool.ts', "import { a } from '../changes/seal.ts';"],
    ['direction', 'shared/errors.ts', "import { a } from './changes/seal.ts';"],
    ['direction', 'shared/changes/seal.ts', "export { a } from '#capabilities/repo/types.ts';"],
    ['direction', 'shared/changes/seal.ts', "const a = await import('#servers/github/writer.ts');"],
    ['direction', 'shared/changes/seal.ts', "import { a } from '#test/fakes/a.ts';"],
    ['direction', 'servers/github/main.ts', "import { a } from '#test/fakes/a.ts';"],
    ['servers-apart', 'servers/github/main.ts', "import { a } from '#servers/forge/app.ts';"],
    ['servers-apart', 'servers/github/main.ts', "import { a } from '../forge/app.ts';"],
    ['servers-apart', 'servers/github/main.ts', "import { a } from '#servers/github/../forge/app.ts';"],
    ['servers-apart', 'servers/suite/main.ts', "import type { A } from '#servers/github/config.ts';"],
    ['servers-apart', 'servers/cli/main.ts', "import { a } from '#servers/approvals/api.ts';"],
    ['alias', 'servers/github/main.ts', "import { a } from '../../shared/errors.ts';"],
    ['alias', 'test/servers/a.test.ts', "import { a } from '../../servers/github/reader.ts';"],
    ['alias', 'shared/errors.ts', "import manifest from '../package.json' with { type: 'json' };"],
    ['known', 'servers/github/main.ts', "import { a } from '#elsewhere/a.ts';"],
    ['known', 'servers/github/main.ts', "import { a } from '/opt/a.ts';"],
    ['known', 'servers/github/main.ts', 'const a = await import(name);'],
    ['known', 'servers/github/main.ts', 'const a = require(`$' + '{name}.js`);'],
    ['permit', 'servers/github/door.ts', "import { mintPermit } from '#shared/changes/mint-permit.ts';"],
    ['permit', 'shared/changes/settle.ts', "import { mintPermit } from './mint-permit.ts';"],
    ['package', 'servers/github/main.ts', "import { McpServer } from '@modelcontextprotocol/server';"],
    ['package', 'shared/changes/queue.ts', "import type { A } from '@modelcontextprotocol/server/types';"],
    ['package', 'servers/github/main.ts', "import Database from 'better-sqlite3';"],
    ['package', 'servers/approvals/api.ts', "import pg = require('pg');"],
    ['package', 'shared/mcp/app.ts', "import Database from 'better-sqlite3';"],
    ['package', 'servers/forge/app.ts', "import { App } from '@octokit/app';"],
    ['package', 'servers/github/app.ts', "import { App } from '@octokit/app';"],
    ['package', 'shared/mcp/app.ts', "const { App } = require('@octokit/app');"],
    ['package', 'shared/changes/decide.ts', "const a = await import('@simplewebauthn/server');"],
    ['package', 'servers/knowledge/main.ts', "import { Client } from '@notionhq/client';"],
    ['package', 'servers/knowledge/embedded/open.ts', "import * as vec from 'sqlite-vec';"],
    ['package', 'capabilities/repo/a.ts', "import { Hono } from 'hono';"],
    ['package', 'shared/tools/tool.ts', "export type { Kysely } from 'kysely';"],
    ['environment', 'servers/github/main.ts', 'start(process.env);'],
    ['environment', 'servers/github/main.ts', "start(process['env']);"],
    ['environment', 'servers/github/main.ts', 'start(globalThis.process?.env);'],
    ['environment', 'servers/github/main.ts', 'const { env } = process;'],
    ['environment', 'servers/github/main.ts', "const { pid, 'env': e } = process;"],
    ['environment', 'servers/github/main.ts', 'const { pid, ...others } = process;'],
    ['environment', 'servers/github/main.ts', 'function a({ env } = process) {}'],
    ['environment', 'servers/github/main.ts', 'let env; ({ env } = process);'],
    ['environment', 'servers/github/main.ts', "import { env as e } from 'node:process';"],
    ['environment', 'servers/github/main.ts', "import it from 'node:process'; start(it.env);"],
    ['environment', 'servers/github/main.ts', "import * as it from 'process'; const { env } = it;"],
    ['environment', 'servers/github/main.ts', "const { env } = await import('node:process');"],
    ['environment', 'shared/config/read.ts', 'start(process.env);'],
    ['environment', 'shared/config/other.ts', "export { env } from 'node:process';"],
    ['pure', 'capabilities/repo/a.ts', "import { readFile } from 'node:fs/promises';"],
    ['pure', 'capabilities/repo/a.ts', "import { readFile } from 'fs';"],
    ['pure', 'shared/tools/tool.ts', "import type { Readable } from 'node:stream';"],
    ['pure', 'shared/tools/tool.ts', '/// <reference types="node" />'],
    ['pure', 'shared/errors.ts', "import { inspect } from 'node:util';"],
  ];

  test.each(forbidden)('%s: %s with %s', (rule, path, source) => {
    expect(violationsOf({ path, source })).toEqual([expect.objectContaining({ rule, path, line: 1 })]);
  });

  test('a file that does not parse', () => {
    expect(() => violationsOf({ path: 'shared/a.ts', source: 'import {' })).toThrow('does not parse');
  });

  test('the line on which a rule is broken', () => {
    const source = "import { z } from 'zod';\n\nimport { a } from '#servers/github/reader.ts';\n";
    expect(violationsOf({ path: 'shared/a.ts', source })).toEqual([expect.objectContaining({ line: 3 })]);
  });

  test('a stray top-level name', () => {
    expect(strangersAmong(['README.md', 'notes.md', 'src/a.ts', '.ci/run'])).toEqual(['notes.md', 'src']);
  });

  // Put together here, because this file is looked at too.
  test.each([
    ['see ', 'work', 'x'].join('/'),
    ['"', 'root', '.npmrc"'].join('/'),
    ['file://', 'home', 'someone', 'x'].join('/'),
    `https://${['registry', 'npmjs', 'org'].join('.')}/zod`,
  ])('a machine trace: %s', (text) => {
    expect(machineTracesIn(`fine\n${text}`)).toEqual([expect.stringMatching(/^line 2: /)]);
  });
});

describe('the check allows', () => {
  const allowed: readonly (readonly [path: string, source: string])[] = [
    ['capabilities/repo-write/a.ts', "import { a } from '../repo/types.ts'; import { z } from 'zod';"],
    ['capabilities/repo/a.ts', "import { AppError } from '#shared/errors.ts'; import '#shared/tools/tool.ts';"],
    ['capabilities/repo/a.ts', "import { sha256 } from '@noble/hashes/sha2.js'; import { createPatch } from 'diff';"],
    ['shared/tools/tool.ts', "import { AppError } from '../errors.ts';"],
    ['shared/changes/queue.ts', "import { a } from '../ledger/open.ts'; import { once } from 'node:events';"],
    ['shared/mcp/app.ts', "import { McpServer } from '@modelcontextprotocol/server';"],
    ['shared/ledger/open.ts', "import Database from 'better-sqlite3';"],
    ['servers/tickets/embedded/open.ts', "import Database from 'better-sqlite3';"],
    ['servers/github/main.ts', "import { a } from '#capabilities/repo/types.ts'; import { b } from './config.ts';"],
    ['shared/github/app.ts', "import { App } from '@octokit/app'; import { q } from '../http/fetch.ts';"],
    ['servers/forge/schema.ts', "const path = require.resolve('@octokit/graphql-schema/schema.graphql');"],
    ['servers/cli/main.ts', "import { start } from '#servers/suite/start.ts';"],
    ['servers/github/config.ts', 'export const config = read(process.env);'],
    ['servers/github/main.ts', "import { pid } from 'node:process'; const { argv } = process; process.exitCode = 1;"],
    ['servers/github/main.ts', 'const env = settings.env; const { env: other } = settings;'],
    ['test/mcp.test.ts', "import { Client } from '@modelcontextprotocol/client'; const a = await import(name);"],
  ];

  test.each(allowed)('%s with %s', (path, source) => {
    expect(violationsOf({ path, source })).toEqual([]);
  });
});
