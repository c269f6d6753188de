import type { WithinLimits } from '../http/limits.ts';
import type { Endpoints } from './endpoints.ts';
import { fetchWithin } from './fetch.ts';
import { rest } from './rest.ts';
import type { Token } from './tokens.ts';

/** Whoever ends a token waits for this, and one that is not revoked dies within the hour. Milliseconds. */
const longest = 5_000;

/** Revokes tokens. A failure is reported and stops nothing. */
export function tokenRevoker(options: {
  readonly endpoints: Endpoints;
  readonly userAgent: string;
  readonly withinLimits: WithinLimits;
  readonly onProblem: (error: unknown) => void;
  readonly timeoutMs: number;
}): (token: Token) => Promise<void> {
  const { endpoints, userAgent, withinLimits, onProblem } = options;
  const timeoutMs = Math.min(options.timeoutMs, longest);
  const limits = { origin: endpoints.origin, userAgent, timeoutMs, maxBytes: 64 * 1024, redirects: 'refuse' } as const;
  return async ({ secret, subject }) => {
    const fetch = withinLimits(subject, fetchWithin({ ...limits, token: secret }));
    await rest({ endpoints, fetch }, 'DELETE', ['installation', 'token']).catch(onProblem);
  };
}
