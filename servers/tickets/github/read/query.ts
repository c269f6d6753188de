import type { TicketQuery, TicketSummary } from '#capabilities/ticket-read/ports.ts';
import { untyped } from '../issue.ts';
import { statuses } from '../statuses.ts';

/** Somebody that a search names: by login, `none`, or nobody that there is. */
export type Who = { readonly login: string } | 'none' | null;

/**
 * A search as GitHub writes it. Each value is a phrase, in which no word is a qualifier, or has been held to a closed form.
 * It finds what is wanted and perhaps more: what it cannot say is left to {@link wantedIn}.
 */
export function searchText(query: TicketQuery, where: string, who: { readonly assignee: Who; readonly reporter: Who }) {
  const [type, ...otherTypes] = query.types;
  const wanted = statusesOf(query);
  const isOpen = wanted.has('open');
  return [
    `repo:${where}`,
    'is:issue',
    ...query.text.map(phrase),
    ...(type !== undefined && otherTypes.length === 0 ? typePart(type) : []),
    ...(wanted.size === statuses.length || (isOpen && wanted.size > 1) ? [] : [isOpen ? 'is:open' : 'is:closed']),
    ...query.labels.filter(isPlain).map((label) => `label:${phrase(label)}`),
    ...query.withoutLabels.filter(isPlain).map((label) => `-label:${phrase(label)}`),
    ...personPart('assignee', who.assignee),
    ...personPart('author', who.reporter),
    ...daysPart('updated', query.updated),
    ...daysPart('created', query.created),
  ].join(' ');
}

/** Nothing in it may end the phrase. */
const phrase = (text: string): string => `"${text.replaceAll(/["\\\p{Cc}]/gu, ' ')}"`;

/** Whether a name stays as it is in a phrase. */
const isPlain = (name: string): boolean => phrase(name) === `"${name}"`;

function typePart(name: string): readonly string[] {
  if (name.toLowerCase() === untyped.name.toLowerCase()) return ['no:type'];
  return isPlain(name) ? [`type:${phrase(name)}`] : [];
}

function personPart(key: 'assignee' | 'author', who: Who): readonly string[] {
  if (who === null) return [];
  if (who === 'none') return [`no:${key}`];
  const [, app] = /^(.+)\[bot\]$/.exec(who.login) ?? [];
  return [app === undefined ? `${key}:${who.login}` : `${key}:app/${app}`];
}

function daysPart(key: string, { from, to }: TicketQuery['updated']): readonly string[] {
  if (from !== null && to !== null) return [`${key}:${from}..${to}`];
  if (from !== null) return [`${key}:>=${from}`];
  return to === null ? [] : [`${key}:<=${to}`];
}

function statusesOf(query: TicketQuery): ReadonlySet<string> {
  const names = new Set(query.statuses.map((name) => name.toLowerCase()));
  const categories = new Set(query.categories);
  const isWanted = ({ name, category }: (typeof statuses)[number]) =>
    (names.size === 0 || names.has(name.toLowerCase())) && (categories.size === 0 || categories.has(category));
  return new Set(statuses.filter(isWanted).map(({ id }) => id));
}

/** Whether nothing can be found: what is asked for is not to be had on GitHub. */
export function isVain(query: TicketQuery): boolean {
  return query.priorities.length > 0 || statusesOf(query).size === 0;
}

/** Whether what was found is what was wanted, as far as it shows: the words may be in a comment. */
export function wantedIn(query: TicketQuery, ticket: TicketSummary): boolean {
  const labels = new Set(ticket.labels.map((label) => label.toLowerCase()));
  const has = (label: string): boolean => labels.has(label.toLowerCase());
  const types = query.types.map((name) => name.toLowerCase());
  return (
    statusesOf(query).has(ticket.status.id) &&
    (types.length === 0 || types.includes(ticket.type.name.toLowerCase())) &&
    query.labels.every(has) &&
    !query.withoutLabels.some(has) &&
    isWithin(query.updated, ticket.updatedAt) &&
    isWithin(query.created, ticket.createdAt)
  );
}

function isWithin({ from, to }: TicketQuery['updated'], time: string): boolean {
  const day = time.slice(0, 10);
  return (from === null || day >= from) && (to === null || day <= to);
}
