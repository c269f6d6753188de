import type { TicketQuery } from '#capabilities/ticket-read/ports.ts';
import { issueType, priorities, stateTypes } from './tickets.ts';

/** Linear's filter of issues, as a variable: nothing in it is read as a query. */
export type Filter = { readonly [key: string]: unknown };

const sameName = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

/** The filter of a query, or null where no issue can fit it. */
export function issueFilter(query: TicketQuery): Filter | null {
  if (query.types.length > 0 && !query.types.some((name) => sameName(name, issueType.name))) return null;
  const levels = priorities.filter(({ name }) => query.priorities.some((wanted) => sameName(wanted, name)));
  if (query.priorities.length > 0 && levels.length === 0) return null;
  const parts: readonly Filter[] = [
    { team: { key: { in: query.projects } } },
    ...query.text.map(says),
    ...anyOf(query.statuses.map((name) => ({ state: { name: { eqIgnoreCase: name } } }))),
    ...someOf(
      query.categories.flatMap((category) => stateTypes[category]),
      (types) => ({ state: { type: { in: types } } }),
    ),
    ...someOf(levels, (wanted) => ({ priority: { in: wanted.map(({ id }) => Number(id)) } })),
    ...query.labels.map((name) => ({ labels: { some: { name: { eqIgnoreCase: name } } } })),
    ...query.withoutLabels.map((name) => ({ labels: { every: { name: { neqIgnoreCase: name } } } })),
    ...(query.assignee === null ? [] : [assignedTo(query.assignee)]),
    ...(query.reporter === null
      ? []
      : [query.reporter === 'none' ? { creator: { null: true } } : { creator: who(query.reporter) }]),
    ...within('updatedAt', query.updated),
    ...within('createdAt', query.created),
  ];
  return { and: parts };
}

/** Words that must be there as they stand. Linear's own search goes by meaning, and takes 30 requests a minute. */
function says(text: string): Filter {
  const has = { containsIgnoreCase: text };
  return { or: [{ title: has }, { description: has }, { comments: { some: { body: has } } }] };
}

const anyOf = (filters: readonly Filter[]): readonly Filter[] => (filters.length === 0 ? [] : [{ or: filters }]);

const someOf = <T>(values: readonly T[], filter: (values: readonly T[]) => Filter): readonly Filter[] =>
  values.length === 0 ? [] : [filter(values)];

/** A person can be the assignee, an application the delegate. */
function assignedTo(name: string): Filter {
  if (name === 'none') return { assignee: { null: true }, delegate: { null: true } };
  return { or: [{ assignee: who(name) }, { delegate: who(name) }] };
}

export const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Somebody by id or any of their names; Linear takes nothing but a UUID for an id. */
export function who(name: string): Filter {
  if (name === 'me') return { isMe: { eq: true } };
  if (uuid.test(name)) return { id: { eq: name } };
  const is = { eqIgnoreCase: name };
  return { or: [{ name: is }, { displayName: is }, { email: is }] };
}

function within(field: string, { from, to }: TicketQuery['updated']): readonly Filter[] {
  const parts = {
    ...(from !== null && { gte: `${from}T00:00:00.000Z` }),
    ...(to !== null && { lt: new Date(Date.parse(`${to}T00:00:00.000Z`) + 86_400_000).toISOString() }),
  };
  return Object.keys(parts).length === 0 ? [] : [{ [field]: parts }];
}
