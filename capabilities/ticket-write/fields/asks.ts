import type { FieldValues, TicketAsk } from '#capabilities/ticket/types.ts';
import { fieldNames } from '#capabilities/ticket/types.ts';
import { asksAt } from '../tool.ts';
import { fieldNamed, scopedName } from './custom.ts';
import type { WantedFields } from './input.ts';
import type { LookedUp } from './look-up.ts';
import type { FieldKey } from './values.ts';

/** The fields that a call writes. Those that the project made up are known by what was looked up, once it was. */
export function wantedKeys(wanted: WantedFields, custom: LookedUp['custom']): readonly FieldKey[] {
  const made = Object.keys(wanted.fields ?? {}).flatMap((name) => fieldNamed(name, custom) ?? []);
  return [
    ...fieldNames.filter((name) => wanted[name] !== undefined),
    ...made.map(({ id }): FieldKey => `custom:${id}`),
  ];
}

/** The names of the fields that a call writes, as scopes have them. */
function namesOf(wanted: WantedFields, custom: LookedUp['custom']): readonly string[] {
  const made = Object.keys(wanted.fields ?? {}).map((called) => {
    const field = fieldNamed(called, custom);
    return field === undefined ? called : scopedName(field);
  });
  return [...fieldNames.filter((name) => wanted[name] !== undefined), ...made];
}

/** What is asked of a scope for writing fields, and for the labels that are put on or taken off. */
export function asksFields(
  place: TicketAsk,
  wanted: WantedFields,
  of: { readonly custom: LookedUp['custom']; readonly labels: readonly string[] },
): readonly TicketAsk[] {
  return [
    ...namesOf(wanted, of.custom).map((field) => ({ ...place, field })),
    ...of.labels.map((label) => ({ ...place, label })),
  ];
}

/** A ticket gets or loses a part: the agent has to be able to read both that it was a part of and that it becomes one of. */
export function asksParents(found: LookedUp): readonly TicketAsk[] {
  return [found.parent, found.formerParent].flatMap((at) => (at ? [asksAt(at, 'read')] : []));
}

/** The labels that one of two values has and the other has not. */
export function labelsMoved(one: FieldValues, other: FieldValues): string[] {
  const [before, after] = [one.labels ?? [], other.labels ?? []];
  return [...before.filter((each) => !after.includes(each)), ...after.filter((each) => !before.includes(each))];
}
