import * as z from 'zod';
import type { Page, PageRequest } from '#capabilities/common/page.ts';
import type { TicketRef } from '#capabilities/ticket/types.ts';
import type { TicketEvent } from '#capabilities/ticket-read/ports.ts';
import type { Reads } from '#shared/atlassian/transport.ts';
import { moment, user } from './answers.ts';
import { personOf } from './people.ts';

/** Jira calls one of them `toString`, which every object has: what is there of itself is looked at alone. */
const item = z.record(z.string(), z.unknown()).transform((given) => {
  const text = (key: string): string | null => {
    const value: unknown = Object.hasOwn(given, key) ? given[key] : null;
    return typeof value === 'string' ? value : null;
  };
  return {
    field: text('field') ?? '',
    fieldId: text('fieldId'),
    from: text('from'),
    to: text('to'),
    before: text('fromString') ?? text('from'),
    after: text('toString') ?? text('to'),
  };
});

const entry = z.object({ id: z.string(), author: user.nullish(), created: moment, items: z.array(item).default([]) });
export type Entry = z.infer<typeof entry>;

const page = z.object({ values: z.array(entry), total: z.number() });

const mostAtOnce = 100;

/**
 * The newest entries of an issue's changelog before the `end`th, newest first. Jira gives them oldest first, so that how
 * many there are is asked before.
 */
export async function newestEntries(
  reads: Reads,
  issueId: string,
  { end, count }: { readonly end?: number; readonly count: number },
): Promise<{ readonly entries: readonly Entry[]; readonly start: number }> {
  const path = ['issue', issueId, 'changelog'];
  const last = end ?? (await reads.get({ path, query: { maxResults: '1' }, answer: page }))?.total ?? 0;
  const start = Math.max(0, last - Math.min(count, mostAtOnce));
  if (start === last) return { entries: [], start };
  const query = { startAt: String(start), maxResults: String(last - start) };
  const found = await reads.get({ path, query, answer: page });
  return { entries: (found?.values ?? []).toReversed(), start };
}

/** The cursor says how many older entries there are: the log only grows at its other end. */
export async function readHistory(reads: Reads, ticket: TicketRef, request: PageRequest): Promise<Page<TicketEvent>> {
  const end = /^\d{1,9}$/.test(request.cursor ?? '') ? { end: Number(request.cursor) } : {};
  const { entries, start } = await newestEntries(reads, ticket.id, { ...end, count: request.limit });
  const items = entries.map(({ id, created, author, items: changed }) => ({
    ...{ id, at: created, by: author ? personOf(author) : null },
    changes: changed.map(({ field, before, after }) => ({ field, before, after })),
  }));
  return { items, cursor: start > 0 ? String(start) : null };
}
