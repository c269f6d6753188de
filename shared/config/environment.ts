import type * as z from 'zod';
import { AppError } from '#shared/errors.ts';

/** A process's settings as the system hands them over. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The settings of one server, parsed. Throws AppError `bad_configuration` that lists every problem, one a line.
 * `who` begins the message: "The GitHub server".
 */
export function parseEnvironment<T>(schema: z.ZodType<T>, environment: Environment, who: string): T {
  const parsed = schema.safeParse(environment);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new AppError('bad_configuration', `${who} cannot start:\n${problems.join('\n')}`);
}
