import { atlassianLimits } from '#shared/atlassian/limits.ts';
import { atlassianTokens } from '#shared/atlassian/tokens.ts';
import { readsWith, sendWith } from '#shared/atlassian/transport.ts';
import { fetchWithin } from '#shared/http/fetch.ts';
import type { OpenContext } from '#shared/server/backend-choice.ts';
import type { KnowledgeBackendParts } from '../parts.ts';
import { confluenceDoor } from './door.ts';
import { examineConfluence } from './examine.ts';
import { confluencePeople } from './people.ts';
import { confluence as product } from './product.ts';
import { confluenceReader } from './reader.ts';
import type { ConfluenceOptions } from './settings.ts';
import { confluenceSpaces } from './spaces.ts';
import { confluenceSponsors } from './sponsors.ts';

/** Connects the parts. Nothing is asked of Confluence yet. */
export async function openConfluence({
  endpoints,
  credential,
  userAgent,
  now = Date.now,
  readTimeoutMs = 15_000,
  writeTimeoutMs = 30_000,
}: ConfluenceOptions &
  Pick<OpenContext, 'userAgent'> & {
    readonly now?: () => number;
    readonly readTimeoutMs?: number;
    readonly writeTimeoutMs?: number;
  }): Promise<KnowledgeBackendParts> {
  const { site, token: url } = endpoints;
  const asking = { userAgent, timeoutMs: readTimeoutMs, maxBytes: 64 * 1024, redirects: 'refuse' } as const;
  const fetch = fetchWithin({ ...asking, origin: new URL(url).origin });
  const tokens = atlassianTokens({ product, url, credential, fetch, now });
  const traffic = { product, endpoints, userAgent, tokens, withinLimits: atlassianLimits(product, { now }), now };
  const reads = readsWith('read', { ...traffic, timeoutMs: readTimeoutMs });
  const people = confluencePeople({ reads, now });
  const spaces = confluenceSpaces({ reads, site, now });
  return {
    reader: confluenceReader({ reads, site, people, spaces }),
    door: confluenceDoor({
      // What is read before a write is read with the token that writes.
      reads: readsWith('write', { ...traffic, timeoutMs: readTimeoutMs }),
      send: sendWith({ ...traffic, timeoutMs: writeTimeoutMs }),
      site,
    }),
    sponsorAccess: (accountOf) => confluenceSponsors({ reads, spaces, accountOf }),
    origin: site,
    examine: (keys) => examineConfluence({ product, endpoints, credential, tokens, reads, people, spaces, now }, keys),
    close: async () => tokens.forget(),
  };
}
