import type { Status, TicketRef, Transition } from '#capabilities/ticket/types.ts';
import type { TicketReader } from '#capabilities/ticket-read/ports.ts';
import { workflow } from './documents/queries.ts';
import { orNull } from './errors.ts';
import { statusOf } from './tickets.ts';
import type { Send } from './transport.ts';

/** Linear itself brings an issue there when it is marked as a duplicate. */
const isOwn = ({ type }: { readonly type: string }): boolean => type === 'duplicate';

/** Every state of a team can be reached from every other one, but for those that Linear keeps for itself. */
export function transitionReader(read: Send): Pick<TicketReader, 'transitions' | 'wayBack'> {
  const load = async ({ id }: TicketRef) => (await orNull(read(workflow, { id })))?.issue ?? null;
  return {
    transitions: async (ticket): Promise<readonly Transition[]> => {
      const issue = await load(ticket);
      if (issue === null) return [];
      const needsPriority =
        issue.team.requirePriorityToLeaveTriage && issue.state.type === 'triage' && issue.priority === 0;
      return issue.team.states.nodes
        .filter((state) => state.id !== issue.state.id && !isOwn(state))
        .map((state) => ({
          ...{ id: state.id, name: state.name, to: statusOf(state) },
          requires: needsPriority ? ['priority'] : [],
        }));
    },
    wayBack: async (ticket: TicketRef, from: Status) => {
      const states = (await load(ticket))?.team.states.nodes ?? [];
      return states.some((state) => state.id === from.id && !isOwn(state)) ? 'yes' : 'no';
    },
  };
}
