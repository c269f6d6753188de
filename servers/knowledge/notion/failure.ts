import { isNotionClientError } from '@notionhq/client';
import { chainOf, describe, isNeverSent } from '#shared/http/connection.ts';
import { Limited } from '#shared/http/limited.ts';

/** What a failed request says of itself. `said` may quote Notion, and is for the log alone. */
export type Failure =
  | { readonly kind: 'limited'; readonly until: number; readonly said: unknown }
  | { readonly kind: 'status'; readonly status: number; readonly code: string; readonly said: unknown }
  | { readonly kind: 'never_sent' | 'trouble'; readonly said: unknown };

export function failureOf(error: unknown): Failure {
  const limited = chainOf(error).find((each) => each instanceof Limited);
  if (limited !== undefined) return { kind: 'limited', until: limited.until, said: error };
  if (isNotionClientError(error) && 'status' in error) {
    const { status, code } = error;
    return { kind: 'status', status, code, said: new Error(`answered with ${status} ${code}`) };
  }
  const said = error instanceof Error ? new Error(describe(error), { cause: error.cause }) : error;
  return { kind: isNeverSent(error) ? 'never_sent' : 'trouble', said };
}
