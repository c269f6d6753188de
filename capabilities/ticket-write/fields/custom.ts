import { fieldsNamed, nameAmong } from '#capabilities/ticket/field-names.ts';
import { sameName } from '#capabilities/ticket/keys.ts';
import { type CustomValue, fieldNames } from '#capabilities/ticket/types.ts';
import { AppError } from '#shared/errors.ts';
import { listedNames, quoted } from '../names.ts';
import type { CustomFieldThere, LookedUp } from './look-up.ts';

type Given = string | number | null;

/** The field that a name or an id stands for; undefined for none, and for several. */
export function fieldNamed(called: string, custom: readonly CustomFieldThere[]): CustomFieldThere | undefined {
  const [one, ...others] = fieldsNamed(called, custom);
  return others.length === 0 ? one : undefined;
}

/** How scopes name a field: by its name, or by its id where a common field has that name. */
export function scopedName({ id, name }: Pick<CustomFieldThere, 'id' | 'name'>): string {
  return fieldNames.some((common) => sameName(common, name)) ? id : name;
}

/** The values of fields that the project made up, sorted by id. Throws AppError for what no such field can hold. */
export function resolveCustom(
  wanted: { readonly [name: string]: Given },
  { custom }: LookedUp,
): readonly CustomValue[] {
  const values = Object.entries(wanted).map(([called, given]): CustomValue => {
    const field = fieldNamed(called, custom);
    if (field === undefined) throw unknown(called, custom);
    const { id, kind } = field;
    const name = nameAmong(field, custom);
    return { id, name, kind, value: textOf({ ...field, name }, given) };
  });
  const twice = values.find(({ id }, index) => values.findIndex((each) => each.id === id) !== index);
  if (twice) throw new AppError('invalid_arguments', `The field ${quoted(twice.name)} is given twice.`);
  return values.toSorted((one, other) => (one.id < other.id ? -1 : 1));
}

function unknown(called: string, custom: readonly CustomFieldThere[]): AppError {
  const several = fieldsNamed(called, custom).map(({ id }) => id);
  if (several.length > 1) {
    return new AppError('invalid_arguments', `Tickets of this type have several fields ${JSON.stringify(called)}.`, {
      next: `Give the one that is meant by its id: ${listedNames(several)}.`,
    });
  }
  const names = custom.filter(({ kind }) => kind !== 'other').map((field) => nameAmong(field, custom));
  const there = names.length === 0 ? 'there is none' : `there is ${listedNames(names)}`;
  return new AppError('invalid_arguments', `Tickets of this type have no field ${JSON.stringify(called)}; ${there}.`);
}

function textOf(field: CustomFieldThere, given: Given): string | null {
  const name = quoted(field.name);
  if (field.kind === 'other') throw new AppError('unsupported', `The field ${name} cannot be written here.`);
  if (given === null || given === '') {
    if (field.required) throw new AppError('invalid_arguments', `The field ${name} must not be empty.`);
    return null;
  }
  const value = inKind(field, String(given));
  if (value === null) throw new AppError('invalid_arguments', `The field ${name} must be ${wantedOf(field)}.`);
  return value;
}

function inKind({ kind, options }: CustomFieldThere, given: string): string | null {
  switch (kind) {
    case 'number':
      return /^-?\d{1,15}(?:\.\d{1,10})?$/.test(given) ? String(Number(given)) : null;
    case 'date':
      return isDay(given) ? given : null;
    case 'option':
      return options.find((option) => option === given) ?? options.find((option) => sameName(option, given)) ?? null;
    default:
      return given;
  }
}

function isDay(given: string): boolean {
  const time = Date.parse(`${given}T00:00:00Z`);
  return /^\d{4}-\d{2}-\d{2}$/.test(given) && new Date(time).toISOString().startsWith(given);
}

function wantedOf({ kind, options }: CustomFieldThere): string {
  if (kind === 'number') return 'a number';
  if (kind === 'date') return 'a day, as "2026-11-22"';
  return `one of ${listedNames(options)}`;
}

/** Throws AppError where a field that tickets of the type must have is not given. */
export function assertComplete(given: readonly CustomValue[], { custom }: LookedUp): void {
  const missing = custom.filter(({ id, required }) => required && !given.some((each) => each.id === id));
  if (missing.length === 0) return;
  const told = missing.map((field) => {
    const name = quoted(nameAmong(field, custom));
    return field.kind === 'text' ? name : `${name} (${toldOf(field)})`;
  });
  throw new AppError('invalid_arguments', `Tickets of this type must have ${told.join(', ')}.`, {
    next: missing.some(({ kind }) => kind === 'other')
      ? 'One of them cannot be written here: ask a person to make the ticket, or choose another type.'
      : 'Give them in `fields`.',
  });
}

function toldOf(field: CustomFieldThere): string {
  return field.kind === 'other' ? 'which cannot be written here' : wantedOf(field);
}
