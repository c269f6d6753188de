import { fetchWithin } from '#shared/http/fetch.ts';
import { patientFetch } from '#shared/http/retry.ts';
import type { OpenContext } from '#shared/server/backend-choice.ts';
import type { KnowledgeBackendParts } from '../parts.ts';
import { notionReads, notionWrites } from './api.ts';
import { notionDoor } from './door.ts';
import { examineNotion } from './examine.ts';
import { notionLimits } from './limits.ts';
import { notionNamespaces } from './namespaces.ts';
import { notionPeople } from './people.ts';
import { notionReader } from './reader.ts';
import type { NotionOptions } from './settings.ts';
import { notionSponsors } from './sponsors.ts';

/** The longest answer that is read, in bytes: a hundred blocks, each with as much text as one has. */
const mostOfAnswer = 16 * 1024 * 1024;

/** For how long what is above a page counts for a read, in milliseconds. */
const aboveMs = 5_000;

/** Connects the parts. Nothing is asked of Notion yet. */
export async function openNotion({
  origin,
  token,
  roots,
  userAgent,
  now = Date.now,
  perSecond,
  readTimeoutMs = 30_000,
  writeTimeoutMs = 60_000,
}: NotionOptions &
  Pick<OpenContext, 'userAgent'> & {
    readonly now?: () => number;
    readonly perSecond?: number;
    readonly readTimeoutMs?: number;
    readonly writeTimeoutMs?: number;
  }): Promise<KnowledgeBackendParts> {
  const limits = notionLimits({ now, ...(perSecond !== undefined && { perSecond }) });
  const within = (timeoutMs: number) =>
    limits('', fetchWithin({ origin, userAgent, timeoutMs, maxBytes: mostOfAnswer, redirects: 'refuse' }));
  const reading = patientFetch(within(readTimeoutMs), { budgetMs: readTimeoutMs, now });
  const reads = notionReads({ origin, token, fetch: reading });
  const writes = notionWrites({ origin, token, fetch: within(writeTimeoutMs) });
  const people = notionPeople({ reads, now });
  const asking = { reads, people, namespaces: notionNamespaces({ reads, roots, now, maxAgeMs: aboveMs }) };
  const plain = fetchWithin({ origin, userAgent, timeoutMs: readTimeoutMs, maxBytes: 64 * 1024, redirects: 'refuse' });
  return {
    reader: notionReader(asking),
    // A page may have moved since it was read: before a write nothing is remembered.
    door: notionDoor({
      ...{ reads, writes, onWritten: asking.namespaces.forget },
      namespaces: notionNamespaces({ reads, roots, now, maxAgeMs: 0 }),
    }),
    sponsorAccess: (accountOf) => notionSponsors({ people, accountOf }),
    origin,
    examine: (keys) => examineNotion({ ...asking, origin, fetch: plain, now }, keys),
    close: async () => {},
  };
}
