import { present } from '#test/contracts/common.ts';
import { livePace, openChecked } from '#test/contracts/live-place.ts';
import { lossyDoor } from '#test/contracts/lossy.ts';
import { assertScratch } from '#test/contracts/scratch.ts';
import { writeOnce } from './bench.ts';
import type { LiveConfig } from './config.ts';
import type { TicketPlace } from './place.ts';

/** A real account. Throws before anything is written where a project is no scratch one. */
export async function livePlace(config: LiveConfig, say: (line: string) => void): Promise<TicketPlace> {
  const { name: _name, open, ...where } = config;
  const backend = await openChecked(open, (opened) => assertScratchOnly(opened, where), say);
  const leaves = (run: string): void => {
    say(`Nothing here can delete tickets. Those of this run have ${run} in their titles: delete them by hand.`);
  };
  return { ...where, ...lossy(backend), ...livePace, leaves };
}

/** Throws unless all that would be written to are scratch projects that can be seen. */
export async function assertScratchOnly(
  { reader }: Pick<TicketPlace['backend'], 'reader'>,
  { project, elsewhere }: Pick<LiveConfig, 'project' | 'elsewhere'>,
): Promise<void> {
  for (const key of [project, elsewhere].filter((each) => each !== null)) {
    assertScratch(await reader.project(key), key);
  }
}

/**
 * What gets lost between here and a real backend is lost around the door. Nobody else is there: what another person would
 * do, the same account does at another time, and no precondition knows the difference.
 */
function lossy(backend: TicketPlace['backend']): Pick<TicketPlace, 'backend' | 'others'> {
  const { door, others } = lossyDoor(backend.door);
  return {
    backend: { ...backend, door },
    others: {
      ...others,
      retitle: async (ticket, title) => {
        const now = present(await backend.reader.ticketById(ticket.id));
        return writeOnce(backend, { kind: 'update', ticket, expect: { title: now.title }, set: { title } });
      },
    },
  };
}
