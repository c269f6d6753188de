import type { Status, Transition } from '#capabilities/ticket/types.ts';

const open: Status = { id: 'open', name: 'Open', category: 'todo' };

/** GitHub has two states; why an issue was closed makes three of the second. */
const closed = {
  completed: { id: 'completed', name: 'Closed as completed', category: 'done' },
  not_planned: { id: 'not_planned', name: 'Closed as not planned', category: 'done' },
  duplicate: { id: 'duplicate', name: 'Closed as duplicate', category: 'done' },
} as const satisfies Readonly<Record<string, Status>>;

export const statuses: readonly Status[] = [open, ...Object.values(closed)];

/** The status of an issue. One that was closed before there were reasons counts as completed. */
export function statusOf({ state, reason }: { readonly state: 'open' | 'closed'; readonly reason: string | null }) {
  if (state === 'open') return open;
  return Object.values<Status>(closed).find(({ id }) => id === reason) ?? closed.completed;
}

const close = { completed: 'Close as completed', not_planned: 'Close as not planned', duplicate: 'Close as duplicate' };

/**
 * What leads on from a status; first what becomes of an issue that is taken back. GitHub ignores another reason for an issue that is closed already, so that nothing leads
 * from one of these to another: https://docs.github.com/en/rest/issues/issues#update-an-issue
 */
export function transitionsFrom({ id }: Status): readonly Transition[] {
  if (id !== open.id) return [{ id: 'reopen', name: 'Reopen', to: open, requires: [] }];
  const { not_planned: withdrawn, ...others } = closed;
  return [withdrawn, ...Object.values(others)].map((to) => ({
    id: `close_${to.id}`,
    name: close[to.id],
    to,
    requires: [],
  }));
}

/** How GraphQL calls the reason of a status that closes an issue; null for the open one. */
export function closingReason({ id }: Status): 'COMPLETED' | 'NOT_PLANNED' | 'DUPLICATE' | null {
  if (id === 'open') return null;
  if (id === 'not_planned') return 'NOT_PLANNED';
  return id === 'duplicate' ? 'DUPLICATE' : 'COMPLETED';
}
