import type * as z from 'zod';
import { fetchWithin, NotSent } from '#shared/http/fetch.ts';
import type { WithinLimits } from '#shared/http/limits.ts';
import { patientFetch } from '#shared/http/retry.ts';
import type { Endpoints } from './endpoints.ts';
import { errorsOf } from './errors.ts';
import { failureOf, Refused, Unreadable } from './failure.ts';
import type { Power, Product } from './product.ts';
import type { Token, Tokens } from './tokens.ts';

type Query = Readonly<Record<string, string>>;

/** One request of the REST API. Each segment of the path is escaped; `answer` is what is said with success. */
export type Request<T> = {
  /** What follows the root of the product. */
  readonly path: readonly string[];
  readonly query?: Query;
  readonly answer: z.ZodType<T>;
};

/** Requests that change nothing. */
export type Reads = {
  /** Null where there is no such thing, or none that the account may see. Throws AppError. */
  readonly get: <T>(request: Request<T>) => Promise<T | null>;
  /** The same for what wants a body. */
  readonly query: <T>(request: Request<T> & { readonly body: unknown }) => Promise<T | null>;
  /** What is answered, whatever its status; throws AppError where it answers nothing. */
  readonly look: (request: Omit<Request<unknown>, 'answer'>) => Promise<Response>;
};

/** One request that changes something, sent once. Rejects with what `writeError` reads. */
export type Send = <T>(
  request: Request<T> & { readonly method: 'POST' | 'PUT' | 'DELETE'; readonly body?: unknown },
) => Promise<T>;

/** The longest answer that is read: a page of comments, each of the longest. Bytes. */
const mostOfAnswer = 32 * 1024 * 1024;

type TransportOptions = {
  readonly product: Product;
  readonly endpoints: Endpoints;
  readonly userAgent: string;
  readonly tokens: Tokens;
  readonly withinLimits: WithinLimits;
  readonly now: () => number;
  readonly timeoutMs: number;
};

/** Reads with a token of this power, tried again where the product may only have been busy. */
export function readsWith(power: Power, options: TransportOptions): Reads {
  const { now, timeoutMs, product } = options;
  const { readError, unavailable } = errorsOf(product);
  const fetch = patientFetch(authorised(power, options), { budgetMs: timeoutMs, now });
  const urlOf = (path: readonly string[], query?: Query): string => locate(options, path, query);
  const ask = async <T>(url: string, init: RequestInit, answer: z.ZodType<T>): Promise<T | null> => {
    try {
      return await parsed(await fetch(url, init), answer);
    } catch (error) {
      const failure = failureOf(error);
      if (failure.kind === 'status' && failure.status === 404) return null;
      throw error instanceof Unreadable ? unavailable(error) : readError(error);
    }
  };
  return {
    get: async ({ path, query, answer }) => ask(urlOf(path, query), { method: 'GET', headers: json }, answer),
    query: async ({ path, query, answer, body }) => ask(urlOf(path, query), posted('POST', body), answer),
    look: async ({ path, query }) => {
      try {
        return await fetch(urlOf(path, query), { method: 'GET', headers: json });
      } catch (error) {
        throw readError(error);
      }
    },
  };
}

/** Sends with the token that writes, once: no redirect is followed, and nothing is tried again. */
export function sendWith(options: TransportOptions): Send {
  const fetch = authorised('write', options);
  return async ({ method, path, query, body, answer }) =>
    parsed(await fetch(locate(options, path, query), posted(method, body)), answer);
}

const json = { accept: 'application/json' };

function posted(method: string, body: unknown): RequestInit {
  if (body === undefined) return { method, headers: json };
  return { method, headers: { ...json, 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

function locate({ endpoints, product }: TransportOptions, path: readonly string[], query: Query = {}): string {
  const search = new URLSearchParams(query).toString();
  // No escape keeps these from being taken for another path.
  if (path.some((segment) => /^\.{0,2}$/.test(segment))) throw new NotSent('a part of the path is none');
  const where = path.map(encodeURIComponent).join('/');
  return `${endpoints.api}${product.root}${where}${search === '' ? '' : `?${search}`}`;
}

async function parsed<T>(response: Response, answer: z.ZodType<T>): Promise<T> {
  const text = await response.text();
  if (!response.ok) throw new Refused(response.status, text);
  const found = answer.safeParse(jsonIn(response, text));
  if (!found.success) throw new Unreadable('the answer is not of the form that was asked for', { cause: found.error });
  return found.data;
}

/** Who is asked for nothing in particular answers 201 or 204 without a body, or JSON: anything else is somebody else's. */
function jsonIn({ status }: Response, text: string): unknown {
  if (text === '' && status !== 200) return undefined;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Unreadable('the answer is not JSON', { cause });
  }
}

/**
 * A request that was not taken because of its token is sent once more with a new one: it did nothing with it, so that
 * this holds for writes too.
 */
function authorised(power: Power, options: TransportOptions): typeof globalThis.fetch {
  const { endpoints, userAgent, tokens, withinLimits, timeoutMs } = options;
  const limits = { origin: new URL(endpoints.api).origin, userAgent, timeoutMs, maxBytes: mostOfAnswer } as const;
  const fetchAs = ({ secret, scheme }: Token): typeof globalThis.fetch =>
    withinLimits('', fetchWithin({ ...limits, redirects: 'refuse', token: secret, scheme }));
  return async (input, init) => {
    const token = await tokens.get(power);
    const response = await fetchAs(token)(input, init);
    if (response.status !== 401) return response;
    const other = await tokens.insteadOf(power, token);
    return other === null ? response : fetchAs(other)(input, init);
  };
}
