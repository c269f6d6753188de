import { parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import * as changes from '#servers/tickets/linear/documents/history.ts';
import * as mutations from '#servers/tickets/linear/documents/mutations.ts';
import * as queries from '#servers/tickets/linear/documents/queries.ts';
import { complexityOf, mostComplexity } from '#test/fakes/linear/complexity.ts';
import { describeLinear } from '#test/fakes/linear/describe.ts';
import { linearSchema } from '#test/fakes/linear/schema.ts';

type Named = { readonly field: string; readonly text: string };
const { search, ...others } = queries;
const all: readonly Named[] = [
  search.updated,
  search.created,
  changes.history,
  ...Object.values(others),
  ...Object.values(mutations),
];

describeLinear('what is sent to Linear', () => {
  test('fits the schema that Linear publishes, all of it', () => {
    expect(all.length).toBeGreaterThan(18);
    const problems = all.flatMap(({ text }) => validate(linearSchema(), parse(text)).map(String));
    expect(problems).toEqual([]);
  });

  test.each(all)('$field costs less than one request may, at the longest page', ({ text }) => {
    expect(complexityOf(linearSchema(), parse(text), { first: 100 })).toBeLessThan(mostComplexity);
  });
});

test('nothing that is sent deletes an issue or a comment', () => {
  const fields = Object.values(mutations).map(({ field }) => field);
  expect(fields.filter((field) => /delete/i.test(field))).toEqual(['issueRelationDelete']);
  expect(all.map(({ text }) => text).join()).not.toMatch(/permanentlyDelete|trash:/);
});
