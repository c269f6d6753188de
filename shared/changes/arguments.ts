import type * as z from 'zod';
import { digest } from '#shared/crypto/canonical.ts';
import { AppError } from '#shared/errors.ts';
import type { Json, JsonObject } from '#shared/tools/index.ts';

/** Parses a call's arguments with a tool's own schema. Throws AppError `invalid_arguments` that names each fault. */
export function parseArguments<In>(schema: z.ZodType<In>, args: unknown): In {
  const parsed = schema.safeParse(args ?? {}, { error: missing });
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.slice(0, 10).map((issue) => {
    const where = issue.path.map(String).join('.');
    return short(where === '' ? issue.message : `${where}: ${issue.message}`);
  });
  const message = `${faults.join('; ').replace(/\.$/, '')}.`;
  throw new AppError('invalid_arguments', message, { next: 'Correct the arguments and call again.' });
}

/** A fault can name all keys that the caller made up, and an answer has to fit. */
function short(fault: string): string {
  return fault.length <= 400 ? fault : `${fault.slice(0, 399).toWellFormed()}…`;
}

/** Zod's own words, "expected string, received undefined", do not tell a model that it left something out. */
const missing: z.core.$ZodErrorMap = ({ code, input }) =>
  code === 'invalid_type' && input === undefined ? 'is missing' : undefined;

/** What every write tool's arguments have besides its own. */
export type Common = {
  readonly reason: string;
  readonly idempotencyKey: string | null;
  readonly after: string | null;
  readonly supersedes: string | null;
};

/** The reason, key, earlier change and earlier version of normalised arguments. */
export function commonArguments(args: Json): Common {
  const { reason, idempotency_key: key, after, supersedes } = args as JsonObject;
  return {
    reason: typeof reason === 'string' ? reason : '',
    idempotencyKey: typeof key === 'string' ? key : null,
    after: typeof after === 'string' ? after : null,
    supersedes: typeof supersedes === 'string' ? supersedes : null,
  };
}

/** What makes two proposals the same: who asks, with what, for what; not why, nor under which key. */
export function fingerprint(of: {
  agent: string;
  blueprint: string;
  tool: string;
  args: Json;
  restores: Json;
}): string {
  const { reason: _reason, idempotency_key: _key, ...content } = of.args as JsonObject;
  return digest({ agent: of.agent, blueprint: of.blueprint, tool: of.tool, content, restores: of.restores });
}
