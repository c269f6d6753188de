import type { FieldName, FieldValues, Person, TicketDocument, TicketRef } from '#capabilities/ticket/types.ts';

/** The fields of an issue that can be written. */
export type IssueFields = {
  readonly title: string;
  readonly description: TicketDocument | null;
  readonly labels: readonly string[];
  readonly assignees: readonly Person[];
  readonly parent: TicketRef | null;
};

const textOf = (document: TicketDocument | null): string => document?.text ?? '';
/** GitHub has no two labels that differ by case alone. */
const listOf = (names: readonly string[]): string => JSON.stringify(names.map((name) => name.toLowerCase()).sort());
const idsOf = (people: readonly Person[]): string => JSON.stringify(people.map(({ id }) => id).sort());

/** The names of those fields, among the ones that are given, that are otherwise on the issue. */
export function differing(given: FieldValues, is: IssueFields): FieldName[] {
  const { title, description, labels, assignees, parent } = given;
  const differ: Partial<Record<FieldName, boolean>> = {
    title: title !== undefined && title !== is.title,
    description: description !== undefined && textOf(description) !== textOf(is.description),
    labels: labels !== undefined && listOf(labels) !== listOf(is.labels),
    assignees: assignees !== undefined && idsOf(assignees) !== idsOf(is.assignees),
    parent: parent !== undefined && parent?.id !== is.parent?.id,
  };
  return (Object.keys(differ) as FieldName[]).filter((name) => differ[name]);
}
