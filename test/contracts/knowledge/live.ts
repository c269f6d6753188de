import type { Live } from '#test/contracts/live.ts';
import { liveNames, readConfig } from './config.ts';
import { assertScratchOnly } from './live-place.ts';

/** The contract of pages on a real account. */
export const liveKnowledge: Live = {
  names: liveNames,
  variable: 'COUNTERSIGN_TEST_KNOWLEDGE',
  file: 'test/contracts/knowledge/on-backend.ts',
  prepare: async (environment, say) => {
    const config = readConfig(environment);
    const backend = await config.open((problem) => say(`In the background: ${String(problem)}`));
    await assertScratchOnly(backend, config).finally(backend.close);
    return `Writes to ${config.namespace} on ${config.name}: pages countersign-contract …`;
  },
};
