import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { parseBlueprint } from '#shared/blueprints/parse.ts';
import { BlueprintErrors } from '#shared/blueprints/problems.ts';
import { AppError } from '#shared/errors.ts';
import { capabilities, full, minimal, parse, problems } from './fixture.ts';

describe('a blueprint that is right', () => {
  test('gives every key that it has', () => {
    expect(parse(full)).toEqual({
      name: 'shelf-keeper',
      goal: 'Keep the shelves in order.',
      agent: 'shelf-bot',
      sponsor: 'alice',
      delegation: { grantedBy: 'bob', reason: 'OPS-12', expires: '2027-03-31' },
      listeners: ['127.0.0.1'],
      grants: new Map<string, unknown>([
        [
          'shelf-read',
          {
            capability: 'shelf-read',
            scope: { shelves: ['a', 'b'], depth: 'all' },
            tools: new Set(['get_shelf', 'list_books']),
          },
        ],
        [
          'shelf-write',
          {
            capability: 'shelf-write',
            scope: { shelves: ['a'], paths: { allow: ['docs/**'], deny: ['docs/private'] }, max_books: 5 },
            tools: new Set(['propose_books']),
          },
        ],
        ['change-queue', { capability: 'change-queue', scope: {}, tools: new Set(['get_change']) }],
      ]),
      review: { by: ['local'], quorum: 1, expiresMs: 12 * 3_600_000 },
      limits: { writesPerHour: 3, pending: 2, readsPerMinute: 60 },
      log: { arguments: 'digest' },
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      source: 'b.yaml',
    });
  });

  test('gets the documented defaults for what it leaves out', () => {
    const blueprint = parse(minimal);
    expect(blueprint).toMatchObject({
      review: { by: ['local'], quorum: 1, expiresMs: 24 * 3_600_000 },
      limits: { writesPerHour: 30, pending: 10, readsPerMinute: 600 },
      log: { arguments: 'digest' },
    });
    expect(blueprint).not.toHaveProperty('delegation');
  });

  test('may follow its own changes without saying so', () => {
    const grants = parse(minimal).grants;
    expect([...grants.keys()]).toEqual(['shelf-read', 'change-queue']);
    expect(grants.get('change-queue')?.tools).toEqual(new Set(['get_change', 'withdraw_change']));
  });

  test('is granted nothing implied where there is no queue to grant', () => {
    const [read] = capabilities;
    const blueprint = parseBlueprint({ text: minimal, source: 'b.yaml', capabilities: read ? [read] : [] });
    expect([...blueprint.grants.keys()]).toEqual(['shelf-read']);
  });

  test('may have Windows line ends and a byte order mark', () => {
    expect(parse(`\ufeff${full.replaceAll('\n', '\r\n')}`).digest).toBe(parse(full).digest);
  });

  test('keeps an address in one spelling only', () => {
    expect(parse(minimal.replace('127.0.0.1', "'0:0:0:0::1'")).listeners).toEqual(['::1']);
  });

  test.each(['1m', '90m', '24h', '30d', '"7d"'])('may let a proposal wait for %s', (time) => {
    expect(problems(`${minimal}review: { default: { expires: ${time} } }\n`)).toEqual([]);
  });

  test('may have a goal over several lines, in any script', () => {
    const goal = '|\n  棚を整理する。\n\n  Zeile zwei 👩‍💻';
    expect(parse(minimal.replace('Read shelf a.', goal)).goal).toBe('棚を整理する。\n\nZeile zwei 👩‍💻');
  });
});

test('an error is a bad configuration, and carries its problems as data in the order of the text', () => {
  try {
    parse('blueprint: x\nlog: { arguments: none }\n');
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(AppError);
    if (!(error instanceof BlueprintErrors)) throw error;
    expect(error.code).toBe('bad_configuration');
    expect(error.problems.at(-1)).toEqual({
      source: 'b.yaml',
      line: 2,
      column: 19,
      path: 'log.arguments',
      message: 'This version records only the "digest" of arguments.',
    });
    expect(error.message.split('\n')).toHaveLength(error.problems.length);
  }
});

test('a message lists a hundred problems and counts the rest', () => {
  const lines = problems(minimal + Array.from({ length: 150 }, (_, i) => `x${i}: 1\n`).join(''));
  expect(lines).toHaveLength(101);
  expect(lines.at(-1)).toBe('and 50 more');
});

test('a capability whose scope is not plain data is refused: its digest would leave something out', () => {
  const odd = {
    name: 'odd',
    description: 'Gives a Set.',
    scope: z.strictObject({ names: z.array(z.string()).transform((names) => new Set(names)) }),
    tools: [{ name: 'get_odd' }],
  };
  const text = minimal.replace('shelf-read: { shelves: [a] }', 'odd: { names: [a] }');
  expect(() => parseBlueprint({ text, source: 'b.yaml', capabilities: [odd] })).toThrow(/odd gives something/);
});

test('a capability that forgot to be strict is strict all the same', () => {
  const lax = { name: 'lax', description: 'Lax.', scope: z.object({}), tools: [{ name: 'get_lax' }] };
  const text = minimal.replace('shelf-read: { shelves: [a] }', 'lax: { shelves: [a] }');
  expect(() => parseBlueprint({ text, source: 'b.yaml', capabilities: [lax] })).toThrow(
    'b.yaml:6:24: capabilities.lax.shelves: There is no such key',
  );
});
