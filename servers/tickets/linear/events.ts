import type { TicketEvent } from '#capabilities/ticket-read/ports.ts';
import type { LinearEvent } from './documents/history.ts';
import { authorOf } from './people.ts';
import { priorityOf } from './tickets.ts';

type Change = TicketEvent['changes'][number];
type Team = { readonly id: string; readonly key: string };

/** In place of the key of a ticket that may be outside every scope: its project is all that would tell. */
const elsewhere = 'a ticket of another project';

/** One entry of an issue's history. `team` is where the issue is now. */
export function eventOf(entry: LinearEvent, team: Team): TicketEvent {
  return {
    id: entry.id,
    at: entry.createdAt,
    by: authorOf({ user: entry.actor, bot: entry.botActor, external: null }),
    changes: changesOf(entry, team),
  };
}

function changesOf(entry: LinearEvent, team: Team): readonly Change[] {
  const [priorityBefore, priorityAfter] = [entry.fromPriority, entry.toPriority].map((value) =>
    value === null ? null : (priorityOf(value)?.name ?? null),
  );
  return [
    ...between('title', entry.fromTitle, entry.toTitle),
    ...(entry.updatedDescription === true ? [{ field: 'description', before: null, after: null }] : []),
    ...between('status', entry.fromState?.name, entry.toState?.name),
    ...between('priority', priorityBefore, priorityAfter),
    ...between('due', entry.fromDueDate, entry.toDueDate),
    ...between('assignees', entry.fromAssignee?.name, entry.toAssignee?.name),
    ...between('assignees', entry.fromDelegate?.name, entry.toDelegate?.name),
    ...between('labels', namesOf(entry.removedLabels), namesOf(entry.addedLabels)),
    ...between('parent', relativeIn(entry.fromParent, team), relativeIn(entry.toParent, team)),
    ...between('project', projectName(entry.fromTeam, team), projectName(entry.toTeam, team)),
    ...(entry.relationChanges ?? []).map(({ identifier }) => ({
      ...{ field: 'links', before: null },
      after: identifier.startsWith(`${team.key}-`) ? identifier : elsewhere,
    })),
    ...(entry.archived === null ? [] : [{ field: 'archived', before: null, after: String(entry.archived) }]),
  ];
}

/** A change of which either side is told. */
function between(
  field: string,
  before: string | null | undefined,
  after: string | null | undefined,
): readonly Change[] {
  if ((before ?? null) === (after ?? null)) return [];
  return [{ field, before: before ?? null, after: after ?? null }];
}

const namesOf = (labels: LinearEvent['addedLabels']): string | null =>
  labels === null || labels.length === 0 ? null : labels.map(({ name }) => name).join(', ');

const relativeIn = (parent: LinearEvent['fromParent'], team: Team): string | null => {
  if (parent === null) return null;
  return parent.team.id === team.id ? parent.identifier : elsewhere;
};

const projectName = (one: LinearEvent['fromTeam'], team: Team): string | null => {
  if (one === null) return null;
  return one.id === team.id ? one.key : 'another project';
};
