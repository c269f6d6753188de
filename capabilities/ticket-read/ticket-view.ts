import * as z from 'zod';
import { fitting } from '#capabilities/common/fit.ts';
import { shorten } from '#capabilities/common/text.ts';
import { status } from '#capabilities/ticket/types.ts';
import { authorOf, nameOf, standingOutput } from './people.ts';
import type { TicketSummary } from './ports.ts';

/** How long names and the title are, and the room for all labels or people, in bytes of JSON. */
const most = { characters: 60, title: 256, labels: 500, assignees: 400 };

/** What every answer says of a ticket; what is empty is left out. */
export const ticketView = z.strictObject({
  ticket: z.string(),
  title: z.string(),
  type: z.string(),
  status: z.string(),
  category: status.shape.category,
  labels: z.array(z.string()).exactOptional(),
  more_labels: z.literal(true).exactOptional(),
  assignees: z.array(z.string()).exactOptional(),
  more_assignees: z.literal(true).exactOptional(),
  priority: z.string().exactOptional(),
  by: z.string().nullable().describe('Who made it.'),
  standing: standingOutput,
  updated_at: z.string(),
});

export const untrustedOfView = ['title', 'type', 'status', 'labels', 'assignees', 'priority', 'by'] as const;

export function viewOf(found: TicketSummary, show: (text: string) => string): z.infer<typeof ticketView> {
  const { priority } = found;
  const name = (text: string): string => shorten(show(text), most.characters);
  const labels = fitting(found.labels.map(name), most.labels);
  const assignees = fitting(
    found.assignees.map((each) => nameOf(each, show)),
    most.assignees,
  );
  return {
    ticket: found.key,
    title: shorten(show(found.title), most.title),
    type: name(found.type.name),
    status: name(found.status.name),
    category: found.status.category,
    ...(labels.length > 0 && { labels: [...labels] }),
    ...(labels.length < found.labels.length && { more_labels: true }),
    ...(assignees.length > 0 && { assignees: [...assignees] }),
    ...(assignees.length < found.assignees.length && { more_assignees: true }),
    ...(priority !== null && { priority: name(priority.name) }),
    ...authorOf(found.reporter, show),
    updated_at: found.updatedAt,
  };
}
