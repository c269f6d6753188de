import { fetchWithin } from '#shared/http/fetch.ts';
import type { WithinLimits } from '#shared/http/limits.ts';
import { patientFetch } from '#shared/http/retry.ts';
import type { Document } from './documents/document.ts';
import { faultsIn, isNamed, Refused } from './failure.ts';
import type { Token, Tokens } from './tokens.ts';

/** Sends one document and resolves to its parsed answer. Rejects with what `failureOf` reads. */
export type Send = <T>(document: Document<T>, variables: Readonly<Record<string, unknown>>) => Promise<T>;

/** `read` tries again where Linear may only have been busy; `write` sends once. */
export type Transport = { readonly read: Send; readonly write: Send };

/** The longest answer that is read: a page of a hundred comments, each with its text. Bytes. */
const mostOfAnswer = 32 * 1024 * 1024;

type TransportOptions = {
  readonly origin: string;
  readonly userAgent: string;
  readonly tokens: Tokens;
  readonly withinLimits: WithinLimits;
  readonly now: () => number;
  readonly readTimeoutMs: number;
  readonly writeTimeoutMs: number;
};

/** GraphQL at one host, with the token of now. No redirect is followed. */
export function linearTransport(options: TransportOptions): Transport {
  const { now, readTimeoutMs, writeTimeoutMs } = options;
  const reading = patientFetch(authorised(options, readTimeoutMs), { budgetMs: readTimeoutMs, now });
  return {
    read: sendOver(options.origin, reading),
    write: sendOver(options.origin, authorised(options, writeTimeoutMs)),
  };
}

/**
 * A request that Linear did not take because of its token is sent once more with a new one: it did nothing with it, so
 * that this holds for writes too.
 */
function authorised(options: TransportOptions, timeoutMs: number): typeof globalThis.fetch {
  const { origin, userAgent, tokens, withinLimits } = options;
  const fetchWith = ({ authorization }: Token): typeof globalThis.fetch => {
    const headers = { authorization: authorization.reveal() };
    return withinLimits(
      '',
      fetchWithin({ origin, userAgent, timeoutMs, maxBytes: mostOfAnswer, redirects: 'refuse', headers }),
    );
  };
  return async (input, init) => {
    const token = await tokens.get();
    const response = await fetchWith(token)(input, init);
    if (!(await isUnauthenticated(response))) return response;
    const other = await tokens.insteadOf(token);
    return other === null ? response : fetchWith(other)(input, init);
  };
}

async function isUnauthenticated(response: Response): Promise<boolean> {
  if (response.status === 401) return true;
  if (response.status !== 400) return false;
  const answer = faultsIn(await response.json().catch(() => null));
  return answer?.faults.some((one) => isNamed(one, 'authentication_error')) ?? false;
}

function sendOver(origin: string, fetch: typeof globalThis.fetch): Send {
  return async ({ field, text, answer }, variables) => {
    const response = await fetch(`${origin}/graphql#${field}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: text, variables }),
    });
    const body: unknown = await response.json().catch(() => null);
    const failed = faultsIn(body);
    const data = failed?.data ?? (isObject(body) ? body['data'] : undefined);
    const parsed = answer.safeParse(data);
    // A mutation whose own answer is there was done, whatever could not be told of it besides.
    if (parsed.success && response.ok) return parsed.data;
    if (failed !== null) throw new Refused(response.status, failed.faults, failed.data);
    if (!response.ok) throw new Refused(response.status, [], undefined);
    throw new Error('the answer is not of the form that was asked for', { cause: parsed.error });
  };
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
