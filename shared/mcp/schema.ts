import * as z from 'zod';
import type { Json, JsonObject } from '#shared/tools/json.ts';

/**
 * The JSON Schema (draft 2020-12) of a tool's input or output, in the narrow form that every MCP client takes: an
 * object at the root, nothing behind references, no more text than a model needs. Made once, at start.
 *
 * Throws for what JSON Schema cannot say, for a root that is not an object, and for inputs that would silently drop
 * keys: input objects have to be strict, so that a misspelt argument is an error. Outputs are left open, so that a
 * client with an older copy of the schema does not refuse an answer that has gained a field.
 */
export function toJsonSchema(type: z.ZodType, io: 'input' | 'output'): JsonObject {
  const made = z.toJSONSchema(type, {
    io,
    target: 'draft-2020-12',
    unrepresentable: 'throw',
    cycles: 'throw',
    reused: 'inline',
    override: ({ jsonSchema }) => trim(jsonSchema, io),
  });
  // Round trip: drops zod's hidden properties, and what is left is JSON by construction.
  const { $schema: _dialect, ...schema } = JSON.parse(JSON.stringify(made)) as Record<string, Json>;
  const rooted = io === 'output' ? withObjectRoot(schema) : schema;
  if (rooted['type'] !== 'object') throw new TypeError(`The ${io} schema of a tool must be an object at its root.`);
  if (rooted['$defs'] !== undefined) throw new TypeError(`The ${io} schema of a tool must not name parts of itself.`);
  if (io === 'input') assertStrict(rooted, []);
  return rooted;
}

type Node = z.core.JSONSchema.BaseSchema;

/**
 * Takes out what zod says for completeness: the range of safe integers, patterns that a `format` already stands for, and
 * those of described arguments, which cost a model more than they tell it; what does not fit is refused with a sentence.
 */
function trim(node: Node, io: 'input' | 'output'): void {
  if (node.type === 'integer' && node.minimum === Number.MIN_SAFE_INTEGER) delete node.minimum;
  if (node.type === 'integer' && node.maximum === Number.MAX_SAFE_INTEGER) delete node.maximum;
  if (node.format !== undefined || (io === 'input' && node.description !== undefined)) delete node.pattern;
  if (io === 'output' && node.additionalProperties === false) delete node.additionalProperties;
}

/** The 2025 revisions want `type: object` beside the alternatives of a union; zod leaves it to the alternatives. */
function withObjectRoot(schema: JsonObject): JsonObject {
  const alternatives = schema['anyOf'] ?? schema['oneOf'];
  if (schema['type'] !== undefined || !Array.isArray(alternatives)) return schema;
  return alternatives.every((one) => isObject(one) && one['type'] === 'object')
    ? { type: 'object', ...schema }
    : schema;
}

function assertStrict(schema: JsonObject, path: readonly string[]): void {
  if (isObject(schema['properties']) && schema['additionalProperties'] !== false) {
    throw new TypeError(`${nameOf(path)} of a tool's input is not strict: use z.strictObject.`);
  }
  for (const [name, part] of partsOf(schema)) assertStrict(part, [...path, name]);
}

/**
 * Throws unless every property of an input schema, at any depth, has a description: it is all that a model knows of
 * an argument.
 */
export function assertDescriptions(input: JsonObject): void {
  checkDescriptions(input, []);
}

function checkDescriptions(schema: JsonObject, path: readonly string[]): void {
  for (const [name, part] of partsOf(schema)) {
    const here = [...path, name];
    const isProperty = isObject(schema['properties']) && schema['properties'][name] === part;
    if (isProperty && !isDescribed(part)) throw new TypeError(`${nameOf(here)} has no description.`);
    checkDescriptions(part, here);
  }
}

/** A nullable property carries its description inside, beside the alternative of null. */
function isDescribed(schema: JsonObject): boolean {
  const alternatives = Array.isArray(schema['anyOf']) ? (schema['anyOf'] as readonly Json[]) : [];
  return [schema, ...alternatives].some((one) => isObject(one) && Boolean(one['description']));
}

/** The schemas directly inside a schema, with the name that a reader of an error would look for. */
function partsOf(schema: JsonObject): readonly (readonly [string, JsonObject])[] {
  const { properties, items, additionalProperties } = schema;
  const lists = ['anyOf', 'oneOf', 'allOf', 'prefixItems'].map((key) => schema[key]).filter(Array.isArray);
  return [
    ...Object.entries(isObject(properties) ? properties : {}),
    ...lists.flatMap((list: readonly Json[]) => list.map((one, index) => [`(${index + 1})`, one] as const)),
    ['[]', items ?? null] as const,
    ['*', additionalProperties ?? null] as const,
  ].filter((part): part is [string, JsonObject] => isObject(part[1]));
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function nameOf(path: readonly string[]): string {
  return path.length === 0 ? 'The root' : `"${path.join('.')}"`;
}
