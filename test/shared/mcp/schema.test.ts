import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { assertDescriptions, toJsonSchema } from '#shared/mcp/schema.ts';

describe('toJsonSchema', () => {
  it('says of an input what a model needs and no more', () => {
    const input = z.strictObject({
      repository: z.string().describe('OWNER/NAME.'),
      first: z.int().min(1).default(1).describe('First line.'),
      since: z.iso.datetime().describe('Not before this.').optional(),
    });
    expect(toJsonSchema(input, 'input')).toEqual({
      type: 'object',
      properties: {
        repository: { type: 'string', description: 'OWNER/NAME.' },
        first: { type: 'integer', minimum: 1, default: 1, description: 'First line.' },
        since: { type: 'string', format: 'date-time', description: 'Not before this.' },
      },
      required: ['repository'],
      additionalProperties: false,
    });
  });

  it('writes out a part that is used twice, since clients do not follow references', () => {
    const part = z.strictObject({ path: z.string().describe('A path.') });
    const schema = toJsonSchema(z.strictObject({ from: part, to: part }), 'input');
    expect(JSON.stringify(schema)).not.toContain('$ref');
    expect(schema['properties']).toMatchObject({ from: { type: 'object' }, to: { type: 'object' } });
  });

  it('leaves outputs open, so that an answer may gain a field', () => {
    const output = z.object({ items: z.array(z.object({ name: z.string() })) });
    expect(JSON.stringify(toJsonSchema(output, 'output'))).not.toContain('additionalProperties');
  });

  it('describes what a default and a transformation take on the way in', () => {
    const input = z.strictObject({ limit: z.string().transform(Number).describe('How many.') });
    expect(toJsonSchema(input, 'input')).toMatchObject({ properties: { limit: { type: 'string' } } });
    expect(() => toJsonSchema(input, 'output')).toThrow();
  });

  it('gives a union of objects the object root that clients of 2025 insist on', () => {
    const output = z.discriminatedUnion('status', [
      z.object({ status: z.literal('done'), url: z.string() }),
      z.object({ status: z.literal('waiting') }),
    ]);
    expect(toJsonSchema(output, 'output')['type']).toBe('object');
  });

  it.each([
    ['a string at the root', z.string(), 'output'],
    ['a list at the root', z.array(z.string()), 'output'],
    ['a union with something else than objects', z.union([z.object({}), z.string()]), 'output'],
    ['a union as input', z.union([z.strictObject({}), z.strictObject({ a: z.string() })]), 'input'],
    ['a part with an id of its own', z.strictObject({ a: z.string().meta({ id: 'part' }) }), 'input'],
  ] as const)('refuses %s', (_, type, io) => {
    expect(() => toJsonSchema(type, io)).toThrow(TypeError);
  });

  it.each([
    ['bytes', z.instanceof(Uint8Array)],
    ['dates', z.date()],
    ['big integers', z.bigint()],
    ['maps', z.map(z.string(), z.string())],
    ['custom checks without a type', z.custom<string>()],
  ])('refuses %s, which JSON Schema cannot say', (_, type) => {
    expect(() => toJsonSchema(z.strictObject({ value: type }), 'input')).toThrow();
  });

  it('refuses types that contain themselves', () => {
    const tree = z.strictObject({
      get children() {
        return z.array(tree);
      },
    });
    expect(() => toJsonSchema(tree, 'input')).toThrow();
  });

  it('refuses inputs that would silently drop a misspelt argument, at any depth', () => {
    expect(() => toJsonSchema(z.object({ a: z.string() }), 'input')).toThrow('The root of a tool');
    const nested = z.strictObject({ files: z.array(z.union([z.string(), z.object({ path: z.string() })])) });
    expect(() => toJsonSchema(nested, 'input')).toThrow('"files.[].(2)" of a tool');
    const loose = z.strictObject({ a: z.looseObject({ b: z.string() }) });
    expect(() => toJsonSchema(loose, 'input')).toThrow('"a" of a tool');
  });

  it('allows records, whose keys are the point', () => {
    expect(() => toJsonSchema(z.strictObject({ fields: z.record(z.string(), z.string()) }), 'input')).not.toThrow();
  });
});

describe('assertDescriptions', () => {
  const check = (type: z.ZodType) => () => assertDescriptions(toJsonSchema(type, 'input'));

  it('accepts a description on either side of optional, nullable and default', () => {
    const text = z.string().describe('Text.');
    const type = z.strictObject({ a: text, b: text.optional(), c: text.nullable(), d: text.default('x') });
    expect(check(type)).not.toThrow();
    expect(check(z.strictObject({ a: z.string().optional().describe('Text.') }))).not.toThrow();
  });

  it('names the property that has none, at any depth', () => {
    expect(check(z.strictObject({ a: z.string() }))).toThrow('"a" has no description.');
    expect(check(z.strictObject({ a: z.string().describe('') }))).toThrow('"a" has no description.');
    const one = z.union([z.strictObject({ path: z.string().describe('Path.') }), z.strictObject({ to: z.string() })]);
    expect(check(z.strictObject({ files: z.array(one).describe('Files.') }))).toThrow(
      '"files.[].(2).to" has no description.',
    );
    const record = z.record(z.string(), z.strictObject({ b: z.string() })).describe('By name.');
    expect(check(z.strictObject({ a: record }))).toThrow('"a.*.b" has no description.');
  });

  it('asks none of the items of a list', () => {
    expect(check(z.strictObject({ names: z.array(z.string()).describe('Names.') }))).not.toThrow();
  });
});
