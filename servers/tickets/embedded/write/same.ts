import type { FieldValues } from '#capabilities/ticket/types.ts';
import { foldCase } from '#shared/tools/fold.ts';

type Values = Required<FieldValues>;

/** Whether two values of a field say the same; of custom fields, only those that the first names. */
const same: { readonly [Field in keyof Values]: (expected: Values[Field], present: Values[Field]) => boolean } = {
  title: (expected, present) => expected === present,
  description: (expected, present) => (expected?.text ?? '') === (present?.text ?? ''),
  labels: (expected, present) => sameSet(expected.map(foldCase), present.map(foldCase)),
  assignees: (expected, present) => sameSet(expected.map(idOf), present.map(idOf)),
  priority: (expected, present) => expected?.id === present?.id,
  parent: (expected, present) => expected?.id === present?.id,
  due: (expected, present) => expected === present,
  custom: (expected, present) =>
    expected.every(({ id, value }) => (present.find((field) => field.id === id)?.value ?? null) === value),
};

/** The fields that are not as expected, by name. */
export function differing(expected: Partial<Values>, present: Values): string[] {
  const differs = <Field extends keyof Values>(field: Field): boolean => {
    const wanted = expected[field];
    return wanted !== undefined && !same[field](wanted, present[field]);
  };
  return (Object.keys(same) as (keyof Values)[]).filter((field) => differs(field));
}

const idOf = ({ id }: { readonly id: string }): string => id;

function sameSet(one: readonly string[], other: readonly string[]): boolean {
  const names = new Set(one);
  return names.size === new Set(other).size && other.every((each) => names.has(each));
}
