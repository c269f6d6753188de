import { faults } from './faults.ts';

type Given = Readonly<Record<string, unknown>>;

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const text = (value: unknown): string => (value === null || value === undefined ? '' : String(value));
const low = (value: unknown): string => text(value).toLowerCase();
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Linear's comparators of strings, numbers, dates, booleans and ids. ISO dates compare as their texts do. */
const comparators: Readonly<Record<string, (value: unknown, wanted: unknown) => boolean>> = {
  eq: (value, wanted) => value === wanted,
  neq: (value, wanted) => value !== wanted,
  in: (value, wanted) => list(wanted).includes(value),
  nin: (value, wanted) => !list(wanted).includes(value),
  gte: (value, wanted) => text(value) >= text(wanted),
  lt: (value, wanted) => text(value) < text(wanted),
  eqIgnoreCase: (value, wanted) => value !== null && low(value) === low(wanted),
  neqIgnoreCase: (value, wanted) => low(value) !== low(wanted),
  containsIgnoreCase: (value, wanted) => low(value).includes(low(wanted)),
};

/**
 * Whether something fits a filter. Parts that are objects of their own go by their own filter, lists by `some` and
 * `every`; a filter that is not known here is an error, so that none is passed over.
 */
export function fits(thing: unknown, filter: Given): boolean {
  return Object.entries(filter).every(([name, wanted]) => {
    if (name === 'and') return list(wanted).every((each) => fits(thing, each as Given));
    if (name === 'or') return list(wanted).some((each) => fits(thing, each as Given));
    if (name === 'null') return (thing === null || thing === undefined) === wanted;
    if (name === 'some') return list(thing).some((each) => fits(each, wanted as Given));
    if (name === 'every') return list(thing).every((each) => fits(each, wanted as Given));
    const compare = comparators[name];
    if (compare !== undefined) return compare(thing, wanted);
    if (thing === null || thing === undefined) return false;
    if (!Object.hasOwn(Object(thing), name)) throw new Error(`the fake has no filter ${name}`);
    assertIds(name, wanted as Given);
    return fits((thing as Given)[name], wanted as Given);
  });
}

/** Linear takes nothing but a UUID for an id. */
function assertIds(name: string, wanted: Given): void {
  const ids = name === 'id' ? Object.values(wanted).flat() : [];
  if (!ids.every((id) => uuid.test(text(id)))) throw faults.invalid('id must be a UUID');
}
