import { fetchWithin } from '#shared/http/fetch.ts';
import type { OpenContext } from '#shared/server/backend-choice.ts';
import type { TicketBackendParts } from '../parts.ts';
import { linearDoor } from './door.ts';
import { examineLinear } from './examine.ts';
import { linearLimits } from './limits.ts';
import { linearReader } from './reader.ts';
import type { LinearOptions } from './settings.ts';
import { linearSponsors } from './sponsors.ts';
import { linearTokens } from './tokens.ts';
import { linearTransport } from './transport.ts';

const hosted = 'https://api.linear.app';

/** Connects the parts. Nothing is sent before the first read or write. */
export async function openLinear({
  origin,
  credential,
  userAgent,
  now = Date.now,
  readTimeoutMs = 10_000,
  writeTimeoutMs = 30_000,
}: LinearOptions &
  Pick<OpenContext, 'userAgent'> & {
    readonly now?: () => number;
    readonly readTimeoutMs?: number;
    readonly writeTimeoutMs?: number;
  }): Promise<TicketBackendParts> {
  const asking = fetchWithin({ origin, userAgent, timeoutMs: readTimeoutMs, maxBytes: 64 * 1024, redirects: 'refuse' });
  const tokens = linearTokens({ origin, credential, fetch: asking, now });
  const withinLimits = linearLimits({ now });
  const transport = linearTransport({ origin, userAgent, tokens, withinLimits, now, readTimeoutMs, writeTimeoutMs });
  // What Linear itself runs has its pages at another host than its API.
  const pages = origin === hosted ? 'https://linear.app' : origin;
  const reader = linearReader({ read: transport.read, origin: pages });
  return {
    reader,
    door: linearDoor({ transport, self: reader.self }),
    sponsorAccess: (accountOf) => linearSponsors({ read: transport.read, accountOf }),
    origin: pages,
    examine: (projects) =>
      examineLinear({ origin, credential, fetch: asking, tokens, read: transport.read, reader, now }, projects),
    close: async () => tokens.forget(),
  };
}
