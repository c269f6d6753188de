import * as z from 'zod';
import { fitting } from '#capabilities/common/fit.ts';
import { telling } from '#capabilities/common/telling.ts';
import { shorten } from '#capabilities/common/text.ts';
import { asksOfTicket } from '#capabilities/ticket/asks.ts';
import type { Person, TicketAsk, TicketRef } from '#capabilities/ticket/types.ts';
import { type May, opensProject } from './find-ticket.ts';
import type { Ticket, TicketLink, TicketReader } from './ports.ts';
import { toldOfTitle } from './told.ts';

/** So many links are looked at, and so many bytes of JSON shown of them. */
const [mostLinks, linkBytes] = [50, 1_200];

export const linkView = z.strictObject({
  link: z.string(),
  is: z.string().describe('What the ticket that was asked for does or is to the other one.'),
  ticket: z.string(),
  title: z.string(),
});
type LinkView = z.infer<typeof linkView>;

type Looking = {
  readonly reader: TicketReader;
  readonly self: Person;
  readonly may: May;
  readonly opened: readonly TicketAsk[];
};

/**
 * Whether a ticket that another one names is covered. Where a scope says more of tickets than their project, only the
 * ticket itself tells.
 */
async function covers({ reader, self, may, opened }: Looking, other: TicketRef): Promise<boolean> {
  const { key } = other.project;
  if (!opensProject(opened, key) || !may({ want: 'read', project: key })) return false;
  const isByProject = opened.every(({ within }) => within === undefined || Object.keys(within).length === 0);
  if (isByProject) return true;
  const found = await reader.ticketById(other.id);
  return found !== null && asksOfTicket(found, self, 'read').every(may);
}

/** The links of a ticket to others that the scope covers, as many as fit; nothing is said of the rest that it does not. */
export async function linksOf(
  looking: Looking,
  { links }: Ticket,
  show: (text: string) => string,
): Promise<{ readonly links?: LinkView[]; readonly more_links?: true }> {
  const looked = links.slice(0, mostLinks);
  const covered = await Promise.all(looked.map(({ other }) => covers(looking, other)));
  const shown = looked.filter((_link, index) => covered[index] === true).map((link) => viewOf(link, show));
  const fitted = fitting(shown, linkBytes);
  return {
    ...(fitted.length > 0 && { links: [...fitted] }),
    ...((fitted.length < shown.length || (links.length > mostLinks && shown.length > 0)) && { more_links: true }),
  };
}

function viewOf({ id, type, end, other }: TicketLink, show: (text: string) => string): LinkView {
  const is = end === 'outward' ? type.outward : type.inward;
  const view = { link: id, is: shorten(show(is), 60), ticket: other.key, title: shorten(show(other.title), 120) };
  return telling(view, toldOfTitle(other));
}

/** The key of the ticket that a ticket is a part of, where the scope covers it. */
export async function parentOf(looking: Looking, { parent }: Ticket): Promise<{ readonly parent?: string }> {
  return parent !== null && (await covers(looking, parent)) ? { parent: parent.key } : {};
}
