/** A clock that is put back by less is taken for one that is set right, in milliseconds. */
const slackMs = 30_000;

/**
 * The time by which calls are recorded, in milliseconds since 1970: that of `now`, but it never goes back, and goes on
 * while that is behind of what it was or of what the ledger knows of.
 * @param elapsed milliseconds that only grow
 */
export function recordClock(now: () => Date, elapsed: () => number = () => performance.now()) {
  let [time, since] = [now().getTime(), elapsed()];
  const put = (to: number): number => {
    [time, since] = [to, elapsed()];
    return to;
  };
  const at = (): number => {
    const goneOn = time + elapsed() - since;
    const wall = now().getTime();
    return put(wall >= time && wall >= goneOn - slackMs ? wall : goneOn);
  };
  return {
    at: (): Date => new Date(at()),
    /** Something has that time on record. */
    saw: (seen: Date): void => {
      if (seen.getTime() > at()) put(seen.getTime());
    },
  };
}
