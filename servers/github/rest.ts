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
): Promise<unknown> {
  const url = `${endpoints.rest}/${segments.map(encodeURIComponent).join('/')}`;
  const response = await fetch(url, { method, headers: { accept: 'application/vnd.github+json' } });
  const text = await response.text();
  if (!response.ok) throw new RestError(response, parse(text));
  return parse(text);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
