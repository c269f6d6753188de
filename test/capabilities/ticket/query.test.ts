import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseQuery } from '#capabilities/ticket/query.ts';
import { AppError } from '#shared/errors.ts';

const empty = {
  ...{ projects: [], text: [], types: [], statuses: [], categories: [], priorities: [], labels: [], withoutLabels: [] },
  ...{ assignee: null, reporter: null, sort: 'updated' },
  ...{ updated: { from: null, to: null }, created: { from: null, to: null } },
};

const quote = (value: string): string => `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

/** A value that says something: a search for nothing has none. */
const value = fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' }).filter((each) => each.trim() !== '');
const date = fc
  .date({ min: new Date('1970-01-02'), max: new Date('2999-12-30'), noInvalidDate: true })
  .map((each) => each.toISOString().slice(0, 10));

describe('a query', () => {
  test.each([
    ['', {}],
    ['  cart \t slow\n', { text: ['cart', 'slow'] }],
    ['"cart is" slow', { text: ['cart is', 'slow'] }],
    ['10:30 #12 a/b (x)', { text: ['10:30', '#12', 'a/b', '(x)'] }],
    ['"OR" "-x" "status:open"', { text: ['OR', '-x', 'status:open'] }],
    ['"type=button" colour=red', { text: ['type=button', 'colour=red'] }],
    ['project:WEB project:acme/web', { projects: ['WEB', 'acme/web'] }],
    ['status:"In review" Status:Done', { statuses: ['In review', 'Done'] }],
    ['is:open is:in-progress', { categories: ['todo', 'in_progress'] }],
    ['label:a label:b -label:"c d"', { labels: ['a', 'b'], withoutLabels: ['c d'] }],
    ['assignee:me reporter:none', { assignee: 'me', reporter: 'none' }],
    ['updated:>=2026-11-01 updated:<2026-11-08', { updated: { from: '2026-11-01', to: '2026-11-07' } }],
    ['created:>2026-02-28 created:<=2026-03-05', { created: { from: '2026-03-01', to: '2026-03-05' } }],
    ['created:2026-11-01', { created: { from: '2026-11-01', to: '2026-11-01' } }],
    ['priority:High type:Bug sort:created', { priorities: ['High'], types: ['Bug'], sort: 'created' }],
  ])('%j', (text, says) => {
    expect(parseQuery(text)).toEqual({ ...empty, ...says });
  });

  test.each([
    ['owner:bob', 'There are project: status:'],
    ['http://x', 'no "http:"'],
    ['__proto__:x', 'no "__proto__:"'],
    ['constructor:x', 'no "constructor:"'],
    ['-status:open', 'no "-status:"'],
    ['-word', 'only -label:'],
    ['assignee=me', 'it is "assignee:"'],
    ['a OR b', 'all of its parts must hold'],
    ['"open', 'quotation mark'],
    ['a"b', 'quotation mark'],
    ['label:"a"b', 'quotation mark'],
    ['"a\\b"', 'quotation mark'],
    ['label:', 'label: in the query takes a value'],
    ['label: x', 'label: in the query takes a value'],
    ['is:done', 'open, todo, in-progress, closed'],
    ['is:toString', 'open, todo, in-progress, closed'],
    ['project:web', 'the key of a project'],
    ['updated:yesterday', 'a day such as'],
    ['updated:2026-02-30', 'a day such as'],
    ['updated:>=2026-11-01T00:00', 'a day such as'],
    ['sort:title', 'updated or created'],
    ['assignee:a assignee:b', 'once'],
    ['a '.repeat(31), 'more than 30 parts'],
  ])('%j is refused, and what is allowed is said', (text, message) => {
    expect(() => parseQuery(text)).toThrow(expect.objectContaining({ code: 'invalid_arguments' }));
    expect(() => parseQuery(text)).toThrow(message);
  });

  test('whatever it is says something or is refused, and nothing else happens', () => {
    const parts = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc
        .array(
          fc.oneof(
            fc.constantFrom(
              '"',
              '\\',
              ':',
              '-',
              ' ',
              'label:',
              'is:',
              'updated:>=',
              'project:',
              '\u2028',
              '\0',
              '__proto__:',
            ),
            fc.string({ maxLength: 5 }),
          ),
        )
        .map((each) => each.join('')),
    );
    fc.assert(
      fc.property(parts, (text) => {
        try {
          parseQuery(text);
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
          expect(error).toHaveProperty('code', 'invalid_arguments');
        }
      }),
      { numRuns: 300 },
    );
  });

  test('takes every value as it is, whatever characters it has', () => {
    fc.assert(
      fc.property(value, value, value, (label, status, words) => {
        const text = `label:${quote(label)} status:${quote(status)} ${quote(words)}`;
        expect(parseQuery(text)).toEqual({ ...empty, labels: [label], statuses: [status], text: [words] });
      }),
    );
  });

  test('takes the days between two days, both included or both not', () => {
    const day = (at: string, days: number) => new Date(Date.parse(at) + days * 86_400_000).toISOString().slice(0, 10);
    fc.assert(
      fc.property(date, date, (from, to) => {
        expect(parseQuery(`updated:>=${from} updated:<=${to}`).updated).toEqual({ from, to });
        expect(parseQuery(`updated:>${from} updated:<${to}`).updated).toEqual({ from: day(from, 1), to: day(to, -1) });
      }),
    );
  });
});
