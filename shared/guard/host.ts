import type { MiddlewareHandler } from 'hono';
import { AppError } from '#shared/errors.ts';
import { refuse } from './refusal.ts';

const authority = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::(\d{1,5}))?$/;

/**
 * The host of a `Host` header value or URL authority, as it is compared: lower case, no port, no trailing dot, IPv6 in
 * brackets and in its shortest form. `undefined` for everything that is not exactly one `host[:port]`, so for user
 * names, paths, lists of two hosts and white space too. An IPv4 address in an unusual notation stays as it was
 * written and therefore equals nothing on a list.
 */
export function parseHost(value: string): string | undefined {
  const [, host, port] = authority.exec(value.toLowerCase()) ?? [];
  if (host === undefined || Number(port ?? 0) > 65_535) return undefined;
  if (host.startsWith('[')) return canonicalIpv6(host);
  const name = host.endsWith('.') ? host.slice(0, -1) : host;
  return name === '' || name.startsWith('.') || name.endsWith('.') ? undefined : name;
}

function canonicalIpv6(bracketed: string): string | undefined {
  return URL.canParse(`http://${bracketed}`) ? new URL(`http://${bracketed}`).hostname : undefined;
}

/**
 * The hosts of an allow-list, ready for comparison. Entries are host names without a port; IPv6 addresses may come
 * without brackets. Throws `bad_configuration` for an entry that no request could match.
 */
export function hostSet(allowedHosts: readonly string[]): ReadonlySet<string> {
  return new Set(allowedHosts.map(allowedHost));
}

function allowedHost(entry: string): string {
  const isBareIpv6 = entry.split(':').length > 2 && !entry.startsWith('[');
  const hasPort = !isBareIpv6 && /:\d*$/.test(entry);
  const host = parseHost(isBareIpv6 ? `[${entry}]` : entry);
  if (host === undefined || hasPort) {
    throw new AppError('bad_configuration', `"${entry}" is not a host name or address without a port.`);
  }
  return host;
}

/**
 * Lets only requests through that were addressed to one of our own names; all others get 403. This is what stops a
 * web page whose name was rebound to our address. It has to come before routing and before every other guard.
 */
export function hostGuard(allowedHosts: readonly string[]): MiddlewareHandler {
  const allowed = hostSet(allowedHosts);
  return async (context, next) => {
    const host = parseHost(context.req.header('host') ?? '');
    if (host === undefined || !allowed.has(host)) {
      return refuse(context, 403, new AppError('not_permitted', 'This server is not reached under that host name.'));
    }
    return next();
  };
}
