import { NotSent } from '../http/fetch.ts';
import { type Upload, uploading } from '../http/upload.ts';
import type { Endpoints } from './endpoints.ts';

/** An answer with an error status, in the shape of Octokit's own errors, so that one place understands both. */
class RestError extends Error {
  override readonly name = 'HttpError';
  readonly response: { readonly status: number; readonly headers: Record<string, string>; readonly data: unknown };

  constructor(response: Response, data: unknown) {
    super(`HTTP status ${response.status}`);
    this.response = { status: response.status, headers: Object.fromEntries(response.headers), data };
  }
}

/** One REST request of an installation; each segment of the path is escaped. Resolves to the parsed JSON, if any. */
export async function rest(
  { endpoints, fetch }: { endpoints: Endpoints; fetch: typeof globalThis.fetch },
  method: 'GET' | 'DELETE',
  segments: readonly string[],
  query: Readonly<Record<string, string>> = {},
  accept = 'application/vnd.github+json',
): Promise<unknown> {
  const headers = { accept };
  const search = new URLSearchParams(query).toString();
  const url = urlOf(endpoints, segments) + (search === '' ? '' : `?${search}`);
  const response = await fetch(url, { method, headers });
  return parse(await (await successful(response)).text());
}

/** One REST request with a JSON body, in which the tokens of uploads stand in that order. Resolves to the parsed JSON. */
export async function restSend(
  { endpoints, fetch }: { endpoints: Endpoints; fetch: typeof globalThis.fetch },
  method: 'POST' | 'PATCH' | 'DELETE',
  segments: readonly string[],
  body: unknown,
  uploads: readonly Upload[] = [],
): Promise<unknown> {
  const send = uploads.length === 0 ? fetch : uploading(fetch, uploads);
  const headers = { accept: 'application/vnd.github+json', 'content-type': 'application/json' };
  const response = await send(urlOf(endpoints, segments), { method, headers, body: JSON.stringify(body) });
  return parse(await (await successful(response)).text());
}

/** What GitHub gives as it is stored. */
export async function restBytes(
  { endpoints, fetch }: { endpoints: Endpoints; fetch: typeof globalThis.fetch },
  segments: readonly string[],
): Promise<Uint8Array> {
  const headers = { accept: 'application/vnd.github.raw+json' };
  const response = await fetch(urlOf(endpoints, segments), { method: 'GET', headers });
  return (await successful(response)).bytes();
}

/**
 * Where the answer to a GET is kept, when that is elsewhere: the address of a 302, without following it. Null for any
 * other redirect, with which GitHub leads to a repository's new name.
 */
export async function restLocation(
  { endpoints, fetch }: { endpoints: Endpoints; fetch: typeof globalThis.fetch },
  segments: readonly string[],
): Promise<string | null> {
  const url = urlOf(endpoints, segments);
  const response = await fetch(url, { method: 'GET', headers: { accept: 'application/vnd.github+json' } });
  if (response.status < 300 || response.status >= 400) await successful(response);
  const location = response.status === 302 ? response.headers.get('location') : null;
  return location === null ? null : new URL(location, url).href;
}

/**
 * One GET whose answer may be that the thing is elsewhere now, as of an issue that was transferred: its data, or the
 * address that GitHub leads to, which is not followed.
 */
export async function restOrMoved(
  { endpoints, fetch }: { endpoints: Endpoints; fetch: typeof globalThis.fetch },
  segments: readonly string[],
): Promise<{ readonly data: unknown } | { readonly moved: string }> {
  const url = urlOf(endpoints, segments);
  const response = await fetch(url, { method: 'GET', headers: { accept: 'application/vnd.github+json' } });
  const location = response.status >= 300 && response.status < 400 ? response.headers.get('location') : null;
  if (location !== null) return { moved: new URL(location, url).href };
  return { data: parse(await (await successful(response)).text()) };
}

function urlOf(endpoints: Endpoints, segments: readonly string[]): string {
  return `${endpoints.rest}${pathOf(segments)}`;
}

/** Each segment stays one: what escaping leaves as it is, and an address takes for another place, is not sent. */
export function pathOf(segments: readonly string[]): string {
  if (segments.some((segment) => /^\.{0,2}$/.test(segment))) throw new NotSent('a part of the address is none');
  return `/${segments.map(encodeURIComponent).join('/')}`;
}

/** The answer, unless it is of an error. */
export async function successful(response: Response): Promise<Response> {
  if (!response.ok) throw new RestError(response, parse(await response.text()));
  return response;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
