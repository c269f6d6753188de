import type { Json } from '#shared/tools/index.ts';

type Path = readonly (string | number)[];

/** Every place in a value that holds no further value: leaves, and lists and objects that are empty. */
export function leaves(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const inner = Object.entries(value).flatMap(([key, one]) =>
    leaves(one, [...path, Array.isArray(value) ? Number(key) : key]),
  );
  return inner.length === 0 ? [path] : inner;
}

/** The value with one leaf changed a little. */
export function withLeaf(value: unknown, path: Path): Json {
  const [first, ...rest] = path;
  if (first === undefined) return changed(value);
  if (Array.isArray(value)) return value.map((one, index) => (index === first ? withLeaf(one, rest) : one));
  const object = value as { readonly [key: string]: Json };
  return { ...object, [first]: withLeaf(object[first], rest) };
}

function changed(value: unknown): Json {
  if (typeof value === 'string') {
    const letters = [...value];
    return [...letters.slice(0, -1), letters.at(-1) === '0' ? '1' : '0'].join('');
  }
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'boolean') return !value;
  if (value === null) return {};
  return Array.isArray(value) ? [null] : { x: null };
}
