import { setTimeout as sleep } from 'node:timers/promises';
import { type Change, change, type Progress, progress } from './change.ts';
import { changePath } from './commands/shared.ts';
import type { Connection } from './config.ts';
import { CommandFailed, exitCodes } from './exit.ts';
import { request } from './http.ts';

/** States in which a change goes on by itself, or waits for a decision. */
const underWay: ReadonlySet<string> = new Set(['planning', 'pending_approval', 'approved', 'dispatched', 'unknown']);

const pauseMs = 200;
const planMs = { pause: 100, patience: 30_000 };

/** Waits until a change that was asked for has a plan, or it is known why it has none. */
export async function waitForPlan(connection: Connection, id: string): Promise<Change> {
  for (const until = Date.now() + planMs.patience; ; await sleep(planMs.pause)) {
    const found = await request(connection, changePath(id), change);
    if (found.status !== 'planning') return found;
    if (Date.now() > until) throw new CommandFailed(exitCodes.no, 'The server that made the change does not answer.');
  }
}

/** Waits until a change has reached an end, or the time is over, and answers where it stands then. */
export async function waitForEnd(connection: Connection, id: string, timeoutMs: number): Promise<Progress> {
  const until = Date.now() + timeoutMs;
  for (;;) {
    const now = await request(connection, changePath(id, '/progress'), progress);
    if (!underWay.has(now.status) || Date.now() >= until) return now;
    await sleep(pauseMs);
  }
}
