import { type FetchOptions, fetchWithin as within } from '../http/fetch.ts';

/** A `fetch` that can reach one GitHub alone, in the version of its API that is spoken here. */
export function fetchWithin(options: Omit<FetchOptions, 'headers'>): typeof fetch {
  return within({ ...options, headers: { 'x-github-api-version': '2022-11-28' } });
}
