import * as z from 'zod';
import { cursorInput, fitting, jsonBytes } from '#capabilities/common/fit.ts';
import { hiddenLeftOut, showing } from '#capabilities/common/shown-text.ts';
import { telling, toldIn } from '#capabilities/common/telling.ts';
import { shorten } from '#capabilities/common/text.ts';
import { partOf, rangeInput, textPart } from '#capabilities/common/text-part.ts';
import { untrusted, untrustedNote } from '#capabilities/common/untrusted.ts';
import { standingOf } from '#capabilities/ticket/asks.ts';
import { idBeside } from '#capabilities/ticket/field-names.ts';
import { commentId } from '#capabilities/ticket/keys.ts';
import type { Person } from '#capabilities/ticket/types.ts';
import { ticketVersion } from '#capabilities/ticket/version.ts';
import { AppError } from '#shared/errors.ts';
import { commentShown, commentsOf, commentView } from './comments.ts';
import { findTicket } from './find-ticket.ts';
import { namesOthers } from './others.ts';
import type { Ticket, TicketReader } from './ports.ts';
import { linksOf, linkView, parentOf } from './relations.ts';
import { ticketView, untrustedOfView, viewOf } from './ticket-view.ts';
import { toldOfTicket, trustIn } from './told.ts';
import { asksNothingYet, namesTicket, readTool, ticketInput } from './tool.ts';

/** Room in a result of 12 KB, in bytes of JSON: for one text alone, and for what is shown together. */
const room = { all: 11_300, text: 9_500, description: 5_000, comments: 3_000, olderComments: 8_000, custom: 1_200 };

const input = z.strictObject({
  ticket: ticketInput,
  ...rangeInput,
  comment: commentId.optional().describe('Shows this one comment whole, in place of the ticket.'),
  comments: z.number().int().min(1).max(50).default(10).describe('How many comments at most; 10 unless given.'),
  cursor: cursorInput.describe('The `next_cursor` of an answer: shows the comments before those it had.'),
});
type Input = z.infer<typeof input>;

const marked = [
  ...untrustedOfView,
  ...(['description.text', 'custom', 'links[].is', 'links[].title', 'comments[].body', 'comments[].by'] as const),
] as const;
const [first, ...others] = marked;

/** The fields of a ticket; they are left out where a text alone or older comments are shown. */
const fields = z.strictObject({
  ...ticketView.omit({ ticket: true }).shape,
  url: z.string(),
  created_at: z.string(),
  due: z.string().exactOptional(),
  parent: z.string().exactOptional(),
  archived: z.literal(true).exactOptional(),
  assigned_to_you: z.boolean().describe('To the account of this server.'),
  created_by_you: z.boolean(),
  custom: z.record(z.string(), z.string()).exactOptional(),
  more_custom: z.literal(true).exactOptional(),
  links: z.array(linkView).exactOptional(),
  more_links: z.literal(true).exactOptional(),
  comments_total: z.number().int().nullable(),
});

export const getTicket = readTool({
  name: 'get_ticket',
  title: 'Get a ticket',
  description: `Shows a ticket: its fields, description, links and newest comments, newest first. \`version\` is what update_ticket takes. With start_line, only the description from there; with cursor, only older comments. ${untrustedNote}`,
  input,
  output: z.strictObject({
    ticket: z.string(),
    version: z.string(),
    ...fields.partial().shape,
    description: textPart.nullable().exactOptional(),
    comments: z.array(commentView).exactOptional(),
    next_cursor: z.string().nullable(),
    ...hiddenLeftOut,
    untrusted: untrusted([first, ...others]),
  }),
  asks: asksNothingYet,
  names: namesTicket,
  read: async (wanted, reader, may, opened) => {
    const { ticket, self } = await findTicket(reader, wanted.ticket, { may, opened });
    const { show, leftOut } = showing();
    const shown = await shownOf({ wanted, ticket, reader, show }, async () => {
      const looking = { reader, self, may, opened };
      const [links, parent] = await Promise.all([linksOf(looking, ticket, show), parentOf(looking, ticket)]);
      const hidden = namesOthers(may, opened);
      return { ...fieldsOf({ ticket, self, show, hidden }), ...parent, ...links };
    });
    const version = ticketVersion(ticket);
    const answer = { ticket: ticket.key, version, ...shown, ...leftOut(), untrusted: [...marked] };
    const isShown = 'title' in shown || 'description' in shown;
    const itself = toldOfTicket(ticket, { revision: version, trust: trustIn(ticket.reporter) });
    return telling(answer, ...(isShown ? [itself] : []));
  },
  told: toldIn,
});

