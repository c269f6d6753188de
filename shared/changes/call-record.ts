import { AppError } from '#shared/errors.ts';
import type { CallType } from '#shared/ledger/calls.ts';
import type { Owner } from '#shared/ledger/changes.ts';
import type { Ledger } from '#shared/ledger/ledger.ts';
import type { JsonObject, Told } from '#shared/tools/index.ts';
import { keepCalls, type Waiting } from './keep-calls.ts';
import { readsKnown } from './reads-known.ts';
import { recordClock } from './record-clock.ts';

/** A call that ended without a change, and what its answer told. */
export type EndedCall = {
  readonly type: CallType;
  readonly actor: Owner & { readonly kind: 'agent' };
  readonly body: JsonObject & { readonly server: string; readonly tool: string };
  readonly told: readonly Told[];
};

/** Puts calls on record soon after they ended. */
export type CallRecord = {
  /**
   * Begins a call; what it answers ends it, with null for one that is on record as a change. Throws AppError
   * `ledger_unavailable` when no more calls can be kept: nothing is read that could not be recorded.
   */
  readonly begin: () => (call: EndedCall | null) => void;
  /**
   * Writes a call at once that told something untrusted which is not known to be on record for this agent yet, so that
   * it is before the answer leaves. Answers whether it did. Throws AppError `ledger_unavailable`.
   */
  readonly writeNews: (call: EndedCall) => Promise<boolean>;
  /** Writes what is left. Reports how much of it could not be written. */
  readonly close: () => Promise<void>;
};

type Options = {
  readonly ledger: Pick<Ledger, 'write'>;
  readonly now: () => Date;
  /** Told when calls cannot be written, once until they can be again. */
  readonly onProblem: (error: unknown) => void;
  /** So many different calls wait at most. */
  readonly most?: number;
  /** Milliseconds that only grow, whatever becomes of `now`. */
  readonly elapsed?: () => number;
};

/** Calls wait for others for so long at most, or until there are so many. */
const pauseMs = 1_000;
const batchSize = 200;

/**
 * Gathers calls in memory and appends them together, the same call within a batch as one event, and what an agent was told
 * again within some minutes without a row of its own. A crash loses those that wait. Where it is not known whether a batch was kept, it is written again: it may then be counted twice.
 */
export function callRecord({ ledger, now, onProblem, most = 10_000, elapsed }: Options): CallRecord {
  const waiting = new Map<string, Waiting>();
  const known = readsKnown();
  const clock = recordClock(now, elapsed);
  let sent: readonly Waiting[] = [];
  let [underWay, failing, closed] = [0, false, false];
  let sending: Promise<void> | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const write = async (calls: readonly Waiting[]): Promise<void> => {
    for (const { call, at } of await ledger.write((tx) => keepCalls(tx, calls, known))) {
      known.note(call, at);
      clock.saw(at);
    }
  };
  const send = async (least: number): Promise<void> => {
    try {
      do {
        if (sent.length === 0) sent = take(waiting, batchSize);
        await write(sent);
        sent = [];
        failing = false;
      } while (waiting.size >= least);
    } catch (error) {
      if (!failing) onProblem(error);
      failing = true;
    }
  };
  const flush = (least: number): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    sending ??= send(least).finally(() => {
      sending = undefined;
      later();
    });
    return sending;
  };
  const later = (): void => {
    if (closed || timer || waiting.size + sent.length === 0) return;
    timer = setTimeout(() => void flush(batchSize), pauseMs);
    timer.unref();
  };
  const keep = (call: EndedCall): void => {
    note(waiting, call, clock.at().toISOString());
    if (waiting.size >= batchSize && !failing && !sending) void flush(batchSize);
    else if (!sending) later();
  };

  return {
    begin: () => {
      if (underWay + waiting.size + sent.length >= most) throw full();
      underWay += 1;
      return (call) => {
        underWay -= 1;
        if (call) keep(call);
      };
    },
    writeNews: async (call) => {
      const at = clock.at();
      if (!known.isNews(call, at)) return false;
      const time = at.toISOString();
      await write([{ ...call, first: time, last: time, times: 1 }]);
      return true;
    },
    close: async () => {
      closed = true;
      await sending;
      if (waiting.size + sent.length > 0) await flush(1);
      const left = waiting.size + sent.length;
      if (left > 0) onProblem(new AppError('ledger_unavailable', `${left} calls could not be put on record.`));
    },
  };
}

function note(waiting: Map<string, Waiting>, call: EndedCall, at: string): void {
  const key = JSON.stringify([call.type, call.actor, call.body, call.told]);
  const same = waiting.get(key);
  if (!same) waiting.set(key, { ...call, first: at, last: at, times: 1 });
  else {
    same.times += 1;
    same.last = at;
  }
}

function take(waiting: Map<string, Waiting>, count: number): Waiting[] {
  const taken = [...waiting].slice(0, count);
  for (const [key] of taken) waiting.delete(key);
  return taken.map(([, call]) => call);
}

function full(): AppError {
  return new AppError('ledger_unavailable', 'What is read cannot be put on record now, so nothing was read.', {
    next: 'Try again later; tell a person if it stays so.',
  });
}
