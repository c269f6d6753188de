const loopback: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** A URL that can be called, without a slash at the end; a string in `problem` says in words why it cannot be. */
export function callable(text: string): { readonly url: string } | { readonly problem: string } {
  if (!URL.canParse(text)) return { problem: 'is not a URL' };
  const { protocol, hostname, origin, pathname, search, hash, username, password } = new URL(text);
  if (username !== '' || password !== '') return { problem: 'must not hold a user name or password' };
  if (search !== '' || hash !== '') return { problem: 'must have no query and no fragment' };
  if (protocol !== 'https:' && !(protocol === 'http:' && loopback.has(hostname))) {
    return { problem: 'must begin with https:// (http:// is for a loopback address only)' };
  }
  return { url: origin + pathname.replace(/\/+$/, '') };
}
