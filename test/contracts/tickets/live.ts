import type { Live } from '#test/contracts/live.ts';
import { openChecked } from '#test/contracts/live-place.ts';
import { liveNames, readConfig } from './config.ts';
import { assertScratchOnly } from './live-place.ts';

/** The contract of tickets on a real account. */
export const liveTickets: Live = {
  names: liveNames,
  variable: 'COUNTERSIGN_TEST_TICKETS',
  file: 'test/contracts/tickets/on-backend.ts',
  prepare: async (environment, say) => {
    const config = readConfig(environment);
    const backend = await openChecked(config.open, (opened) => assertScratchOnly(opened, config), say);
    await backend.close();
    return `Writes to ${config.project} on ${config.name}: tickets countersign-contract …`;
  },
};
