import { sameName } from '#capabilities/ticket/keys.ts';
import type { TicketAsk } from '#capabilities/ticket/types.ts';
import type { TicketQuery } from './ports.ts';

/**
 * A search narrowed to what it is opened with, as far as the words of a search go; each ticket that it finds is asked
 * about all the same. Null where nothing can be found then.
 */
export function queryWithin(query: TicketQuery, opened: readonly TicketAsk[]): TicketQuery | null {
  const [first] = opened;
  if (first === undefined) return null;
  const projects = opened
    .map(({ project }) => project)
    .filter((key) => query.projects.length === 0 || query.projects.some((each) => sameName(each, key)));
  const { types, labels = [], only = [] } = first.within ?? {};
  const wanted = query.types.filter((name) => types === undefined || types.some((each) => sameName(each, name)));
  if (projects.length === 0 || (query.types.length > 0 && wanted.length === 0)) return null;
  const me = (role: 'created' | 'assigned', who: string | null): string | null =>
    who === null && only.length === 1 && only[0] === role ? 'me' : who;
  return {
    ...query,
    projects,
    types: query.types.length > 0 ? wanted : (types ?? []),
    // One of several would do, which a search cannot say.
    labels: labels.length === 1 ? [...new Set([...query.labels, ...labels])] : query.labels,
    assignee: me('assigned', query.assignee),
    reporter: me('created', query.reporter),
  };
}
