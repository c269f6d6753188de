import * as z from 'zod';
import { fitting } from '#capabilities/common/fit.ts';
import { hiddenLeftOut, showing } from '#capabilities/common/shown-text.ts';
import { telling, toldIn } from '#capabilities/common/telling.ts';
import { shorten } from '#capabilities/common/text.ts';
import { untrusted, untrustedNote } from '#capabilities/common/untrusted.ts';
import { status } from '#capabilities/ticket/types.ts';
import { findTicket } from './find-ticket.ts';
import { toldOfProject } from './told.ts';
import { asksNothingYet, namesTicket, readTool, ticketInput } from './tool.ts';

const { category } = status.shape;
const longest = 100;

export const listTransitions = readTool({
  name: 'list_transitions',
  title: 'List transitions',
  description: `Lists the statuses that a ticket can be brought to from where it is, by transition_ticket. What \`requires\` fields cannot be done from here. ${untrustedNote}`,
  input: z.strictObject({ ticket: ticketInput }),
  output: z.strictObject({
    ticket: z.string(),
    status: z.string(),
    category,
    transitions: z.array(
      z.strictObject({
        name: z.string(),
        to: z.string(),
        category,
        requires: z.array(z.string()).exactOptional(),
      }),
    ),
    ...hiddenLeftOut,
    untrusted: untrusted(['status', 'transitions[].name', 'transitions[].to', 'transitions[].requires']),
  }),
  asks: asksNothingYet,
  names: namesTicket,
  read: async (input, reader, may, opened) => {
    const { ticket } = await findTicket(reader, input.ticket, { may, opened });
    const { show, leftOut } = showing();
    const shown = (text: string): string => shorten(show(text), longest);
    const transitions = ticket.archived ? [] : await reader.transitions(ticket);
    const listed = transitions.map(({ name, to, requires }) => ({
      name: shown(name),
      to: shown(to.name),
      category: to.category,
      ...(requires.length > 0 && { requires: requires.slice(0, 10).map(shown) }),
    }));
    const answer = {
      ticket: ticket.key,
      status: shown(ticket.status.name),
      category: ticket.status.category,
      transitions: [...fitting(listed)],
      ...leftOut(),
      untrusted: [
        'status' as const,
        'transitions[].name' as const,
        'transitions[].to' as const,
        'transitions[].requires' as const,
      ],
    };
    return telling(answer, toldOfProject(ticket.project));
  },
  told: toldIn,
});
