import pg from 'pg';
import type { CommitWatch } from '../watch.ts';
import { connectionOptions } from './pool.ts';

/** The channel on which a transaction says that it was committed. */
export const channel = 'countersign_ledger';

/** How soon a lost connection is made again, in milliseconds. */
const againMs = 500;

/** How often listeners look for themselves, should notifications not come through, as behind some connection poolers. */
const lookMs = 2_000;

type Options = {
  readonly url: string;
  /** The payload of our own notifications, which `notify` has told of already. */
  readonly own: string;
};

/** Wakes listeners after commits of any process, by LISTEN on a connection of its own while anybody listens. */
export function watchNotifications({ url, own }: Options): CommitWatch {
  const listeners = new Set<() => void>();
  let client: pg.Client | undefined;
  let again: NodeJS.Timeout | undefined;
  let look: NodeJS.Timeout | undefined;

  const notify = (): void => {
    for (const listener of [...listeners]) listener();
  };
  const connect = (): void => {
    const mine = new pg.Client(connectionOptions(url));
    client = mine;
    const lost = (): void => {
      if (client !== mine) return;
      client = undefined;
      again = setTimeout(connect, againMs).unref();
      mine.end().catch(() => {});
    };
    mine.on('error', lost);
    mine.on('end', lost);
    mine.on('notification', ({ payload }) => {
      if (payload !== own) notify();
    });
    // What was committed before the connection stood was not heard of.
    mine
      .connect()
      .then(() => mine.query(`listen ${channel}`))
      .then(notify, lost);
  };
  const stop = async (): Promise<void> => {
    const mine = client;
    client = undefined;
    listeners.clear();
    clearTimeout(again);
    clearInterval(look);
    look = undefined;
    await mine?.end().catch(() => {});
  };
  return {
    listen: (listener) => {
      listeners.add(listener);
      if (look === undefined) {
        look = setInterval(notify, lookMs).unref();
        connect();
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) void stop();
      };
    },
    notify,
    stop,
  };
}