type Showing = {
  readonly wanted: Input;
  readonly ticket: Ticket;
  readonly reader: TicketReader;
  readonly show: (text: string) => string;
};

/** The part of the ticket that is wanted. */
async function shownOf<Fields>({ wanted, ticket, reader, show }: Showing, fieldsOfIt: () => Promise<Fields>) {
  const { comment: id, comments: limit, cursor } = wanted;
  if (id !== undefined) {
    const found = await reader.comment(ticket, id);
    if (found === null) throw noComment(id, ticket);
    const { text, next } = partOf(show(found.body.text), wanted, room.text, `comment ${JSON.stringify(id)} and `);
    const part = commentShown(found, ticket, show, { body: text, ...(next !== null && { next }) });
    return { comments: [part], next_cursor: null };
  }
  if (cursor !== undefined) {
    const older = await commentsOf(reader, ticket, { limit, cursor, bytes: room.olderComments }, show);
    return { comments: older.items, next_cursor: older.next_cursor };
  }
  const text = ticket.description === null ? null : show(ticket.description.text);
  const described = (bytes: number) => (text === null ? null : partOf(text, wanted, bytes));
  if (wanted.start_line > 1 || wanted.start_column > 1) return { description: described(room.text), next_cursor: null };
  const [known, newest] = await Promise.all([
    fieldsOfIt(),
    commentsOf(reader, ticket, { limit, bytes: room.comments }, show),
  ]);
  const left = room.all - jsonBytes([known, newest]);
  return {
    ...known,
    description: described(Math.min(room.description, left)),
    comments: newest.items,
    next_cursor: newest.next_cursor,
  };
}

function fieldsOf({
  ticket,
  self,
  show,
  hidden,
}: {
  readonly ticket: Ticket;
  readonly self: Person;
  readonly show: (text: string) => string;
  readonly hidden: ReturnType<typeof namesOthers>;
}) {
  const { ticket: _key, ...view } = viewOf(ticket, show);
  const { created, assigned } = standingOf(ticket, self);
  return {
    ...view,
    url: ticket.url,
    created_at: ticket.createdAt,
    ...(ticket.due !== null && { due: ticket.due }),
    ...(ticket.archived && { archived: true as const }),
    assigned_to_you: assigned,
    created_by_you: created,
    ...customOf(ticket, show, hidden),
    comments_total: ticket.comments,
  };
}

/**
 * The fields that a project made up and that are filled in, as many as fit. Those of unknown kinds may be other tickets, such
 * as an epic: of these only what the scope covers.
 */
function customOf({ custom }: Ticket, show: (text: string) => string, hidden: ReturnType<typeof namesOthers>) {
  const told = custom.filter(({ name, kind, value }) => kind !== 'other' || !hidden(name, [value ?? '']));
  const filled = told.flatMap(({ value, ...field }) => {
    const name = (): string => `${shorten(show(field.name), 60)}${idBeside(field, custom)}`;
    return value === null ? [] : [[name(), shorten(show(value), 300)] as const];
  });
  const fitted = fitting(filled, room.custom);
  return {
    ...(fitted.length > 0 && { custom: Object.fromEntries(fitted) }),
    ...(fitted.length < filled.length && { more_custom: true as const }),
  };
}

function noComment(id: string, { key }: Ticket): AppError {
  return new AppError('not_found', `There is no comment ${JSON.stringify(id)} on ${key}.`, {
    next: 'get_ticket shows the comments.',
  });
}
