import * as z from 'zod';
import type { Blueprint, Grantable } from '#shared/blueprints/blueprint.ts';
import { parseBlueprint } from '#shared/blueprints/parse.ts';
import { BlueprintErrors } from '#shared/blueprints/problems.ts';

const glob = z.string().min(1);

/** Stand-ins of the shapes that real capabilities have: lists, globs, maxima, a nested mapping, a union. */
export const capabilities: readonly Grantable[] = [
  {
    name: 'shelf-read',
    description: 'Reads shelves.',
    scope: z.strictObject({
      shelves: z.array(glob).min(1),
      depth: z.union([z.int(), z.literal('all')]).default('all'),
    }),
    tools: [{ name: 'get_shelf' }, { name: 'list_books' }],
  },
  {
    name: 'shelf-write',
    description: 'Writes to shelves.',
    scope: z
      .strictObject({
        shelves: z.array(glob).min(1),
        paths: z.strictObject({ allow: z.array(glob), deny: z.array(glob).default([]) }).optional(),
        max_books: z.int().positive().default(20),
      })
      .refine(({ shelves }) => !shelves.includes('**'), { message: 'Every shelf is too much.', path: ['shelves'] }),
    tools: [
      { name: 'propose_books', follows: true },
      { name: 'remove_books', decidable: 'by_policy' },
    ],
  },
  {
    name: 'change-queue',
    description: 'Follows its own changes.',
    scope: z.strictObject({}),
    tools: [{ name: 'get_change' }, { name: 'withdraw_change' }],
  },
];

/** A blueprint with every key that there is. */
export const full = `blueprint: shelf-keeper
goal: Keep the shelves in order.
agent: shelf-bot
sponsor: alice
delegation: { granted_by: bob, reason: OPS-12, expires: 2027-03-31 }
callers:
  - listener: 127.0.0.1
capabilities:
  shelf-read: { shelves: [a, b], depth: all }
  shelf-write:
    shelves: [a]
    paths: { allow: ["docs/**"], deny: [docs/private] }
    max_books: 5
    tools: [propose_books]
  change-queue: { tools: [get_change] }
review:
  default: { by: [local], quorum: 1, expires: 12h }
limits: { writes_per_hour: 3, pending: 2, reads_per_minute: 60 }
log: { arguments: digest }
`;

export const minimal = `blueprint: reader
goal: Read shelf a.
agent: reader-bot
sponsor: alice
callers: [{ listener: 127.0.0.1 }]
capabilities: { shelf-read: { shelves: [a] } }
`;

export function parse(text: string): Blueprint {
  return parseBlueprint({ text, source: 'b.yaml', capabilities });
}

/** What is wrong with a text, as the lines of the error's message; empty when nothing is. */
export function problems(text: string): readonly string[] {
  try {
    parse(text);
    return [];
  } catch (error) {
    if (!(error instanceof BlueprintErrors)) throw error;
    return error.message.split('\n');
  }
}
