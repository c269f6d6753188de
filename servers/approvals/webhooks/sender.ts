import type { Ledger } from '#shared/ledger/ledger.ts';
import { type Moved, movedAfter } from '#shared/ledger/moved.ts';
import {
  enterReceiver,
  findReceiver,
  noteDelivered,
  noteFailed,
  type ReceiverRow,
  releaseReceiver,
  takeReceiver,
} from '#shared/ledger/receivers.ts';
import type { Log } from '#shared/telemetry/log.ts';
import { backoffMs, sendTiming } from './backoff.ts';
import { deliver } from './deliver.ts';
import { isTold, messageOf } from './message.ts';
import { restUntil } from './rest.ts';
import type { Receiver } from './settings.ts';

export type SenderContext = {
  readonly ledger: Ledger;
  readonly receiver: Receiver;
  /** Names this process among those that could send as well. */
  readonly sender: string;
  readonly consoleUrl: string;
  readonly now: () => Date;
  readonly log: Log;
  readonly timing?: typeof sendTiming;
};

/**
 * Tells one receiver of every move from its cursor on: in order, at least once, one sender at a time. A message that is not
 * taken is sent again later, and those after it wait, until they are too old. Answers how to stop.
 */
export function startSender(context: SenderContext): () => Promise<void> {
  const { ledger, receiver, sender, log } = context;
  const ending = new AbortController();
  const rest = restUntil(ledger, ending.signal);
  const sending = (async () => {
    let state: State = { seen: null, brokenOff: false };
    while (!ending.signal.aborted) {
      let ms: number | null;
      try {
        ms = await round(context, state, ending.signal);
        state.brokenOff = false;
      } catch (error) {
        if (!state.brokenOff) log(`webhooks to ${receiver.name} wait`, { error });
        state = { seen: null, brokenOff: true };
        ms = (context.timing ?? sendTiming).othersMs;
      }
      await rest(ms);
    }
  })();
  return async () => {
    ending.abort();
    await sending;
    rest.end();
    await ledger.write((tx) => releaseReceiver(tx, { name: receiver.name, sender })).catch(() => {});
  };
}

type State = {
  /** Up to which event there is nothing to send; null before the receiver's cursor was read. */
  seen: number | null;
  /** Whether the last round ended in an error, which was logged. */
  brokenOff: boolean;
};

/** Sends what there is. Answers for how long to rest then, in milliseconds; null until something is committed. */
async function round(context: SenderContext, state: State, signal: AbortSignal): Promise<number | null> {
  const { ledger, receiver, sender, now, timing = sendTiming } = context;
  const { name } = receiver;
  if (state.seen === null) await ledger.write((tx) => enterReceiver(tx, name));
  const known = await findReceiver(ledger.db, name);
  if (!known) throw new Error('the receiver was entered and is not there');
  let seen = Math.max(state.seen ?? 0, known.seq);
  for (;;) {
    const next = await nextFor(context, seen);
    state.seen = next.seen;
    if (next.moved === undefined || signal.aborted) return null;
    const at = now().getTime() + ledger.ahead();
    const until = at + timing.leaseMs;
    const row = await ledger.write((tx) => takeReceiver(tx, { name, sender, now: at, until }));
    if (row === undefined) return timing.othersMs;
    if (row.seq >= next.moved.seq) {
      seen = row.seq;
      continue;
    }
    const waits = (row.retry_at ?? 0) - at;
    if (waits > 0) return Math.min(waits, timing.mostMs);
    const tried = await send(context, { row, moved: next.moved, until: at + timing.leaseMs }, signal);
    if (tried !== null) return tried;
    seen = next.moved.seq;
  }
}

/** The next move after an event that the receiver is told of, and up to where there is none. */
async function nextFor(
  { ledger, receiver }: SenderContext,
  after: number,
): Promise<{ readonly moved: Moved | undefined; readonly seen: number }> {
  const of = receiver.blueprints === null ? 'all' : { blueprints: receiver.blueprints };
  for (let from = after; ; ) {
    const { moved, seen } = await movedAfter(ledger.db, { after: from, of, limit: 50, nudges: true });
    const found = moved.find((one) => isTold(receiver, one));
    if (found) return { moved: found, seen: found.seq - 1 };
    if (moved.length === 0) return { moved: undefined, seen };
    from = seen;
  }
}

type Sending = { readonly row: ReceiverRow; readonly moved: Moved; readonly until: number };

/** Sends one message and notes how that went. Answers null when it was taken, else when to try again, in milliseconds. */
async function send(
  context: SenderContext,
  { row, moved, until }: Sending,
  signal: AbortSignal,
): Promise<number | null> {
  const { ledger, receiver, sender, consoleUrl, now, log, timing = sendTiming } = context;
  const held = { name: receiver.name, sender, now: now().getTime(), until };
  const body = await messageOf(ledger.db, receiver, moved, consoleUrl);
  const problem = await deliver(receiver, { id: moved.id, body }, { now: now(), timeoutMs: timing.timeoutMs, signal });
  // A message that was under way when the server ended is sent again by whoever comes next.
  if (signal.aborted && problem !== null) return 0;
  const at = now().toISOString();
  if (problem === null) {
    await ledger.write((tx) => noteDelivered(tx, held, { seq: moved.seq, at }));
    if (row.failing_since !== null) log(`webhooks to ${receiver.name} are taken again`);
    return null;
  }
  if (row.failing_since === null) log(`webhooks to ${receiver.name} are not taken: ${problem}`);
  const ms = backoffMs(row.attempts + 1, timing);
  const past = await tooOld(context, row.seq);
  const retryAt = now().getTime() + ledger.ahead() + ms;
  await ledger.write((tx) => noteFailed(tx, held, { at, problem, retryAt, ...past }));
  return ms;
}

/** Up to where messages were kept for as long as they are, and how many of those are given up now. */
async function tooOld(context: SenderContext, after: number): Promise<{ seq: number; dropped: number }> {
  const { now, timing = sendTiming } = context;
  const before = new Date(now().getTime() - timing.keptMs).toISOString();
  let past = { seq: after, dropped: 0 };
  for (;;) {
    const { moved } = await nextFor(context, past.seq);
    if (moved === undefined || moved.at >= before) return past;
    past = { seq: moved.seq, dropped: past.dropped + 1 };
  }
}
