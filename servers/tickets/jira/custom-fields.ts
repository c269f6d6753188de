import type { CustomKind, CustomValue } from '#capabilities/ticket/types.ts';
import type { CustomField } from '#capabilities/ticket-read/ports.ts';
import type { FieldMeta, FieldSchema, Issue } from './answers.ts';
import { documentOf, richText } from './text.ts';

const prefix = 'com.atlassian.jira.plugin.system.customfieldtypes:';

/**
 * The kinds that can be written. What takes rich text is not among them: a value in Markdown would take away what its
 * document has beyond that.
 */
const kinds: Readonly<Record<string, CustomKind>> = {
  [`${prefix}textfield`]: 'text',
  [`${prefix}url`]: 'text',
  [`${prefix}float`]: 'number',
  [`${prefix}datepicker`]: 'date',
  [`${prefix}select`]: 'option',
  [`${prefix}radiobuttons`]: 'option',
};

const kindOf = ({ custom }: FieldSchema): CustomKind => kinds[custom ?? ''] ?? 'other';

export const isCustom = (id: string): boolean => /^customfield_\d{1,19}$/.test(id);

/** A field that a project made up, of what Jira says of the fields of a type. */
export function customFieldOf(id: string, meta: FieldMeta): CustomField {
  const kind = kindOf(meta.schema);
  const options = kind === 'option' ? (meta.allowedValues ?? []).map(textOf) : [];
  const required = meta.required && meta.hasDefaultValue !== true;
  return { id, name: meta.name, kind, required, options: options.filter((option) => option !== null) };
}

/** What an issue has in fields that were made up, and those that are empty and can be written. */
export function customValuesOf({ fields, names = {}, schema = {}, editmeta }: Issue): readonly CustomValue[] {
  const values = Object.entries(fields).flatMap(([id, value]): CustomValue[] => {
    const what = schema[id];
    const editable = editmeta?.fields[id] !== undefined;
    if (!isCustom(id) || what === undefined) return [];
    const kind = kindOf(what);
    const text = textOf(value);
    return text === null && (!editable || kind === 'other') ? [] : [{ id, name: names[id] ?? id, kind, value: text }];
  });
  return values.toSorted((one, other) => (one.id < other.id ? -1 : 1));
}

/** The longest value that is told of a kind that is not known. */
const longest = 2000;

/** A value as text: what people see of it, as far as that can be told; null where there is none. */
export function textOf(value: unknown): string | null {
  if (value === null || value === undefined || value === '') return null;
  if (typeof value === 'string') return value;
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) {
    const parts = value.map(textOf).filter((part) => part !== null);
    return parts.length === 0 ? null : parts.join(', ');
  }
  const document = richText.safeParse(value);
  if (document.success) return documentOf(document.data)?.text ?? null;
  return nameIn(value) ?? JSON.stringify(value).slice(0, longest);
}

/** By what Jira names options, people, groups, versions and issues. */
function nameIn(value: object): string | null {
  const parts = new Map(Object.entries(value));
  const text = ['value', 'displayName', 'name', 'key']
    .map((key) => parts.get(key))
    .find((one) => typeof one === 'string');
  if (typeof text !== 'string') return null;
  const child = textOf(parts.get('child'));
  return child === null ? text : `${text} / ${child}`;
}

/** What Jira is sent for a value. Throws RangeError for one that its kind cannot have, and for kinds that are not written. */
export function sentValueOf({ kind, name, value }: CustomValue): unknown {
  if (kind === 'other') throw new RangeError(`the field ${name} cannot be written here`);
  if (value === null || kind === 'text' || kind === 'date') return value;
  if (kind === 'option') return { value };
  const number = Number(value);
  if (value.trim() === '' || !Number.isFinite(number)) throw new RangeError(`the field ${name} takes a number`);
  return number;
}
