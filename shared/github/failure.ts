import * as z from 'zod';
import { chainOf, describe, isNeverSent } from '../http/connection.ts';
import { Limited } from '../http/limited.ts';
import { redacted } from '../http/redact.ts';
import { isLimited } from './hold.ts';

const graphqlErrors = z.array(
  z.object({
    type: z.string().optional().catch(undefined),
    message: z.string().catch(''),
    path: z
      .array(z.union([z.string(), z.number()]))
      .optional()
      .catch(undefined),
    extensions: z.record(z.string(), z.unknown()).optional().catch(undefined),
  }),
);

/** The shapes of the errors that Octokit throws; its requests throw the first for a lost connection too. */
const httpError = z.object({
  name: z.literal('HttpError'),
  response: z.object({ status: z.number(), headers: z.record(z.string(), z.unknown()), data: z.unknown() }).optional(),
});
const graphqlError = z.object({
  name: z.literal('GraphqlResponseError'),
  response: z.object({ errors: graphqlErrors }).loose(),
});

export type GraphqlFault = z.infer<typeof graphqlErrors>[number];

/**
 * How a request failed. `said` is what GitHub or the network said of it, for the log alone.
 * `never_sent`: nothing reached GitHub. `lost`: it may have, and no whole answer came back. `limited`: GitHub did not take it, and
 * says when (milliseconds since 1970) it takes requests again.
 */
export type Failure = { readonly said: Error } & (
  | { readonly kind: 'never_sent' | 'lost' }
  | { readonly kind: 'limited'; readonly until: number }
  | { readonly kind: 'status'; readonly status: number; readonly limited: boolean }
  | { readonly kind: 'graphql'; readonly faults: readonly GraphqlFault[]; readonly data: unknown }
);

/** What an error of a request says, in one form whatever threw it. Holds no request, no header and no token. */
export function failureOf(error: unknown): Failure {
  const graphql = graphqlError.safeParse(error);
  if (graphql.success) {
    const { errors, data } = graphql.data.response;
    return {
      kind: 'graphql',
      faults: errors,
      data,
      said: said(errors.map((each) => `${each.type}: ${each.message}`).join('; ')),
    };
  }
  const response = httpError.safeParse(error).data?.response;
  if (response !== undefined) {
    const { status } = response;
    const text = messageOf(response.data);
    return {
      kind: 'status',
      status,
      limited: isLimited(status, response.headers, text),
      said: said(`${status} ${text}`),
    };
  }
  const summary = said(chainOf(error).map(describe).join(': '));
  const limited = chainOf(error).find((each) => each instanceof Limited);
  if (limited) return { kind: 'limited', until: limited.until, said: summary };
  return { kind: isNeverSent(error) ? 'never_sent' : 'lost', said: summary };
}

/** What GitHub said, for the log. */
const said = (text: string): Error => new Error(`GitHub: ${redacted(text)}`);

const messageOf = (data: unknown): string =>
  z.object({ message: z.string() }).safeParse(data).data?.message ?? (typeof data === 'string' ? data : '');
