import type { Issue } from './things.ts';
import type { Workspace } from './workspace.ts';

/** The entry of the history that tells of a change. */
export function toldOf({ labels, teams }: Workspace, before: Issue, after: Issue): Readonly<Record<string, unknown>> {
  const state = (id: string) => teams.get(before.teamId)?.states.find((each) => each.id === id);
  const named = (all: readonly string[], without: readonly string[]) =>
    all.filter((id) => !without.includes(id)).flatMap((id) => labels.get(id) ?? []);
  const differs = (name: keyof Issue): boolean => before[name] !== after[name];
  return {
    ...(differs('title') && { fromTitle: before.title, toTitle: after.title }),
    ...(differs('description') && { updatedDescription: true }),
    ...(differs('stateId') && { fromState: state(before.stateId), toState: state(after.stateId) }),
    ...(differs('priority') && { fromPriority: before.priority, toPriority: after.priority }),
    ...(differs('dueDate') && { fromDueDate: before.dueDate, toDueDate: after.dueDate }),
    ...(differs('assigneeId') && { fromAssigneeId: before.assigneeId, toAssigneeId: after.assigneeId }),
    ...(differs('delegateId') && { fromDelegateId: before.delegateId, toDelegateId: after.delegateId }),
    ...(differs('parentId') && { fromParentId: before.parentId, toParentId: after.parentId }),
    addedLabels: named(after.labelIds, before.labelIds),
    removedLabels: named(before.labelIds, after.labelIds),
  };
}
