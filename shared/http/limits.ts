import { Limited } from './limited.ts';

/** What an answer says of its limits: which requests have to wait, and until when (milliseconds since 1970). */
export type Hold = { readonly scope: 'all' | 'resource'; readonly until: number };

/** Wraps a `fetch` in the limits of one subject: an account, an installation. */
export type WithinLimits = (subject: string, fetch: typeof globalThis.fetch) => typeof globalThis.fetch;

export type LimitRules = {
  readonly now: () => number;
  /** How many requests the backend takes at once. */
  readonly most: number;
  /** What the backend counts apart; one name where it counts all together. */
  readonly resourceOf: (url: string) => string;
  /** What an answer asks for, and whether it is itself a refusal because of a limit. */
  readonly read: (
    response: Response,
    now: number,
  ) => Promise<{ readonly hold: Hold | null; readonly refused: boolean }>;
};

/**
 * Keeps to a backend's limits: a subject's requests do not go out while it wants none of them, but end at once with
 * `Limited`; and no more than it takes are under way at once, first come, first served.
 */
export function withinLimits({ now, most, resourceOf, read }: LimitRules): WithinLimits {
  const holds = new Map<string, number>();
  const inTurn = turns(most);
  const untilOf = (keys: readonly string[]): number => Math.max(...keys.map((key) => holds.get(key) ?? 0));
  return (subject, fetch) => async (input, init) => {
    const resource = `${subject} ${resourceOf(String(input))}`;
    return inTurn(async () => {
      const until = untilOf([subject, resource]);
      if (until > now()) throw new Limited(until, true);
      const response = await fetch(input, init);
      const { hold, refused } = await read(response, now());
      if (hold) holds.set(hold.scope === 'all' ? subject : resource, hold.until);
      if (hold && refused) throw new Limited(hold.until, false);
      return response;
    });
  };
}

/** Lets so many pieces of work run at once; the others wait in the order in which they came. */
function turns(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await work();
    } finally {
      // A turn is handed on, so that nobody who comes now is served before those who wait.
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
