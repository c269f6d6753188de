import type { FieldValues } from '#capabilities/ticket/types.ts';
import type { LinearIssue } from './documents/shapes.ts';
import { ticketOf } from './tickets.ts';

/** One form for each field, in which two values can be compared; undefined for a field that is not meant. */
function comparable({ title, description, labels, assignees, priority, parent, due, custom }: FieldValues) {
  return {
    title,
    description: description === undefined ? undefined : (description?.text ?? ''),
    labels: labels && JSON.stringify([...new Set(labels)].sort()),
    assignees: assignees && JSON.stringify([...new Set(assignees.map(({ id }) => id))].sort()),
    priority: priority === undefined ? undefined : (priority?.id ?? ''),
    parent: parent === undefined ? undefined : (parent?.id ?? ''),
    due: due === undefined ? undefined : (due ?? ''),
    custom: custom && JSON.stringify(custom.map(({ id }) => id)),
  } as const;
}

/** The names of the fields of which two are given differently; what the first does not give is not looked at. */
export function differing(given: FieldValues, found: FieldValues): readonly string[] {
  const [wanted, there] = [comparable(given), comparable(found)];
  const names = Object.keys(wanted) as (keyof typeof wanted)[];
  return names.filter((name) => wanted[name] !== undefined && wanted[name] !== there[name]);
}

/** The fields of an issue, in the form in which writes name them. */
export function valuesOf(issue: LinearIssue): FieldValues {
  const { title, description, labels, assignees, priority, parent, due } = ticketOf(issue);
  return { title, description, labels: [...labels], assignees: [...assignees], priority, parent, due, custom: [] };
}
