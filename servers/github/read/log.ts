import { AppError } from '#shared/errors.ts';
import type { Endpoints } from '#shared/github/endpoints.ts';
import { fetchWithin } from '#shared/github/fetch.ts';
import { successful } from '#shared/github/rest.ts';
import { TooLong } from '#shared/http/fetch.ts';
import { isLogHost } from '../log-hosts.ts';

/** The longest log that is read, in bytes. */
const longest = 32 * 1024 * 1024;

/**
 * A log from where GitHub says it is kept, without any credential of ours: the address itself is good for a minute.
 * @throws AppError `backend_refused` when that is no host of logs, `too_large`
 */
export async function fetchLog(
  location: string,
  options: {
    readonly endpoints: Endpoints;
    readonly logHosts: readonly string[];
    readonly userAgent: string;
    readonly patient: (fetch: typeof globalThis.fetch) => typeof globalThis.fetch;
    readonly timeoutMs: number;
  },
): Promise<string> {
  const { endpoints, logHosts, userAgent, patient, timeoutMs } = options;
  if (!isLogHost(location, endpoints, logHosts)) throw foreign(location);
  const { origin } = new URL(location);
  const fetch = patient(fetchWithin({ origin, userAgent, timeoutMs, maxBytes: longest, redirects: 'refuse' }));
  try {
    return await (await successful(await fetch(location, { method: 'GET' }))).text();
  } catch (error) {
    if (!(error instanceof TooLong)) throw error;
    throw new AppError('too_large', `The log has more than ${longest} bytes.`, { next: 'Have the job write less.' });
  }
}

function foreign(location: string): AppError {
  const host = URL.canParse(location) ? new URL(location).host : 'an address that is none';
  return new AppError('backend_refused', 'The log is kept on a host that this server may not reach.', {
    next: 'Ask the operator to name that host in COUNTERSIGN_GITHUB_LOG_HOSTS; the log of this server says which.',
    cause: new Error(`the log is at ${host}`),
  });
}
