import { sameNamespace } from '#capabilities/knowledge/keys.ts';
import type { NamespaceRef } from '#capabilities/knowledge/types.ts';
import type { Namespace } from '#capabilities/knowledge-read/ports.ts';
import type { Reads } from '#shared/atlassian/transport.ts';
import { remembered } from '#shared/http/remembered.ts';
import { type Space, some, space } from './answers.ts';
import { isId } from './ids.ts';
import { v2 } from './product.ts';

/** For how long the key and name of a space count, in milliseconds. */
const maxAgeMs = 60_000;

export type Spaces = {
  /** By its key; null where there is none, or none that the account may see. */
  readonly namespace: (key: string) => Promise<Namespace | null>;
  /** The same, as it was told within the last minute. */
  readonly byKey: (key: string) => Promise<NamespaceRef | null>;
  readonly byId: (id: string) => Promise<NamespaceRef | null>;
};

export function confluenceSpaces({
  reads,
  site,
  now,
}: {
  readonly reads: Reads;
  readonly site: string;
  readonly now: () => number;
}): Spaces {
  const byId = remembered({ ask: (id) => reads.get({ path: [...v2, 'spaces', id], answer: space }), maxAgeMs, now });
  const namespace: Spaces['namespace'] = async (key) => {
    // Keys of spaces of teams are in large letters, and Confluence finds no other.
    const keys = [...new Set([key, key.toUpperCase()])].join(',');
    const found = await reads.get({ path: [...v2, 'spaces'], query: { keys, limit: '10' }, answer: some(space) });
    const one = found?.results.find((each) => sameNamespace(each.key, key));
    return one === undefined ? null : namespaceOf(site, one);
  };
  const byKey = remembered({ ask: namespace, maxAgeMs, now });
  return {
    namespace,
    byKey,
    byId: async (id) => {
      const found = isId(id) ? await byId(id) : null;
      return found && refOf(found);
    },
  };
}

const refOf = ({ id, key, name }: Space): NamespaceRef => ({ id, key, name });

function namespaceOf(site: string, found: Space): Namespace {
  const url = wikiUrl(site, found._links?.webui ?? `/spaces/${encodeURIComponent(found.key)}`);
  return { ...refOf(found), url, archived: found.status === 'archived', pages: null };
}

/** The address of what Confluence gives a path of, on the site and nowhere else. */
export function wikiUrl(site: string, path: string): string {
  const home = new URL(`${site}/wiki`);
  const url = new URL(`${home.href}${path.startsWith('/') ? '' : '/'}${path}`);
  return url.origin === home.origin ? url.href : home.href;
}
