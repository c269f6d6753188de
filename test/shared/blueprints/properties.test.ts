import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { parseBlueprint } from '#shared/blueprints/parse.ts';
import { capabilities, full, minimal, parse, problems } from './fixture.ts';
import { tryTexts } from './try-texts.ts';

const word = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
const words = fc.uniqueArray(word, { minLength: 1, maxLength: 4 });
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const toolsOf = (name: string) =>
  fc.subarray(capabilities.find((each) => each.name === name)?.tools.map((tool) => tool.name) ?? [], { minLength: 1 });

/** Any blueprint as data, every default written out, so that two that differ anywhere mean different things. */
const written = fc.record({
  blueprint: word,
  goal: word,
  agent: word,
  sponsor: word,
  delegation: fc.record({ granted_by: word, reason: word, expires: fc.constantFrom('2027-03-31', '2028-02-29') }),
  callers: fc
    .uniqueArray(fc.ipV4(), { minLength: 1, maxLength: 3 })
    .filter((all) => !all.includes('0.0.0.0'))
    .map((all) => all.map((listener) => ({ listener }))),
  capabilities: fc.record({
    'shelf-read': fc.record({
      shelves: words,
      depth: fc.oneof(fc.nat(100), fc.constant('all')),
      tools: toolsOf('shelf-read'),
    }),
    'shelf-write': fc.record({
      shelves: words,
      paths: fc.record({ allow: words, deny: words }),
      max_books: fc.integer({ min: 1, max: 99 }),
      tools: toolsOf('shelf-write'),
    }),
    'change-queue': fc.record({ tools: toolsOf('change-queue') }),
  }),
  review: fc.record({
    default: fc.record({
      by: fc.constant(['local']),
      quorum: fc.constant(1),
      expires: fc.integer({ min: 1, max: 59 }).map((minutes) => `${minutes}m`),
    }),
  }),
  limits: fc.record({
    writes_per_hour: fc.integer({ min: 1, max: 99 }),
    pending: fc.integer({ min: 1, max: 99 }),
    reads_per_minute: fc.integer({ min: 1, max: 99 }),
  }),
  log: fc.constant({ arguments: 'digest' }),
});
type Written = typeof written extends fc.Arbitrary<infer T> ? T : never;

test('the digest does not depend on key order, comments, quotes or layout', () => {
  const looks = fc.record({
    reversed: fc.boolean(),
    indent: fc.integer({ min: 2, max: 6 }),
    flow: fc.boolean(),
    quoted: fc.boolean(),
    comment: optional(word),
  });
  fc.assert(
    fc.property(written, looks, (data, { reversed, indent, flow, quoted, comment }) => {
      const text = stringify(reversed ? backwards(data) : data, {
        indent,
        collectionStyle: flow ? 'flow' : 'block',
        ...(quoted ? { defaultStringType: 'QUOTE_DOUBLE' as const, defaultKeyType: 'PLAIN' as const } : {}),
      });
      const commented = comment === undefined ? text : `# ${comment}\n\n${text}# ${comment}\n`;
      expect(parse(commented).digest).toBe(parse(stringify(data)).digest);
    }),
    { numRuns: 60 },
  );
});

test('the digest tells any two blueprints apart that mean different things', () => {
  fc.assert(
    fc.property(written, written, fc.nat(), (one, other, pick) => {
      const places = leaves(one);
      const place = places[pick % places.length] ?? [];
      const changed = transplant(one, other, place);
      fc.pre(meaning(changed) !== meaning(one));
      expect(parse(stringify(changed)).digest).not.toBe(parse(stringify(one)).digest);
    }),
    { numRuns: 150 },
  );
});

test('the digest does not depend on where the file lies', () => {
  const elsewhere = parseBlueprint({ text: full, source: '/etc/other.yaml', capabilities });
  expect(elsewhere.digest).toBe(parse(full).digest);
});

test('a default left out and a default written out are the same blueprint', () => {
  const spelled = `${minimal}review: { default: { by: [local], quorum: 1, expires: 1d } }
limits: { writes_per_hour: 30, pending: 10, reads_per_minute: 600 }
log: { arguments: digest }
`.replace('{ shelves: [a] }', '{ shelves: [a], depth: all, tools: [list_books, get_shelf] }, change-queue: {}');
  expect(problems(spelled)).toEqual([]);
  expect(parse(spelled).digest).toBe(parse(minimal).digest);
});

test('no text makes the parser fail in another way than by listing problems', () => {
  // Many more are tried in parse.apart.test.ts.
  tryTexts(150);
});

function backwards(value: unknown): unknown {
  if (Array.isArray(value) || typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, backwards(inner)]),
  );
}

/** The paths of everything that is no mapping. */
function leaves(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (Array.isArray(value) || typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]));
}

function transplant(one: unknown, other: unknown, [key, ...rest]: readonly string[]): unknown {
  if (key === undefined) return other;
  const [into, from] = [one as Record<string, unknown>, other as Record<string, unknown>];
  return { ...into, [key]: transplant(into[key], from[key], rest) };
}

/** Listeners and tools are sets; everything else means what it says, in its order. */
function meaning(data: unknown): string {
  const { callers, capabilities: granted, ...rest } = data as Written;
  const scopes = Object.entries(granted).map(([name, scope]) => [name, { ...scope, tools: scope.tools.toSorted() }]);
  return JSON.stringify([rest, callers.map(({ listener }) => listener).toSorted(), scopes]);
}
