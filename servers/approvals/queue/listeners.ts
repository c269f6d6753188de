import { changeQueue } from '#capabilities/change-queue/capability.ts';
import type { Blueprint } from '#shared/blueprints/blueprint.ts';
import { type Listening, listen } from '#shared/http/listen.ts';
import type { Log } from '#shared/telemetry/log.ts';
import { queueApp } from './app.ts';
import type { QueueOptions } from './queue.ts';

/** Where one agent reaches the queue. */
export type QueueListening = Listening & { readonly blueprint: string };

/** Opens one MCP listener for each address of each blueprint: a caller is who reaches that address. */
export async function openQueues(options: {
  readonly queue: Omit<QueueOptions, 'blueprint' | 'owner'>;
  readonly blueprints: readonly { readonly known: Blueprint; readonly current: () => Blueprint | null }[];
  readonly port: number;
  readonly version: string;
  readonly log: Log;
}): Promise<readonly QueueListening[]> {
  const { queue, blueprints, port, version, log } = options;
  const opened: QueueListening[] = [];
  for (const { known, current } of blueprints) {
    const granted = known.grants.get(changeQueue.name)?.tools ?? new Set();
    const app = queueApp({
      queue: { ...queue, owner: { agent: known.agent, blueprint: known.name }, blueprint: current },
      tools: changeQueue.tools.filter((tool) => granted.has(tool.name)),
      readsPerMinute: known.limits.readsPerMinute,
      allowedHosts: [...known.listeners, ...(known.listeners.some(isLocalhost) ? ['localhost'] : [])],
      version,
      onError: (error, id) => log('a call failed', { id, error }),
    });
    for (const host of known.listeners) {
      opened.push({ ...(await listen({ fetch: app.fetch, host, port })), blueprint: known.name });
    }
  }
  return opened;
}

function isLocalhost(address: string): boolean {
  return address === '127.0.0.1' || address === '::1';
}
