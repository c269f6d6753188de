import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Running, run } from './fixture.ts';

const inspectorPath = join(import.meta.dirname, '../../../node_modules/.bin/inspector');
const node = join(process.execPath, '..');

let server: Running;
let home: string;
beforeAll(async () => {
  server = await run();
  home = await mkdtemp(join(tmpdir(), 'inspector-'));
});
afterAll(async () => {
  await server.close();
  await rm(home, { recursive: true });
});

type Ran = { readonly code: number; readonly stdout: string; readonly stderr: string };

function inspect(era: string, ...args: readonly string[]): Promise<Ran> {
  const all = [
    '--cli',
    server.endpoint.href,
    '--transport',
    'http',
    '--protocol-era',
    era,
    '--format',
    'json',
    ...args,
  ];
  const env = { PATH: `${node}:/usr/bin:/bin`, HOME: home };
  return new Promise((resolve) => {
    execFile(inspectorPath, all, { env }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });
}

describe.each(['legacy', 'modern'])('MCP Inspector on the command line, %s era', (era) => {
  it('lists and calls tools', async () => {
    const list = await inspect(era, '--method', 'tools/list');
    expect(list.stdout).toContain('"echo"');
    const call = await inspect(era, '--method', 'tools/call', '--tool-name', 'echo', '--tool-arg', 'text=hi');
    expect(call.code).toBe(0);
    expect(call.stdout).toContain('"said"');
  });

  it('shows a refusal as it was written', async () => {
    const { stdout } = await inspect(era, '--method', 'tools/call', '--tool-name', 'refuse');
    expect(stdout).toContain('out_of_scope: acme/secret is not granted. Ask for acme/web.');
  });
});
