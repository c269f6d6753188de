import * as z from 'zod';
import { shorten } from '#capabilities/common/text.ts';
import { status } from '#capabilities/ticket/types.ts';
import { authorOf, nameOf, standingOutput } from './people.ts';
import type { TicketSummary } from './ports.ts';

/** How many labels and people are shown of each, and how long their names. */
const most = { names: 20, characters: 100, title: 256 };

/** What every answer says of a ticket; what is empty is left out. */
export const ticketView = z.strictObject({
  ticket: z.string(),
  title: z.string(),
  type: z.string(),
  status: z.string(),
  category: status.shape.category,
  labels: z.array(z.string()).exactOptional(),
  assignees: z.array(z.string()).exactOptional(),
  priority: z.string().exactOptional(),
  by: z.string().nullable().describe('Who made it.'),
  standing: standingOutput,
  updated_at: z.string(),
});

export const untrustedOfView = ['title', 'type', 'status', 'labels', 'assignees', 'priority', 'by'] as const;

export function viewOf(found: TicketSummary, show: (text: string) => string): z.infer<typeof ticketView> {
  const { labels, assignees, priority } = found;
  const name = (text: string): string => shorten(show(text), most.characters);
  return {
    ticket: found.key,
    title: shorten(show(found.title), most.title),
    type: name(found.type.name),
    status: name(found.status.name),
    category: found.status.category,
    ...(labels.length > 0 && { labels: labels.slice(0, most.names).map(name) }),
    ...(assignees.length > 0 && { assignees: assignees.slice(0, most.names).map((each) => nameOf(each, show)) }),
    ...(priority !== null && { priority: name(priority.name) }),
    ...authorOf(found.reporter, show),
    updated_at: found.updatedAt,
  };
}
