import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';

const manifest = z
  .object({ optionalDependencies: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')));

const platform = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
/** Where no exact version can be pinned (macOS), the machine's own Node serves if it is new enough. */
const wanted = manifest.optionalDependencies[platform] ?? expect.stringMatching(/^(2[4-9]|[3-9]\d)\./);

test('the tests run on the pinned Node, whatever the machine has', () => {
  expect(process.versions.node).toEqual(wanted);
});

test('and so does every "node" that a script or a test starts', () => {
  expect(execFileSync('node', ['-p', 'process.versions.node'], { encoding: 'utf8' }).trim()).toEqual(wanted);
});
