import { expect, test } from 'vitest';
import * as z from 'zod';
import { parseArguments } from '#shared/changes/arguments.ts';

const schema = z.strictObject({ query: z.string() });

test('faults are named, and fit into an answer however many keys somebody makes up', () => {
  expect(() => parseArguments(schema, {})).toThrow('query: is missing.');
  expect(() => parseArguments(schema, { query: 'a', other: 1 })).toThrow('Unrecognized key: "other".');
  const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`key ${at}`, 1]));
  const long = { ['k'.repeat(100_000)]: 1 };
  for (const args of [many, { query: 'a', ...many }, { query: 'a', ...long }]) {
    expect(() => parseArguments(schema, args)).toThrow(/^.{20,1000}…\.$/u);
  }
});
