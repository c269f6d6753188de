import { sameNamespace } from '#capabilities/knowledge/keys.ts';
import type { NamespaceRef, Place } from '#capabilities/knowledge/types.ts';
import type { Namespace } from '#capabilities/knowledge-read/ports.ts';
import { remembered } from '#shared/http/remembered.ts';
import type { NotionPage, Parent } from './answers.ts';
import type { Reads } from './api.ts';
import { orNull } from './errors.ts';
import { isId } from './ids.ts';

/** A page under which a namespace is, by the key that the operator gave it. */
export type Root = { readonly key: string; readonly id: string };

/** Where a page is, and whether it or what it is under is in the trash. */
export type Spot = { readonly place: Place; readonly trashed: boolean };

export type Namespaces = {
  /** By its key; null where none has it, or where its page cannot be seen. */
  readonly namespace: (key: string) => Promise<Namespace | null>;
  readonly keys: readonly string[];
  /**
   * Where a page is, by the pages above it up to the nearest that a namespace is under; null for one that is in none. The
   * page that a namespace is under is itself in none.
   */
  readonly locate: (page: Pick<NotionPage, 'id' | 'parent'>) => Promise<Spot | null>;
  /** Lets what is remembered count no longer: something was written. */
  readonly forget: () => void;
};

/** More levels than pages have in earnest, with the blocks and databases between them. */
const mostSteps = 40;

/** One that something is in: a page, or what is no page itself and is passed over. */
type Holder = { readonly parent: Parent; readonly page: NotionPage | null };

/**
 * Notion gives integrations no spaces, but pages: a namespace is all that is under one.
 * @param maxAgeMs for how long what is above a page counts; nothing is remembered for a write, before which a page may have moved
 */
export function notionNamespaces({
  reads,
  roots,
  now,
  maxAgeMs,
}: {
  readonly reads: Reads;
  readonly roots: readonly Root[];
  readonly now: () => number;
  readonly maxAgeMs: number;
}): Namespaces {
  const keyOf = new Map(roots.map(({ key, id }) => [id, key]));
  const ask = <T>(read: (id: string) => Promise<T>) =>
    remembered({ ask: (id) => (isId(id) ? orNull(read(id)) : Promise.resolve(null)), maxAgeMs, now });
  const anew = () => ({
    page: ask(reads.page),
    block: ask(reads.block),
    database: ask(reads.database),
    dataSource: ask(reads.dataSource),
  });
  let known = anew();
  const holderOf = async ({ type, ...ids }: Parent): Promise<Holder | null> => {
    if (type === 'page_id') {
      const page = await known.page(ids.page_id ?? '');
      return page && { parent: page.parent, page };
    }
    const other = await passedOver(type);
    return other === null || other === undefined ? null : { parent: other, page: null };

    async function passedOver(kind: string): Promise<Parent | null | undefined> {
      if (kind === 'block_id') return (await known.block(ids.block_id ?? ''))?.parent;
      if (kind === 'database_id') return (await known.database(ids.database_id ?? ''))?.parent;
      if (kind !== 'data_source_id') return null;
      const source = await known.dataSource(ids.data_source_id ?? '');
      return source?.database_parent ?? source?.parent;
    }
  };
  return {
    forget: () => {
      known = anew();
    },
    keys: roots.map(({ key }) => key),
    namespace: async (key) => {
      const root = roots.find((each) => sameNamespace(each.key, key));
      const page = root ? await orNull(reads.page(root.id)) : null;
      return root && page ? { ...refOf(root.key, page), url: page.url, archived: page.in_trash, pages: null } : null;
    },
    locate: async (found) => {
      if (keyOf.has(found.id)) return null;
      const above: { readonly id: string; readonly title: string }[] = [];
      let { parent } = found;
      let trashed = false;
      for (let step = 0; step < mostSteps; step += 1) {
        const holder = await holderOf(parent);
        if (holder === null) return null;
        const { page } = holder;
        const key = page && keyOf.get(page.id);
        if (page) trashed ||= page.in_trash;
        if (page && key !== undefined && key !== null) {
          return { place: { namespace: refOf(key, page), above: above.reverse() }, trashed };
        }
        if (page) above.push({ id: page.id, title: page.title });
        parent = holder.parent;
      }
      return null;
    },
  };
}

const refOf = (key: string, { id, title }: NotionPage): NamespaceRef => ({ id, key, name: title === '' ? key : title });
