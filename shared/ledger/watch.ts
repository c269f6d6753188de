import type Database from 'better-sqlite3';

/** How often another process's commits are looked for. One look is one pragma, about two microseconds. */
const intervalMs = 10;

/** Tells of commits, whoever makes them. */
export type CommitWatch = {
  readonly listen: (listener: () => void) => () => void;
  /** Tells the listeners of a commit that this connection made; the pragma only shows those of others. */
  readonly notify: () => void;
  readonly stop: () => Promise<void>;
};

/** Wakes listeners after commits, by polling `PRAGMA data_version` while anybody listens. */
export function watchCommits(database: Database.Database): CommitWatch {
  const listeners = new Set<() => void>();
  const version = database.prepare('pragma data_version').pluck();
  let seen: unknown;
  let timer: NodeJS.Timeout | undefined;

  const notify = (): void => {
    for (const listener of [...listeners]) listener();
  };
  const look = (): void => {
    const now = version.get();
    if (now === seen) return;
    seen = now;
    notify();
  };
  const stop = (): void => {
    clearInterval(timer);
    timer = undefined;
    listeners.clear();
  };
  return {
    listen: (listener) => {
      listeners.add(listener);
      if (timer === undefined) {
        seen = version.get();
        timer = setInterval(look, intervalMs).unref();
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) stop();
      };
    },
    notify,
    stop: async () => stop(),
  };
}
