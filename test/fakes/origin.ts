import type { Origin } from '#shared/tools/index.ts';

/** As of a change of an agent that had read nothing untrusted, and that a person decided. */
export const decidedOrigin: Origin = {
  agent: 'deps-bot',
  sponsor: 'alice',
  session: { from: '2026-11-20T12:00:00.000Z', to: '2026-11-21T12:00:00.000Z' },
  trust: 'trusted',
  accepted: true,
};
