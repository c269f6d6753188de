import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkTypes } from './check-types.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
describe('what must not compile', () => {
  const folder = join(root, 'test/types');

  // That every expected error is one is in types.apart.test.ts, and in "npm run types".
  test('is written down in every file of test/types', async () => {
    const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.ts'));
    expect(files.length).toBeGreaterThan(0);
    for (const name of files) expect(await readFile(join(folder, name), 'utf8'), name).toContain('@ts-expect-error');
  });
});

describe('tool logic', () => {
  /** What would give a tool a way out, and the name that the compiler must not know. */
  const ways: Readonly<Record<string, { source: string; unknown: string }>> = {
    process: { source: 'export const it = process.pid;', unknown: 'process' },
    fetch: { source: "export const it = fetch('https://example.com');", unknown: 'fetch' },
    file: { source: "import { readFileSync } from 'node:fs';\nexport const it = readFileSync;", unknown: 'node:fs' },
    bareFile: { source: "import { readFileSync } from 'fs';\nexport const it = readFileSync;", unknown: 'fs' },
    fileType: { source: "export type It = import('node:fs').Stats;", unknown: 'node:fs' },
    encoder: { source: 'export const it = new TextEncoder();', unknown: 'TextEncoder' },
    buffer: { source: "export const it = Buffer.from('');", unknown: 'Buffer' },
    timer: { source: 'setTimeout(() => {}, 1);\nexport {};', unknown: 'setTimeout' },
    console: { source: "console.log('');\nexport {};", unknown: 'console' },
    require: { source: "export const it = require('zod');", unknown: 'require' },
    global: { source: 'export const it: NodeJS.Signals = 0;', unknown: 'NodeJS' },
  };
  const plain = `import { sha256 } from '@noble/hashes/sha2.js';
import { structuredPatch } from 'diff';
import picomatch from 'picomatch';
import { z } from 'zod';
import { AppError } from '#shared/errors.ts';
export const it = [sha256, structuredPatch, picomatch, z, AppError];
`;

  let scratch = '';
  let said = '';

  beforeAll(async () => {
    // Inside the repository, so that packages and aliases resolve as they do in capabilities/.
    await mkdir(join(root, '.tmp'), { recursive: true });
    scratch = await mkdtemp(join(root, '.tmp/types-'));
    const project = {
      extends: '../../capabilities/tsconfig.json',
      // All of tool logic is in the same program: a type of Node that leaks in through any of it shows here.
      include: ['.', '../../capabilities', '../../shared/tools'],
    };
    await writeFile(join(scratch, 'tsconfig.json'), JSON.stringify(project));
    await writeFile(join(scratch, 'plain.ts'), plain);
    for (const [name, { source }] of Object.entries(ways)) await writeFile(join(scratch, `${name}.ts`), source);
    said = (await checkTypes(scratch)).said;
  });

  afterAll(() => rm(scratch, { recursive: true, force: true }));

  const saidAbout = (name: string): string[] =>
    said.split('\n').filter((line) => line.includes(`${basename(scratch)}/${name}.ts(`));

  test.each(Object.entries(ways))('cannot reach out by way of %s', (name, { unknown }) => {
    expect(saidAbout(name)).toEqual([expect.stringMatching(new RegExp(`Cannot find .*'${unknown}'`))]);
  });

  test('may use the plain libraries', () => {
    expect(saidAbout('plain')).toEqual([]);
  });
});
