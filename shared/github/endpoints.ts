/** Where one GitHub is reached. All requests of its API go to `origin`. */
export type Endpoints = {
  readonly origin: string;
  /** Base of the REST API, without a slash at the end. */
  readonly rest: string;
  /** Where git is spoken. */
  readonly git: string;
};

const loopback: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** github.com and its data-residency sites have an API host of their own; a GitHub Enterprise Server has paths. */
const isApiHost = (host: string): boolean => host === 'api.github.com' || /^api\.[a-z0-9-]+\.ghe\.com$/.test(host);

/**
 * The endpoints of a base URL: `https://api.github.com`, or `https://HOST` of a GitHub Enterprise Server. A string
 * says in words why the URL cannot be used.
 */
export function endpointsOf(base: string): Endpoints | string {
  if (!URL.canParse(base)) return 'is not a URL';
  const { protocol, hostname, origin, pathname, search, hash, username, password } = new URL(base);
  if (username !== '' || password !== '') return 'must not hold a user name or password';
  if (pathname !== '/' || search !== '' || hash !== '') return 'must be a host alone, without a path';
  if (protocol !== 'https:' && !(protocol === 'http:' && loopback.has(hostname))) {
    return 'must begin with https:// (http:// is for a loopback address only)';
  }
  if (hostname === 'github.com' || hostname === 'www.github.com')
    return 'must be https://api.github.com for github.com';
  if (!isApiHost(hostname)) return { origin, rest: `${origin}/api/v3`, git: origin };
  return { origin, rest: origin, git: origin.replace('//api.', '//') };
}

/** Whether GitHub itself runs it, and not its customer. */
export function isHosted({ origin }: Endpoints): boolean {
  return isApiHost(new URL(origin).hostname);
}
