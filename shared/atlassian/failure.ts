import { chainOf, describe, isNeverSent } from '#shared/http/connection.ts';
import { Limited } from '#shared/http/limited.ts';
import { redacted } from '#shared/http/redact.ts';

/** An answer that is not the one that was asked for. Holds no request, no header and no credential. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly status: number;

  constructor(status: number, words: string) {
    super(words);
    this.status = status;
  }
}

/** An answer that arrived and says that it was done, but not in a form that can be read. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
}

/**
 * How a request failed. `said` is what Atlassian or the network said of it, for the log alone.
 * `never_sent`: nothing reached Atlassian. `lost`: it may have, and no whole answer came back. `limited`: it did not take it,
 * and says when (milliseconds since 1970) it takes requests again.
 */
export type Failure = { readonly said: Error } & (
  | { readonly kind: 'never_sent' | 'lost' }
  | { readonly kind: 'limited'; readonly until: number }
  | { readonly kind: 'status'; readonly status: number }
);

export function failureOf(error: unknown): Failure {
  const chain = chainOf(error);
  const limited = chain.find((each) => each instanceof Limited);
  const summary = said(chain.map(describe).join(': '));
  if (limited) return { kind: 'limited', until: limited.until, said: summary };
  if (error instanceof Refused) {
    return { kind: 'status', status: error.status, said: said(`${error.status} ${error.message}`) };
  }
  return { kind: isNeverSent(error) ? 'never_sent' : 'lost', said: summary };
}

/** API tokens of Atlassian's forms. */
const tokens = /\bAT(?:ATT|CTT|STT|OA)[\w=+/.-]{8,}/g;

function said(text: string): Error {
  return new Error(`Atlassian: ${redacted(text.slice(0, 4000).replaceAll(tokens, '[secret]'))}`);
}
