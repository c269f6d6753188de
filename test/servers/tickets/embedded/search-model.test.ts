import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Ticket, TicketQuery } from '#capabilities/ticket-read/ports.ts';
import { everything, newTracker } from './tracker.ts';

const vocabulary = ['cart', 'price', '返品', 'größe', '🚀'] as const;
const labels = ['a', 'B', 'c'] as const;
const logins = ['alice', 'bob', 'carol'] as const;
const names = { alice: 'Alice Moreau', bob: 'Bob Lindqvist', carol: 'Carol Okafor' } as const;
const statuses = ['To do', 'In progress', "Won't do"] as const;

type Kept = { readonly ticket: Ticket; readonly words: ReadonlySet<string> };

/** Tickets of two projects that differ in everything that is asked for; the same each time. */
async function filled() {
  const made = newTracker();
  const kept: { key: string; words: Set<string> }[] = [];
  made.tracker.write(() => {
    for (let at = 0; at < 48; at += 1) {
      const some = <T>(all: readonly T[], by: number): T[] =>
        all.filter((_, index) => ((at * by + index * 5) % 7) % 3 === 0);
      const [inTitle, inText, inComment] = [some(vocabulary, 3), some(vocabulary, 5), some(vocabulary, 4)];
      const by = made.as(logins[at % 2] ?? 'alice');
      const fields = { title: `T${at} ${inTitle.join(' ')}`, description: inText.join(', ') || null };
      const given = { labels: some(labels, 2), assignees: some(logins, 6), priority: at % 4 === 0 ? null : 'High' };
      const key = by.create('WEB', ['Task', 'Story'][at % 2] ?? 'Task', { ...fields, ...given });
      if (inComment.length > 0) by.comment(key, inComment.join(' '));
      if (at % 3 === 1) by.transition(key, 'Start');
      if (at % 9 === 2) by.transition(key, 'Decline');
      if (at % 11 === 3) by.archive(key);
      kept.push({ key, words: new Set([...inTitle, ...inText, ...inComment]) });
    }
  });
  const all: Kept[] = await Promise.all(
    kept.map(async ({ key, words }) => ({ words, ticket: await made.ticket(key) })),
  );
  return { ...made, all };
}

function matches(query: TicketQuery, { ticket, words }: Kept): boolean {
  const isOf = (wanted: readonly string[], name: string | undefined) =>
    wanted.length === 0 || (name !== undefined && wanted.includes(name));
  const who = ticket.assignees.map(({ name }) => name);
  return (
    !ticket.archived &&
    query.text.every((word) => words.has(word)) &&
    isOf(query.types, ticket.type.name) &&
    isOf(query.statuses, ticket.status.name) &&
    isOf(query.categories, ticket.status.category) &&
    isOf(query.priorities, ticket.priority?.name) &&
    query.labels.every((label) => ticket.labels.includes(label)) &&
    !query.withoutLabels.some((label) => ticket.labels.includes(label)) &&
    (query.assignee === null || (query.assignee === 'none' ? who.length === 0 : who.includes(query.assignee))) &&
    (query.reporter === null || ticket.reporter?.name === query.reporter)
  );
}

const query: fc.Arbitrary<TicketQuery> = fc.record({
  ...{
    projects: fc.constantFrom(['WEB'], ['HELP', 'WEB'], ['WEB', 'WEB']),
    text: fc.subarray([...vocabulary], { maxLength: 2 }),
  },
  ...{
    types: fc.subarray(['Task', 'Story']),
    statuses: fc.subarray([...statuses]),
    priorities: fc.subarray(['High', 'Low']),
  },
  ...{
    categories: fc.subarray(['todo' as const, 'done' as const]),
    labels: fc.subarray([...labels], { maxLength: 1 }),
  },
  withoutLabels: fc.subarray([...labels], { maxLength: 1 }),
  assignee: fc.constantFrom(null, null, 'none', ...Object.values(names)),
  reporter: fc.constantFrom(null, null, ...Object.values(names)),
  sort: fc.constantFrom('updated' as const, 'created' as const),
  ...{ updated: fc.constant(everything.updated), created: fc.constant(everything.created) },
});

test('a search finds exactly what it asks for, newest first, in pages of any length', async () => {
  const { reader, all } = await filled();
  let fruitful = 0;
  await fc.assert(
    fc.asyncProperty(query, fc.integer({ min: 1, max: 60 }), async (asked, limit) => {
      const time = ({ ticket }: Kept) => (asked.sort === 'created' ? ticket.createdAt : ticket.updatedAt);
      const wanted = all
        .filter((each) => matches(asked, each))
        .sort((one, other) => (time(one) < time(other) ? 1 : -1));
      const found: string[] = [];
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const page = await reader.search(asked, { limit, cursor });
        expect(page.items.length).toBeLessThanOrEqual(limit);
        found.push(...page.items.map(({ key }) => key));
        cursor = page.cursor;
      }
      expect(found).toEqual(wanted.map(({ ticket }) => ticket.key));
      if (found.length > 0) fruitful += 1;
    }),
    { numRuns: 150 },
  );
  // Queries that find nothing would prove little.
  expect(fruitful).toBeGreaterThan(10);
});
