import { sameName } from '#capabilities/ticket/keys.ts';
import type { CustomValue, FieldName, FieldValues } from '#capabilities/ticket/types.ts';
import { fieldNames } from '#capabilities/ticket/types.ts';
import type { Ticket } from '#capabilities/ticket-read/ports.ts';
import { refOf } from '../tool.ts';

/** A field as changes name it: a common one by its name, one that a project made up as `custom:` and its id. */
export type FieldKey = FieldName | `custom:${string}`;

/** The fields that some values are of, in the order in which people are shown them. */
export function keysOf({ custom = [], ...values }: FieldValues): readonly FieldKey[] {
  return [
    ...fieldNames.filter((name) => values[name] !== undefined),
    ...custom.map(({ id }): FieldKey => `custom:${id}`),
  ];
}

/** Some fields out of values that have them. */
export function pick(values: FieldValues, keys: readonly FieldKey[]): FieldValues {
  const common = fieldNames.filter((name) => keys.includes(name) && values[name] !== undefined);
  const custom = (values.custom ?? []).filter(({ id }) => keys.includes(`custom:${id}`));
  return {
    ...Object.fromEntries(common.map((name) => [name, values[name]])),
    ...(custom.length > 0 && { custom }),
  };
}

/** Values with those of others in their place. */
export function withValues(values: FieldValues, others: FieldValues): FieldValues {
  const given = others.custom ?? [];
  const custom = [...(values.custom ?? []).filter(({ id }) => !given.some((each) => each.id === id)), ...given];
  return {
    ...values,
    ...others,
    ...(custom.length > 0 && { custom: custom.toSorted((one, other) => (one.id < other.id ? -1 : 1)) }),
  };
}

/** Fields of a ticket as it is; `made` are those that the project made up. */
export function valuesOf(
  ticket: Ticket,
  keys: readonly FieldKey[],
  made: readonly Pick<CustomValue, 'id' | 'name' | 'kind'>[] = [],
): FieldValues {
  const { title, description, labels, assignees, priority, parent, due } = ticket;
  const all: FieldValues = {
    ...{ title, description, due },
    labels: labels.toSorted(),
    assignees: assignees
      .map(({ id, name, standing }) => ({ id, name, standing }))
      .toSorted((one, other) => (one.id < other.id ? -1 : 1)),
    priority: priority && { id: priority.id, name: priority.name },
    parent: parent && refOf(parent),
    custom: made.map(({ id, name, kind }) => {
      return { id, name, kind, value: ticket.custom.find((each) => each.id === id)?.value ?? null };
    }),
  };
  return pick(all, keys);
}

/** Whether a field holds the same in both: people, priorities and tickets count by their ids, since names change. */
export function sameField(key: FieldKey, one: FieldValues, other: FieldValues): boolean {
  if (key === 'description') {
    // What Markdown cannot say is in the text by its digest.
    return plain(one.description?.text ?? '') === plain(other.description?.text ?? '');
  }
  return JSON.stringify(identityOf(key, one)) === JSON.stringify(identityOf(key, other));
}

function identityOf(key: FieldKey, values: FieldValues): unknown {
  switch (key) {
    case 'title':
      return values.title?.trim();
    case 'labels':
      return values.labels?.toSorted();
    case 'assignees':
      return values.assignees?.map(({ id }) => id).toSorted();
    case 'priority':
    case 'parent':
      return values[key]?.id ?? null;
    case 'due':
      return values.due ?? null;
    default:
      return identityOfCustom(customIn(key, values));
  }
}

function identityOfCustom(custom: CustomValue | undefined): string | number | null {
  if (!custom?.value) return null;
  return custom.kind === 'number' ? Number(custom.value) : custom.value.trim();
}

/** A backend may turn line ends about and drop blanks at the end. */
function plain(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll('\r', '\n').trimEnd();
}

function customIn(key: FieldKey, { custom = [] }: FieldValues): CustomValue | undefined {
  return custom.find(({ id }) => key === `custom:${id}`);
}

/** What a field holds, as people are shown it; null where it is empty. */
export function shownField(key: FieldKey, values: FieldValues): string | null {
  switch (key) {
    case 'title':
      return values.title ?? null;
    case 'description':
      return values.description?.text || null;
    case 'labels':
      return values.labels?.join(', ') || null;
    case 'assignees':
      return values.assignees?.map(({ name, id }) => (name === id ? name : `${name} (${id})`)).join(', ') || null;
    case 'priority':
      return values.priority?.name ?? null;
    case 'parent':
      return values.parent?.key ?? null;
    case 'due':
      return values.due ?? null;
    default:
      return customIn(key, values)?.value || null;
  }
}

/** What changes of tickets are told as besides: review rules go by these names. */
const taken: readonly string[] = [...fieldNames, 'type', 'status', 'comment', 'link', 'archived'];

/** The name of a field as people know it; with its id where a project made one up that is called like another. */
export function fieldTitle(key: FieldKey, values: FieldValues): string {
  const custom = customIn(key, values);
  if (custom === undefined) return key;
  const { id, name } = custom;
  return taken.some((other) => sameName(other, name)) ? `${name} (${id})` : name;
}
