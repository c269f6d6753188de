import * as z from 'zod';
import { cursorInput, fittedPage } from '#capabilities/common/fit.ts';
import { hiddenLeftOut, showing } from '#capabilities/common/shown-text.ts';
import { revisionOf, telling, toldIn } from '#capabilities/common/telling.ts';
import { wellFormed } from '#capabilities/common/text.ts';
import { untrusted, untrustedNote } from '#capabilities/common/untrusted.ts';
import { asksOfTicket } from '#capabilities/ticket/asks.ts';
import { parseQuery } from '#capabilities/ticket/query.ts';
import { AppError } from '#shared/errors.ts';
import type { TicketReader, TicketSummary } from './ports.ts';
import { queryWithin } from './query-within.ts';
import { ticketView, untrustedOfView, viewOf } from './ticket-view.ts';
import { toldOfTicket, trustIn } from './told.ts';
import { readTool } from './tool.ts';

/** So many pages of the backend are gone through for one that has something to show. */
const rounds = 5;

const marked = untrustedOfView.map((field) => `tickets[].${field}` as const);
const [first, ...others] = marked;

const queryInput = wellFormed({ max: 1000 })
  .default('')
  .transform((text, context) => {
    try {
      return parseQuery(text);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      context.addIssue([error.message, error.next].filter((each) => each !== undefined).join(' '));
      return z.NEVER;
    }
  })
  .describe(
    'Words, "phrases" and: project: status: is:open|todo|in-progress|closed type: label: -label: assignee:me|none|NAME reporter: priority: updated:>=2026-11-01 created: sort:updated|created. All must hold; repeat project, status, type, priority or is for any of several. Quote values with blanks. All tickets unless given.',
  );

export const searchTickets = readTool({
  name: 'search_tickets',
  title: 'Search tickets',
  description: `Finds tickets of the projects that you may read, the last updated first; archived ones are left out. get_ticket shows one with its text and comments. ${untrustedNote}`,
  input: z.strictObject({
    query: queryInput,
    limit: z.number().int().min(1).max(100).default(20).describe('How many at most; 20 unless given.'),
    cursor: cursorInput,
  }),
  output: z.strictObject({
    tickets: z.array(ticketView),
    next_cursor: z.string().nullable(),
    ...hiddenLeftOut,
    untrusted: untrusted([first ?? 'tickets[].title', ...others]),
  }),
  asks: ({ query }) => query.projects.map((project) => ({ want: 'read', project })),
  read: async ({ query: asked, limit, cursor }, reader, may, opened) => {
    const { show, leftOut } = showing();
    const query = queryWithin(asked, opened);
    const self = await reader.self();
    const load = (page: Parameters<TicketReader['search']>[1]) =>
      query === null ? Promise.resolve({ items: [], cursor: null }) : reader.search(query, page);
    let page = { items: [] as z.infer<typeof ticketView>[], next_cursor: cursor ?? null };
    for (let round = 1; round <= rounds; round += 1) {
      page = await fittedPage({ limit, cursor: page.next_cursor ?? undefined }, load, (found) => {
        return asksOfTicket(found, self, 'read').every(may) ? shownOf(found, show) : null;
      });
      if (page.items.length > 0 || page.next_cursor === null) break;
    }
    return { tickets: page.items, next_cursor: page.next_cursor, ...leftOut(), untrusted: marked };
  },
  told: (output) => toldIn(output).map((one, index) => ({ ...one, rank: index + 1 })),
});

/** When it was updated says nothing of what it tells: that is the same before and after. */
function shownOf(found: TicketSummary, show: (text: string) => string): z.infer<typeof ticketView> {
  const view = viewOf(found, show);
  const { updated_at: _at, ...words } = view;
  return telling(view, toldOfTicket(found, { revision: revisionOf(words), trust: trustIn(found.reporter) }));
}
