import { posix } from 'node:path';

/** Where a link of a page leads: to a page of this file by its id, or to what was imported from a path. */
export type LinkTarget = { readonly kind: 'page' | 'path'; readonly target: string };

/** The destinations of inline links and images, reference definitions, autolinks, and addresses of ours anywhere. */
const destinations: readonly RegExp[] = [
  /\]\(\s*<([^<>\n]{1,2000})>/gu,
  /\]\(\s*([^\s()<>]{1,2000})/gu,
  /^ {0,3}\[[^\]\n]{1,200}\]:[ \t]*<?([^\s<>]{1,2000})/gmu,
  /<((?:page|knowledge):[^\s<>]{1,200})>/gu,
  /\b(knowledge:[0-9a-f]{8}\/pg_[0-9a-z]{1,40})/gu,
];

/** What a text leads to, once each. @param path where the page was imported from: relative links start there */
export function linkTargets(text: string, origin: string, path: string | null): LinkTarget[] {
  const found = new Map<string, LinkTarget>();
  for (const pattern of destinations) {
    for (const [, destination = ''] of text.matchAll(pattern)) {
      const target = targetOf(destination, origin, path);
      if (target !== null) found.set(`${target.kind} ${target.target}`, target);
    }
  }
  return [...found.values()];
}

function targetOf(destination: string, origin: string, path: string | null): LinkTarget | null {
  const [, ref] = /^page:(pg_[0-9a-z]{1,40})(?:#.*)?$/su.exec(destination) ?? [];
  if (ref !== undefined) return { kind: 'page', target: ref };
  if (destination.startsWith(`${origin}/`)) {
    const own = /^(pg_[0-9a-z]{1,40})(?:#.*)?$/su.exec(destination.slice(origin.length + 1))?.[1];
    return own === undefined ? null : { kind: 'page', target: own };
  }
  if (path === null || /^[a-z][a-z0-9+.-]*:|^[/#?]/iu.test(destination)) return null;
  const relative = decoded(destination.replace(/[?#].*$/su, ''));
  const joined = posix.normalize(posix.join(posix.dirname(path), relative));
  return relative === '' || joined.startsWith('..') ? null : { kind: 'path', target: joined };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
