import * as z from 'zod';
import type { Grantable } from './blueprint.ts';
import { reviewSchema } from './review-schema.ts';
import { checkShown, grantable } from './shown.ts';
import { address, day, name, prose } from './values.ts';

const limits = z.strictObject({
  writes_per_hour: z.int().min(1).max(1000).default(30),
  pending: z.int().min(1).max(1000).default(10),
  reads_per_minute: z.int().min(1).max(60_000).default(600),
});

const log = z.strictObject({
  arguments: z
    .literal('digest', {
      error: (issue) =>
        typeof issue.input === 'string' ? 'This version records only the "digest" of arguments.' : undefined,
    })
    .default('digest'),
});

/** There is nothing else to say: where it can be told what a sponsor may do, it always counts. */
const sponsorAccess = z.literal('unverified', {
  error: (issue) =>
    typeof issue.input === 'string'
      ? 'Leave this out, or say "unverified": where it can be told, it counts.'
      : undefined,
});

const callers = z
  .array(z.strictObject({ listener: address }))
  .min(1, 'At least one listener is needed, or no agent could reach this.')
  .superRefine((entries, context) => {
    for (const [index, { listener }] of entries.entries()) {
      if (entries.findIndex((entry) => entry.listener === listener) === index) continue;
      context.addIssue({ code: 'custom', path: [index, 'listener'], message: 'This listener is given twice.' });
    }
  });

/** The whole of a blueprint as written, with `capabilities` as its closed list of what can be granted. */
export function blueprintSchema(capabilities: readonly Grantable[]) {
  return z.strictObject({
    blueprint: z
      .string()
      .max(64)
      .regex(/^[a-z0-9-]+$/, 'A name has small letters a to z, digits and hyphens.'),
    goal: prose,
    agent: name,
    sponsor: name,
    sponsor_access: sponsorAccess.optional(),
    delegation: z.strictObject({ granted_by: name, reason: prose, expires: day }).optional(),
    callers,
    capabilities: z
      .strictObject(
        Object.fromEntries(capabilities.map((capability) => [capability.name, scope(capability).optional()])),
      )
      .refine((granted) => Object.keys(granted).length > 0, 'At least one capability must be granted.')
      .superRefine(checkShown(capabilities)),
    review: reviewSchema(capabilities).prefault({}),
    limits: limits.prefault({}),
    log: log.prefault({}),
  });
}

/** The capability's own schema, with `tools`, and strict even if its author forgot. */
function scope({ scope: own, tools }: Grantable) {
  const names = z.array(z.enum(grantable(tools).map((tool) => tool.name)));
  return own.safeExtend({ tools: names.min(1, 'To grant no tool, leave the capability out.').optional() }).strict();
}

export type BlueprintSchema = ReturnType<typeof blueprintSchema>;

const laterByPlace: Readonly<Record<string, readonly string[]>> = {
  '': ['signatures'],
  'callers[]': ['oidc', 'token'],
  capabilities: ['ticket-read', 'ticket-write', 'knowledge-read', 'knowledge-write'],
};

/** Whether a key is part of the language, though not yet of this version. */
export function comesLater(parent: readonly PropertyKey[], key: string): boolean {
  const place = parent.map((step) => (typeof step === 'number' ? '[]' : `.${String(step)}`)).join('');
  return laterByPlace[place.replace(/^\./, '')]?.includes(key) ?? false;
}
