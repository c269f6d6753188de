import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '#shared/errors.ts';
import type { ChildSpec } from './children.ts';
import { type Ending, type RunningProcess, startProcess } from './process.ts';

/** How often and how soon a child that died is started again. Times are in milliseconds. */
export type RestartRule = { readonly limit: number; readonly withinMs: number; readonly firstDelayMs: number };

export type KeeperOptions = {
  readonly spec: ChildSpec;
  readonly restart: RestartRule;
  /** A line that the child wrote. */
  readonly onLine: (text: string) => void;
  /** What the supervisor has to say about the child. */
  readonly onEvent: (text: string) => void;
  readonly onSignIn: (link: string) => void;
  /** The child died too often and stays down. */
  readonly onGiveUp: () => void;
};

/** Keeps one child running. */
export type Keeper = {
  readonly name: string;
  /** The process that runs now; undefined while it is down. */
  readonly pid: () => number | undefined;
  readonly kill: (signal: NodeJS.Signals) => void;
  /** Resolves when it is ready for the first time; rejects with AppError when it ends before. */
  readonly ready: Promise<void>;
  /** Asks it to end, makes it end after five seconds, and resolves when it has. */
  readonly stop: () => Promise<void>;
};

const stopPatienceMs = 5_000;

/** Starts a child, and again whenever it dies, within the limit. A child that dies before it was ever ready stays down. */
export function keep(options: KeeperOptions): Keeper {
  const { spec, restart } = options;
  const first = Promise.withResolvers<void>();
  const stopping = new AbortController();
  const restarts: number[] = [];
  let wasReady = false;
  let running: RunningProcess | undefined;

  const start = (): RunningProcess =>
    startProcess(spec, {
      line: options.onLine,
      announce: (said) => {
        if (said.sign_in !== undefined) options.onSignIn(said.sign_in);
        if (said.ready !== spec.name) return;
        if (wasReady) options.onEvent(`${spec.name} runs again`);
        wasReady = true;
        first.resolve();
      },
    });

  const run = async (): Promise<void> => {
    for (;;) {
      running = start();
      const ending = await running.ended;
      running = undefined;
      if (stopping.signal.aborted) return;
      if (!wasReady) return first.reject(notStarted(spec.name, ending));
      const delay = nextDelay(restarts, restart);
      if (delay === null) {
        options.onEvent(`${spec.name} ${ending.how}, more than ${restart.limit} times within a minute`);
        return options.onGiveUp();
      }
      options.onEvent(`${spec.name} ${ending.how}; starting it again in ${delay} ms`);
      await sleep(delay, undefined, { signal: stopping.signal }).catch(() => {});
      if (stopping.signal.aborted) return;
    }
  };
  const finished = run();
  // Whoever stops a child that never was ready does not also wait for it to be.
  first.promise.catch(() => {});

  const stop = async (): Promise<void> => {
    stopping.abort();
    running?.kill('SIGTERM');
    const force = setTimeout(() => running?.kill('SIGKILL'), stopPatienceMs);
    await finished;
    clearTimeout(force);
  };
  return {
    name: spec.name,
    pid: () => running?.pid,
    kill: (signal) => running?.kill(signal),
    ready: first.promise,
    stop,
  };
}

/** How long to wait before starting again; null when the limit is reached. Each restart waits twice as long as the last. */
function nextDelay(restarts: number[], { limit, withinMs, firstDelayMs }: RestartRule): number | null {
  const now = Date.now();
  while ((restarts[0] ?? now) < now - withinMs) restarts.shift();
  if (restarts.length >= limit) return null;
  restarts.push(now);
  return firstDelayMs * 2 ** (restarts.length - 1);
}

function notStarted(name: string, { code, how }: Ending): AppError {
  const message = `${name} ${how} before it was ready; what it said is above.`;
  return new AppError(code === 2 ? 'bad_configuration' : 'internal', message);
}
