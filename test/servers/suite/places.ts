import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import * as z from 'zod';
import { callTool } from '#servers/suite/mcp-call.ts';
import { freeBasePort } from '#servers/suite/ports.ts';
import { type Started, startCommand } from './command.ts';
import { folder, smallConfig, warmData } from './folder.ts';
import { isRunning } from './kit.ts';

/** Where a suite has its data and ports, and the options that say so. */
export async function placeOf(data = join(folder(), 'data')) {
  const base = await freeBasePort();
  return { base, data, args: ['--data', data, '--base-port', String(base)] };
}

/** The same of a suite with fewer processes. */
export async function smallPlace() {
  const { base, data, args } = await placeOf(warmData());
  return { base, data, args: [...args, '--config', smallConfig()] };
}

/** Starts a suite and waits until all of it answers. */
export async function start(args: readonly string[], environment: Record<string, string> = {}): Promise<Started> {
  const suite = startCommand(args, environment);
  await suite.says('Stop with Ctrl-C');
  return suite;
}

export const proposal = {
  name: 'propose_pull_request',
  arguments: {
    repository: 'acme/storefront',
    branch: 'agent/hello',
    title: 'Say hello',
    files: [{ path: 'hello.txt', content: 'hello\n' }],
    reason: 'To be friendly.',
  },
  result: z.object({ change_id: z.string() }),
};

const listing = {
  name: 'list_changes',
  arguments: {},
  result: z.object({ changes: z.array(z.object({ change_id: z.string(), status: z.string() })) }),
};

/** Starts a suite at a place, and proposes something there. `waits` is that it waits still, and that the key is the same. */
export async function withProposal({ base, data, args }: Awaited<ReturnType<typeof smallPlace>>) {
  const first = await start(args);
  const { change_id: id } = await callTool(`http://127.0.0.1:${base + 1}/mcp`, proposal);
  const keyOf = (): string => readFileSync(join(data, 'github/app-key.pem'), 'utf8');
  const key = keyOf();
  const waits = async (): Promise<void> => {
    const { changes } = await callTool(`http://127.0.0.1:${base + 4}/mcp`, listing);
    expect(changes).toMatchObject([{ change_id: id, status: 'pending_approval' }]);
    expect(keyOf()).toBe(key);
  };
  return { first, waits };
}

/** Ctrl-C ends a suite and all of it with exit 0. */
export async function expectCtrlC(suite: Started, data: string): Promise<void> {
  const children = Object.values(suite.children());
  // Signals that come together are one press of Ctrl-C.
  for (const signal of ['SIGINT', 'SIGINT', 'SIGTERM'] as const) suite.kill(signal);
  expect(await suite.ended).toBe(0);
  expect(suite.stdout().match(/Stopping/g)).toHaveLength(1);
  expect(suite.stderr()).not.toContain('SIGKILL');
  expect(children.filter(isRunning)).toEqual([]);
  expect(readdirSync(data)).not.toContain('suite.lock');
}
