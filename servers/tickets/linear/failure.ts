import * as z from 'zod';
import { chainOf, describe, isNeverSent } from '#shared/http/connection.ts';
import { Limited } from '#shared/http/limited.ts';

const fault = z.object({
  message: z.string().catch(''),
  path: z
    .array(z.union([z.string(), z.number()]))
    .optional()
    .catch(undefined),
  extensions: z
    .object({
      code: z.string().optional().catch(undefined),
      type: z.string().optional().catch(undefined),
      userPresentableMessage: z.string().optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
});
export type Fault = z.infer<typeof fault>;
const body = z.object({ errors: z.array(fault).min(1), data: z.unknown().optional() });

/** The errors of a GraphQL answer, and the data beside them; null where it has none. */
export function faultsIn(answer: unknown): { readonly faults: readonly Fault[]; readonly data: unknown } | null {
  const parsed = body.safeParse(answer);
  return parsed.success ? { faults: parsed.data.errors, data: parsed.data.data } : null;
}

/** `AUTHENTICATION_ERROR` and `authentication error` are the same, as `code` and as `type`. */
const namesOf = ({ extensions }: Fault): readonly string[] =>
  [extensions?.code, extensions?.type].flatMap((name) => (name ? [name.toLowerCase().replaceAll(/[ _-]+/g, '_')] : []));

/** What Linear calls an error: https://linear.app/developers/graphql, and the types of its SDK. */
export const isNamed = (one: Fault, name: string): boolean => namesOf(one).includes(name);

/** An answer that is not the one that was asked for. Holds no request, no header and no credential. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly status: number;
  readonly faults: readonly Fault[];
  /** What came beside the errors. */
  readonly data: unknown;

  constructor(status: number, faults: readonly Fault[], data: unknown) {
    super(faults.map(({ message, extensions }) => `${extensions?.code ?? '?'}: ${message}`).join('; '));
    this.status = status;
    this.faults = faults;
    this.data = data;
  }
}

/**
 * How a request failed. `said` is what Linear or the network said of it, for the log alone.
 * `never_sent`: nothing reached Linear. `lost`: it may have, and no whole answer came back. `limited`: not taken, and when
 * requests are taken again (milliseconds since 1970). `invalid`: Linear does not take these values. `trouble`: it says
 * nothing of use.
 */
export type Failure = { readonly said: Error } & (
  | {
      readonly kind:
        | 'never_sent'
        | 'lost'
        | 'unauthenticated'
        | 'forbidden'
        | 'absent'
        | 'exists'
        | 'invalid'
        | 'trouble';
    }
  | { readonly kind: 'limited'; readonly until: number }
);

export function failureOf(error: unknown): Failure {
  const chain = chainOf(error);
  const limited = chain.find((each) => each instanceof Limited);
  const summary = said(chain.map(describe).join(': '));
  if (limited) return { kind: 'limited', until: limited.until, said: summary };
  if (error instanceof Refused) return { kind: kindOf(error), said: said(`${error.status} ${error.message}`) };
  return { kind: isNeverSent(error) ? 'never_sent' : 'lost', said: summary };
}

/** By the name of an error where it has one of its own; the words tell only what shares its name with other refusals. */
function kindOf({ status, faults }: Refused): Exclude<Failure['kind'], 'limited'> {
  const any = (test: (one: Fault) => boolean) => faults.some(test);
  if (status === 401 || any((one) => isNamed(one, 'authentication_error'))) return 'unauthenticated';
  if (any((one) => /^entity not found/i.test(one.message))) return 'absent';
  if (any((one) => /\balready exists\b|^conflict on insert/i.test(wordsOf(one)))) return 'exists';
  if (status === 403 || any((one) => isNamed(one, 'forbidden'))) return 'forbidden';
  if (any((one) => refusals.some((name) => isNamed(one, name)))) return 'invalid';
  return status >= 400 && status < 500 && status !== 408 && status !== 409 ? 'invalid' : 'trouble';
}

const wordsOf = ({ message, extensions }: Fault): string => `${message} ${extensions?.userPresentableMessage ?? ''}`;

const refusals = [
  'input_error',
  'invalid_input',
  'user_error',
  'graphql_validation_failed',
  'graphql_parse_failed',
  'bad_user_input',
  'feature_not_accessible',
  'usage_limit_exceeded',
] as const;

/** Keys and tokens of Linear's forms, and what stands in an `Authorization` header. */
const secrets = /lin_(?:api|oauth|wh)_\w+|(?<=\b(?:basic|bearer|token) )[\w.~+/=-]{12,}|eyJ[\w.-]+/gi;

/** Upstream text for the log: bounded, and without anything that looks like a credential. */
function said(text: string): Error {
  return new Error(`Linear: ${text.slice(0, 4000).replaceAll(secrets, '[secret]').slice(0, 2000)}`);
}
