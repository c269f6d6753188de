import { faults } from './faults.ts';

export type PageArguments = {
  readonly first?: number | null;
  readonly after?: string | null;
  readonly orderBy?: 'createdAt' | 'updatedAt' | null;
};
type Dated = { readonly id: string; readonly createdAt: string; readonly updatedAt?: string };

/** One page of a list, newest first, as Relay's connections have it: the cursor is the id of the last one. */
export function connection<T extends Dated, V>(all: readonly T[], page: PageArguments, view: (one: T) => V) {
  const { first, after, orderBy } = page;
  const size = first ?? 50;
  if (size < 1 || size > 250) throw faults.invalid('first must be between 1 and 250');
  const at = (one: T): string => (orderBy === 'updatedAt' ? one.updatedAt : undefined) ?? one.createdAt;
  const sorted = [...all].sort((one, other) => (at(one) < at(other) ? 1 : -1));
  const start = after ? sorted.findIndex(({ id }) => id === after) + 1 : 0;
  if (after && start === 0) throw faults.invalid('after must be a cursor');
  const taken = sorted.slice(start, start + size);
  return {
    nodes: taken.map(view),
    pageInfo: {
      hasNextPage: start + size < sorted.length,
      hasPreviousPage: start > 0,
      startCursor: taken[0]?.id ?? null,
      endCursor: taken.at(-1)?.id ?? null,
    },
  };
}

/** A list that is read whole, in the order in which it was made. */
export function whole<T, V>(all: readonly T[], { first }: PageArguments, view: (one: T) => V) {
  const nodes = all.slice(0, first ?? 50).map(view);
  const none = { hasPreviousPage: false, startCursor: null, endCursor: null };
  return { nodes, pageInfo: { ...none, hasNextPage: all.length > nodes.length } };
}
