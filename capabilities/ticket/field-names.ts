import { sameName } from './keys.ts';
import type { CustomValue } from './types.ts';

type Field = Pick<CustomValue, 'id' | 'name'>;

/** What a field that a project made up is called beside others: with its id where one of these has the same name. */
export function nameAmong(field: Field, others: readonly Field[]): string {
  return `${field.name}${idBeside(field, others)}`;
}

/** What comes after its name for that. */
export function idBeside({ id, name }: Field, others: readonly Field[]): string {
  return others.some((each) => each.id !== id && sameName(each.name, name)) ? ` (${id})` : '';
}

/** The fields that a name, an id, or a name with its id in brackets stands for. */
export function fieldsNamed<F extends Field>(called: string, fields: readonly F[]): readonly F[] {
  const exact = fields.filter(({ id, name }) => id === called || `${name} (${id})` === called);
  return exact.length > 0 ? exact : fields.filter(({ name }) => sameName(name, called));
}
