import { AppError } from '#shared/errors.ts';
import type { ChildSpec } from './children.ts';
import { type Keeper, keep, type RestartRule } from './keep.ts';

/** Where the supervisor says what happens. */
export type Report = {
  /** A line that a child wrote on standard error, or on standard output besides what it announces. */
  readonly line: (child: string, text: string) => void;
  readonly event: (text: string) => void;
  readonly signIn: (link: string) => void;
};

/** A process of the suite. `pid` is undefined while it is down. */
export type SuiteProcess = { readonly pid: number | undefined; readonly kill: (signal?: NodeJS.Signals) => void };

export type Supervised = {
  readonly processes: Readonly<Record<string, SuiteProcess>>;
  /** Stops every child, the last first, each with five seconds to end in good order. */
  readonly stop: () => Promise<void>;
  /** Ends every child at once. */
  readonly kill: () => void;
  /** Resolves when all have ended: 0 after `stop`, 1 when one died too often. */
  readonly ended: Promise<0 | 1>;
};

export type SuperviseOptions = {
  readonly children: readonly ChildSpec[];
  readonly report: Report;
  /** Gives up starting. */
  readonly signal?: AbortSignal;
  readonly startPatienceMs?: number;
  readonly restart?: RestartRule;
};

const usualRestart: RestartRule = { limit: 5, withinMs: 60_000, firstDelayMs: 100 };

/**
 * Starts the children together and keeps them running. Resolves when all are ready. When one is not, all are stopped
 * again and it throws AppError: `bad_configuration` when the child said that its configuration is why.
 */
export async function supervise(options: SuperviseOptions): Promise<Supervised> {
  const { children, report, startPatienceMs = 30_000, restart = usualRestart } = options;
  const ended = Promise.withResolvers<0 | 1>();
  const keepers: Keeper[] = [];
  let stopping: Promise<void> | undefined;
  const end = (code: 0 | 1): Promise<void> => {
    stopping ??= stopAll(keepers).then(() => ended.resolve(code));
    return stopping;
  };
  for (const spec of children) {
    const keeper = keep({
      spec,
      restart,
      onLine: (text) => report.line(spec.name, text),
      onEvent: report.event,
      onSignIn: report.signIn,
      onGiveUp: () => void end(1),
    });
    keepers.push(keeper);
  }
  try {
    await allReady(keepers, { patienceMs: startPatienceMs, ...(options.signal && { signal: options.signal }) });
  } catch (error) {
    await end(1);
    throw error;
  }
  return {
    processes: Object.fromEntries(keepers.map((keeper) => [keeper.name, processOf(keeper)])),
    stop: () => end(0),
    kill: () => {
      void end(0);
      for (const keeper of keepers) keeper.kill('SIGKILL');
    },
    ended: ended.promise,
  };
}

async function allReady(
  keepers: readonly Keeper[],
  { patienceMs, signal }: { patienceMs: number; signal?: AbortSignal },
): Promise<void> {
  const late = Promise.withResolvers<never>();
  const waiting = new Set(keepers.map(({ name }) => name));
  const timer = setTimeout(() => {
    late.reject(new AppError('internal', `${[...waiting].join(', ')} did not get ready in ${patienceMs / 1000} s.`));
  }, patienceMs);
  const abort = (): void => late.reject(new AppError('internal', 'Stopped before all was ready.'));
  signal?.addEventListener('abort', abort, { once: true });
  try {
    signal?.throwIfAborted();
    const each = keepers.map(({ name, ready }) => ready.then(() => waiting.delete(name)));
    await Promise.race([Promise.all(each), late.promise]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}

/** In the reverse order of their start, so that whoever needs another goes first. */
async function stopAll(keepers: readonly Keeper[]): Promise<void> {
  for (const keeper of keepers.toReversed()) await keeper.stop();
}

function processOf(keeper: Keeper): SuiteProcess {
  return {
    get pid() {
      return keeper.pid();
    },
    kill: (signal = 'SIGKILL') => keeper.kill(signal),
  };
}
