import { AppError } from '#shared/errors.ts';

/** Lets so many git requests be answered at once, of one agent and of all. */
export type Turns = {
  /** Resolves to how to give the turn back. Throws AppError `busy` when none is to be had in time. */
  readonly take: (who: string) => Promise<() => void>;
};

type Waiting = { readonly who: string; readonly start: () => void };

/** Who comes first goes first, but nobody waits behind the requests of an agent that has all of its own turns. */
export function gitTurns({ most = 8, mostEach = 4, mostWaiting = 32, waitMs = 30_000 } = {}): Turns {
  const running = new Map<string, number>();
  const line: Waiting[] = [];
  const of = (who: string): number => running.get(who) ?? 0;
  const total = (): number => [...running.values()].reduce((sum, count) => sum + count, 0);
  const fits = (who: string): boolean => total() < most && of(who) < mostEach;
  const enter = (who: string): (() => void) => {
    running.set(who, of(who) + 1);
    let left = false;
    return () => {
      if (left) return;
      left = true;
      if (of(who) === 1) running.delete(who);
      else running.set(who, of(who) - 1);
      const at = line.findIndex((waiting) => fits(waiting.who));
      line.splice(at, at < 0 ? 0 : 1)[0]?.start();
    };
  };
  const wait = (who: string): Promise<() => void> =>
    new Promise((resolve, reject) => {
      const waiting: Waiting = {
        who,
        start: () => {
          clearTimeout(timer);
          resolve(enter(who));
        },
      };
      const timer = setTimeout(() => {
        line.splice(line.indexOf(waiting), 1);
        reject(busy());
      }, waitMs);
      line.push(waiting);
    });
  return {
    take: async (who) => {
      if (fits(who)) return enter(who);
      if (line.length >= mostWaiting) throw busy();
      return wait(who);
    },
  };
}

const busy = (): AppError =>
  new AppError('busy', 'Too many git requests are being answered here at once.', { next: 'Try again in a minute.' });
