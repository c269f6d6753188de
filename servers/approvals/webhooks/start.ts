import { randomUUID } from 'node:crypto';
import type { Ledger } from '#shared/ledger/ledger.ts';
import type { Log } from '#shared/telemetry/log.ts';
import type { sendTiming } from './backoff.ts';
import { startSender } from './sender.ts';
import type { Receiver } from './settings.ts';

/** Tells every receiver of what becomes of changes, each by itself. Answers how to stop. */
export function startWebhooks(options: {
  readonly ledger: Ledger;
  readonly receivers: readonly Receiver[];
  /** Names of the blueprints that there are. */
  readonly blueprints: readonly string[];
  readonly consoleUrl: string;
  readonly now: () => Date;
  readonly log: Log;
  readonly timing?: typeof sendTiming;
}): () => Promise<void> {
  const { receivers, blueprints, ...context } = options;
  const sender = randomUUID();
  for (const { name, blueprints: wanted } of receivers) {
    const unknown = wanted?.filter((one) => !blueprints.includes(one)) ?? [];
    if (unknown.length > 0) context.log(`webhooks to ${name} name a blueprint that is not there`);
  }
  const stops = receivers.map((receiver) => startSender({ ...context, receiver, sender }));
  return async () => {
    await Promise.all(stops.map((stop) => stop()));
  };
}
