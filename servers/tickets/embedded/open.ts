import type { TicketBackendParts } from '../parts.ts';
import { embeddedDoor } from './door.ts';
import { examine } from './examine.ts';
import { ownLogin } from './people/basics.ts';
import { embeddedReader } from './reader.ts';
import { seed } from './seed/seed.ts';
import type { EmbeddedOptions } from './settings.ts';
import { embeddedSponsors } from './sponsors.ts';
import { openTracker, type Tracker } from './tracker/tracker.ts';

/**
 * Opens the embedded tracker; a new one has the demo's projects. Throws AppError `bad_configuration` for a file that is
 * no tracker.
 */
export async function openEmbedded({
  path,
  now = Date.now,
  fill = seed,
}: EmbeddedOptions & {
  readonly now?: () => number;
  /** Puts in what a new tracker begins with. */
  readonly fill?: (tracker: Tracker) => void;
}): Promise<TicketBackendParts> {
  const tracker = openTracker({ path, fill, now });
  return partsOf(tracker);
}

/** The parts over a tracker that is open. */
export function partsOf(tracker: Tracker): TicketBackendParts {
  const self = tracker.one<{ id: number }>('select id from person where login = ?', ownLogin)?.id ?? 0;
  return {
    reader: embeddedReader(tracker, self),
    door: embeddedDoor(tracker, self),
    sponsorAccess: (accountOf) => embeddedSponsors(tracker, accountOf),
    origin: tracker.origin,
    examine: async (projects) => examine(tracker, self, projects),
    close: async () => tracker.close(),
  };
}
