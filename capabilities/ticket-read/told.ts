import { revisionOf } from '#capabilities/common/telling.ts';
import { thingOf } from '#capabilities/ticket/things.ts';
import type { Person, ProjectRef, TicketComment, TicketRef } from '#capabilities/ticket/types.ts';
import type { Told, Trust } from '#shared/tools/index.ts';
import { isStranger } from './people.ts';

/** How far the words of somebody can be relied on; nobody says who wrote those of null. */
export function trustIn(author: Person | null): Trust {
  return isStranger(author?.standing ?? 'unknown') ? 'untrusted' : 'trusted';
}

/** A ticket, or something of it, in a state. */
export function toldOfTicket(
  { id, key }: Pick<TicketRef, 'id' | 'key'>,
  state: { readonly revision: string; readonly trust: Trust },
): Told {
  return { thing: thingOf({ ticket: id }), name: key, rank: null, ...state };
}

/** A comment on a ticket. */
export function toldOfComment(key: string, { id, author, updatedAt }: TicketComment): Told {
  const trust = trustIn(author);
  return { thing: thingOf({ comment: id }), name: `comment on ${key}`, revision: updatedAt, rank: null, trust };
}

/**
 * A ticket of which only the title is told, and not by whom it is: where others than members can make tickets, it may be
 * anybody's.
 */
export function toldOfTitle(other: TicketRef & { readonly title: string }): Told {
  const { customers, audience } = other.project;
  const isOpen = customers || audience === 'public';
  return toldOfTicket(other, { revision: revisionOf(other.title), trust: isOpen ? 'untrusted' : 'trusted' });
}

/** What the makers of a project set up there. */
export function toldOfProject({ id, key }: Pick<ProjectRef, 'id' | 'key'>): Told {
  return { thing: `project:${id}`, name: key, revision: null, rank: null, trust: 'trusted' };
}
