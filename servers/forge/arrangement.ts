import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { permissionNames } from './config.ts';

const rule = z.discriminatedUnion('type', [
  z.strictObject({ type: z.enum(['deletion', 'non_fast_forward', 'pull_request', 'required_signatures']) }),
  z.strictObject({
    type: z.literal('required_status_checks'),
    parameters: z.strictObject({ required_status_checks: z.array(z.strictObject({ context: z.string() })) }),
  }),
]);

const arrangementSchema = z.strictObject({
  /** Accounts whose owner has suspended the installation of the App. */
  suspended: z.array(z.string()).default([]),
  /** The repositories that the installation was given, by `owner/name`; all of them unless given. */
  selected: z.array(z.string()).optional(),
  /** What the App may do, instead of what forge was started with. */
  permissions: z.partialRecord(z.enum(permissionNames), z.enum(['read', 'write'])).optional(),
  /** The rules of a repository's default branch, by `owner/name`, instead of those that each has. */
  rules: z.record(z.string(), z.array(rule)).default({}),
  /** Repositories, by `owner/name`, whose ruleset the App may bypass. */
  bypass: z.array(z.string()).default([]),
  /** The older kind of protection, by `owner/name`: who asks is held by it. */
  protection: z
    .record(
      z.string(),
      z.strictObject({ reviews: z.int().min(0), signatures: z.boolean(), checks: z.array(z.string()) }),
    )
    .default({}),
});
export type Arrangement = z.infer<typeof arrangementSchema>;
export type ArrangedRule = z.infer<typeof rule>;

export const arrangementPath = (dataDir: string): string => join(dataDir, 'arrangement.json');

/**
 * What an owner set otherwise than forge has it by itself. Read anew each time from a file in forge's own data, so that a
 * test can change it while forge runs. Write it whole.
 */
export function arrangement({ config }: { readonly config: { readonly dataDir: string } }): Arrangement {
  try {
    return arrangementSchema.parse(JSON.parse(readFileSync(arrangementPath(config.dataDir), 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return arrangementSchema.parse({});
    throw error;
  }
}

/** What is arranged under a repository's name, however it is spelt. */
export function arrangedFor<T>(of: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.entries(of).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
}
