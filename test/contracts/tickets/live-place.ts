import type { LiveConfig } from './config.ts';
import type { TicketPlace } from './place.ts';
import { assertScratch } from './scratch.ts';

/** Limits of real backends end within the hour. */
const wholeHourMs = 65 * 60_000;
const settleMs = 120_000;

/** A real account. Throws before anything is written where a project is no scratch one. */
export async function livePlace(config: LiveConfig, say: (line: string) => void): Promise<TicketPlace> {
  const { name: _name, open, ...where } = config;
  const backend = await open((problem) => say(`In the background: ${String(problem)}`));
  try {
    for (const key of [where.project, where.elsewhere].filter((each) => each !== null)) {
      assertScratch(await backend.reader.project(key), key);
    }
  } catch (error) {
    await backend.close();
    throw error;
  }
  const leaves = (run: string): void => {
    say(`Nothing here can delete tickets. Those of this run have ${run} in their titles: delete them by hand.`);
  };
  return { ...where, backend, others: {}, settleMs, paceMs: wholeHourMs, leaves };
}
