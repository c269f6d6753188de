import { type WithinLimits, withinLimits as within } from '../http/limits.ts';
import { holdOf, isLimited } from './hold.ts';

/** GitHub takes 100 requests at once of one App. */
const mostAtOnce = 100;

/** Keeps an installation, or the App itself, to GitHub's limits. */
export function withinLimits({ now, most = mostAtOnce }: { now: () => number; most?: number }): WithinLimits {
  const read = async (response: Response, time: number) => {
    const refused = await refusedForNow(response);
    return { hold: holdOf(response, refused, time), refused };
  };
  return within({ now, most, resourceOf, read });
}

/** What GitHub counts apart: https://docs.github.com/en/rest/search/search#rate-limit */
function resourceOf(url: string): 'graphql' | 'code_search' | 'search' | 'core' {
  if (url.endsWith('/graphql')) return 'graphql';
  const [, kind] = /\/search\/([a-z]+)$/.exec(new URL(url).pathname) ?? [];
  if (kind === undefined) return 'core';
  return kind === 'code' ? 'code_search' : 'search';
}

async function refusedForNow(response: Response): Promise<boolean> {
  const { status, headers } = response;
  if (status !== 403 && status !== 429) return false;
  return isLimited(status, Object.fromEntries(headers), await response.clone().text());
}
