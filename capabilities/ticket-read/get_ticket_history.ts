import * as z from 'zod';
import { cursorInput, fittedPage } from '#capabilities/common/fit.ts';
import { hiddenLeftOut, showing } from '#capabilities/common/shown-text.ts';
import { revisionOf, telling, toldIn } from '#capabilities/common/telling.ts';
import { shorten } from '#capabilities/common/text.ts';
import { untrusted, untrustedNote } from '#capabilities/common/untrusted.ts';
import { findTicket } from './find-ticket.ts';
import { tellsOfOthers } from './others.ts';
import { authorOf, isStranger, standingOutput } from './people.ts';
import type { TicketEvent } from './ports.ts';
import { toldOfTicket } from './told.ts';
import { asksNothingYet, namesTicket, readTool, ticketInput } from './tool.ts';

/** How much of a value is looked at and shown, and of how many fields of one event. */
const most = { read: 1_000, characters: 300, fields: 20 };

export const getTicketHistory = readTool({
  name: 'get_ticket_history',
  title: 'Get the history of a ticket',
  description: `Lists what was changed of a ticket, newest first: by whom, when, and each field before and after. ${untrustedNote}`,
  input: z.strictObject({
    ticket: ticketInput,
    limit: z.number().int().min(1).max(100).default(20).describe('How many at most; 20 unless given.'),
    cursor: cursorInput,
  }),
  output: z.strictObject({
    ticket: z.string(),
    events: z.array(
      z.strictObject({
        at: z.string(),
        by: z.string().nullable(),
        standing: standingOutput,
        changes: z.array(
          z.strictObject({ field: z.string(), before: z.string().nullable(), after: z.string().nullable() }),
        ),
      }),
    ),
    next_cursor: z.string().nullable(),
    ...hiddenLeftOut,
    untrusted: untrusted(['events[].by', 'events[].changes']),
  }),
  asks: asksNothingYet,
  names: namesTicket,
  read: async ({ ticket: key, limit, cursor }, reader, may, opened) => {
    const { ticket } = await findTicket(reader, key, { may, opened });
    const { show, leftOut } = showing();
    const hidden = tellsOfOthers(ticket, may, opened);
    const shown = (value: string | null) => value && shorten(show(value.slice(0, most.read)), most.characters);
    const view = ({ at, by, changes }: TicketEvent) => {
      const told = changes.filter((change) => !hidden(change)).slice(0, most.fields);
      if (told.length === 0) return null;
      const values = told.map(({ field, before, after }) => {
        return { field: shorten(show(field), 60), before: shown(before), after: shown(after) };
      });
      return { at, ...authorOf(by, show), changes: values };
    };
    const page = await fittedPage({ limit, cursor }, (request) => reader.history(ticket, request), view);
    const shownEvents = {
      ticket: ticket.key,
      events: page.items,
      next_cursor: page.next_cursor,
      ...leftOut(),
      untrusted: ['events[].by' as const, 'events[].changes' as const],
    };
    const hasStranger = page.items.some(({ standing }) => isStranger(standing));
    const state = {
      revision: revisionOf(page.items),
      trust: hasStranger ? ('untrusted' as const) : ('trusted' as const),
    };
    return telling(shownEvents, toldOfTicket(ticket, state));
  },
  told: toldIn,
});
