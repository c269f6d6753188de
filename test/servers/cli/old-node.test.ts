import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { freeBasePort } from '#servers/suite/ports.ts';
import { basics } from '#test/fakes/environment.ts';
import { smallConfig, warmData } from '#test/servers/suite/folder.ts';
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

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'cli-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Some machines have no such Node; then there is nothing to try. */
describe.runIf(oldNode !== undefined)('on a Node that is too old', () => {
  const run = (script: string, ...args: string[]) =>
    ending(spawn(oldNode ?? '', [script, ...args], { env: { ...basics() } }));

  it('runs with the pinned one, and passes arguments, output and exit code on', async () => {
    const { code, stdout } = await run(countersign, 'changes', 'list', '--help');
    expect([code, stdout]).toEqual([0, expect.stringContaining('Usage: countersign changes list')]);
    const usage = await run(countersign, 'changes', 'list');
    expect([usage.code, usage.stderr]).toEqual([2, expect.stringContaining('No token is given')]);
  });

  it('hands signals on, so that a suite ends in order', async () => {
    const data = warmData();
    const base = String(await freeBasePort());
    const args = ['start', '--data', data, '--base-port', base, '--config', smallConfig()];
    const child = spawn(oldNode ?? '', [countersign, ...args], { env: { ...basics() } });
    const ran = ending(child);
    await new Promise<void>((resolve, reject) => {
      child.stdout.on('data', (chunk: Buffer) => void (chunk.includes('Stop with Ctrl-C') && resolve()));
      void ran.then(({ stderr }) => reject(new Error(stderr)));
    });
    child.kill('SIGTERM');
    expect(await ran).toMatchObject({ code: 0, stdout: expect.stringContaining('Stopping.') });
    expect(existsSync(join(data, 'suite.lock'))).toBe(false);
  });

  it('says which Node is needed and how to get it where there is no pinned one', async () => {
    const place = folder();
    copyFileSync(countersign, join(place, 'countersign.js'));
    writeFileSync(join(place, 'package.json'), '{"type": "module"}');
    const { code, stderr } = await run(join(place, 'countersign.js'), 'start');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^countersign needs Node 24 or newer; this is v\d+\..+\.\n.*npm ci.*\n.*nodejs\.org/);
  });
});
