import type { Secret } from './secret.ts';

/** A request that was stopped before anything left this process. */
export class NotSent extends Error {
  override readonly name = 'NotSent';
}

/** An answer that was longer than is read. */
export class TooLong extends Error {
  override readonly name = 'TooLong';
}

export type FetchOptions = {
  /** Scheme, host and port. A request to any other is not sent. */
  readonly origin: string;
  readonly userAgent: string;
  /** For the whole request, its redirects and its answer. */
  readonly timeoutMs: number;
  /** The longest answer that is read. */
  readonly maxBytes: number;
  /**
   * Follow the redirect of a GET, within the origin: what was renamed may answer with one. Or give it back as the
   * answer, to a caller that looks where it leads.
   */
  readonly redirects: 'follow' | 'refuse' | 'give_back';
  /** What every request carries besides. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What stands in `authorization`, after `bearer` unless another scheme is named. */
  readonly token?: Secret;
  readonly scheme?: 'bearer' | 'basic';
};

const maxHops = 3;

/**
 * A `fetch` that can reach one host alone. It adds the headers that every request carries, and resolves
 * when the whole answer has arrived, so that what breaks off on the way is an error and never an empty answer.
 */
export function fetchWithin(options: FetchOptions): typeof fetch {
  return async (input, init = {}) => {
    const timeout = AbortSignal.timeout(options.timeoutMs + uploadMs(init));
    const signal = init.signal ? AbortSignal.any([init.signal, timeout]) : timeout;
    const request = { ...init, headers: headersFor(options, init.headers), redirect: 'manual', signal } as const;
    let url = input instanceof Request ? input.url : String(input);
    for (let hop = 0; hop <= maxHops; hop++) {
      assertWithin(options.origin, url);
      const response = await fetch(url, request);
      const location = response.status >= 300 && response.status < 400 ? response.headers.get('location') : null;
      if (location === null || options.redirects === 'give_back') return await readWhole(response, options.maxBytes);
      await response.body?.cancel();
      if (options.redirects !== 'follow' || init.method !== 'GET') throw new Error('answered with a redirect');
      url = new URL(location, url).href;
    }
    throw new Error(`answered with more than ${maxHops} redirects`);
  };
}

/** A large request takes a while to leave, the longer the slower the line is: at least so many bytes a millisecond. */
const slowest = 250;

function uploadMs({ headers }: RequestInit): number {
  return Math.ceil(Number(new Headers(headers).get('content-length') ?? 0) / slowest);
}

function headersFor(options: FetchOptions, given: RequestInit['headers']): Headers {
  const headers = new Headers(given);
  for (const [name, value] of Object.entries(options.headers ?? {})) headers.set(name, value);
  headers.set('user-agent', options.userAgent);
  if (options.token) headers.set('authorization', `${options.scheme ?? 'bearer'} ${options.token.reveal()}`);
  return headers;
}

function assertWithin(origin: string, url: string): void {
  if (new URL(url).origin !== origin) throw new NotSent('the request would have gone to a host that is not configured');
}

async function readWhole(response: Response, maxBytes: number): Promise<Response> {
  if (response.body === null) return response;
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body) {
    length += chunk.byteLength;
    if (length > maxBytes) throw new TooLong(`answered with more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  const whole = new Uint8Array(length);
  // From the end, so that each chunk can go as soon as it is copied.
  for (let chunk = chunks.pop(), end = length; chunk !== undefined; chunk = chunks.pop()) {
    end -= chunk.byteLength;
    whole.set(chunk, end);
  }
  return new WholeResponse(whole, response);
}

/** An answer that has arrived. Unlike a `Response` of bytes, it does not copy them, which counts for large files. */
class WholeResponse extends Response {
  readonly #whole: Uint8Array<ArrayBuffer>;

  constructor(whole: Uint8Array<ArrayBuffer>, { status, statusText, headers }: Response) {
    super(null, { status, statusText, headers });
    this.#whole = whole;
  }

  override readonly clone = (): Response => new WholeResponse(this.#whole, this);
  override readonly bytes = async (): Promise<Uint8Array<ArrayBuffer>> => this.#whole;
  override readonly arrayBuffer = async (): Promise<ArrayBuffer> => this.#whole.buffer;
  override readonly text = async (): Promise<string> => new TextDecoder().decode(this.#whole);
  override readonly json = async (): Promise<unknown> => JSON.parse(await this.text());
}
