import { sameName } from '#capabilities/ticket/keys.ts';
import type { TicketAsk } from '#capabilities/ticket/types.ts';
import { type May, opensProject } from './find-ticket.ts';
import type { Ticket, TicketEvent } from './ports.ts';

type Change = TicketEvent['changes'][number];

/** Fields by whose values backends name where a ticket was, and other tickets. */
const places = /^(?:project|team|key|issue key|repository|moved.*)$/i;
const relations = /link|parent|epic|sub-?task|sub-?issue|child|duplicate|relat|block|clone|split|transferred/i;

/** Keys of tickets in a text, each with that of its project. */
const keys =
  /(?<![\w/#-])(?:([A-Z][A-Z0-9_]{0,49})-[1-9]\d{0,9}|([A-Za-z0-9][\w-]{0,38}\/[\w.-]{1,100})#[1-9]\d{0,9})(?![\w-])/gu;

/**
 * Whether a field that holds other tickets, by its name, has one in these values that is not known to be covered by the
 * scope. Where it cannot be told, it counts as one.
 */
export function namesOthers(
  may: May,
  opened: readonly TicketAsk[],
): (field: string, values: readonly string[]) => boolean {
  const isByProject = opened.every(({ within }) => within === undefined || Object.keys(within).length === 0);
  const isRead = (project: string): boolean => opensProject(opened, project) && may({ want: 'read', project });
  const isCovered = (value: string): boolean => {
    const found = [...value.matchAll(keys)].map(([, project, repository]) => project ?? repository ?? '');
    return isByProject && found.length > 0 && found.every(isRead);
  };
  return (field, values) => relations.test(field) && !values.every(isCovered);
}

/**
 * Whether a change in the history of a ticket would tell of another project, or of another ticket that is not known to be
 * covered by the scope. Such a change is left out whole.
 */
export function tellsOfOthers(ticket: Ticket, may: May, opened: readonly TicketAsk[]): (change: Change) => boolean {
  const names = namesOthers(may, opened);
  const { key, name } = ticket.project;
  const isHere = (value: string): boolean => [ticket.key, key, name].some((each) => sameName(each, value));
  return ({ field, before, after }) => {
    const values = [before, after].flatMap((value) => value || []);
    return places.test(field) ? !values.every(isHere) : names(field, values);
  };
}
