import { type Endpoints, isHosted } from '#shared/github/endpoints.ts';

/**
 * Where github.com keeps the logs of jobs: storage hosts numbered within this one name.
 * https://github.blog/changelog/2026-10-22-meta-api-endpoints-updated-for-actions-blob-storage
 */
const githubs = /^productionresultssa\d{1,4}\.blob\.core\.windows\.net$/;

/**
 * Whether a log may be fetched from where GitHub says it is: its own address, the hosts that github.com documents, and
 * those that the operator named, these with nothing but HTTPS on its usual port.
 */
export function isLogHost(url: string, endpoints: Endpoints, named: readonly string[]): boolean {
  if (!URL.canParse(url)) return false;
  const { origin, protocol, host, username, password } = new URL(url);
  if (username !== '' || password !== '') return false;
  if (origin === endpoints.origin) return true;
  return protocol === 'https:' && ((isHosted(endpoints) && githubs.test(host)) || named.includes(host));
}
