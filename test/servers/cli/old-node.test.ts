import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { countersign, ending } from './run.ts';

/** A Node of this machine that is too old for the suite. */
function findOldNode(): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/bin', '/usr/local/bin'];
  return folders
    .filter((folder) => folder !== '' && !folder.includes('node_modules'))
    .map((folder) => join(folder, 'node'))
    .find((path) => existsSync(path) && majorOf(path) < 24);
}

function majorOf(path: string): number {
  return Number(execFileSync(path, ['-p', 'process.versions.node'], { encoding: 'utf8' }).split('.')[0]);
}

const oldNode = findOldNode();

/** Some machines have no such Node; then there is nothing to try. */
describe.runIf(oldNode !== undefined)('on a Node that is too old', () => {
  const run = (script: string, ...args: string[]) => ending(spawn(oldNode ?? '', [script, ...args], { env: {} }));

  it('runs with the pinned one, and passes arguments, output and exit code on', async () => {
    const { code, stdout } = await run(countersign, 'changes', 'list', '--help');
    expect([code, stdout]).toEqual([0, expect.stringContaining('Usage: countersign changes list')]);
    const usage = await run(countersign, 'changes', 'list');
    expect([usage.code, usage.stderr]).toEqual([2, expect.stringContaining('No token is given')]);
  });

  it('hands signals on, and ends as the command does', async () => {
    const child = spawn(oldNode ?? '', [countersign, 'start', '--config', '/dev/stdin'], { env: {} });
    const ran = ending(child);
    child.kill('SIGTERM');
    expect((await ran).code).toBeNull();
    expect(child.signalCode).toBe('SIGTERM');
  });

  it('says which Node is needed and how to get it where there is no pinned one', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cli-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    copyFileSync(countersign, join(folder, 'countersign.js'));
    writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
    const { code, stderr } = await run(join(folder, 'countersign.js'), 'start');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^countersign needs Node 24 or newer; this is v\d+\..+\.\n.*npm ci.*\n.*nodejs\.org/);
  });
});
