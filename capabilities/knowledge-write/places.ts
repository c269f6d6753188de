import type { Place } from '#capabilities/knowledge/types.ts';
import type { KnowledgeReader } from '#capabilities/knowledge-read/ports.ts';
import { named } from './names.ts';
import { namespaceRefOf, placeUnder } from './tool.ts';

/** The page that is right above a place; undefined at the top of a namespace. */
export function parentOf({ above }: Pick<Place, 'above'>): Place['above'][number] | undefined {
  return above.at(-1);
}

/** Whether two places are the same: what is above a parent, and what it is called, may have changed. */
export function samePlace(one: Place, other: Place): boolean {
  return one.namespace.id === other.namespace.id && parentOf(one)?.id === parentOf(other)?.id;
}

/** A place as people are told of it. The titles are in quotes: anybody may have chosen them. */
export function shownPlace({ namespace, above }: Place): string {
  if (above.length === 0) return `${namespace.key}, at the top`;
  return `${namespace.key}, under ${above.map(named).join(' / ')}`;
}

/** A place as it is now; null where its parent, or its namespace, is gone, in the trash or in another namespace. */
export async function placeNow(reader: KnowledgeReader, was: Place): Promise<Place | null> {
  const namespace = await reader.namespace(was.namespace.key);
  if (namespace === null || namespace.archived || namespace.id !== was.namespace.id) return null;
  const parent = parentOf(was);
  if (parent === undefined) return { namespace: namespaceRefOf(namespace), above: [] };
  const page = await reader.page(parent.id);
  return page === null || page.trashed || page.namespace.id !== namespace.id ? null : placeUnder(page);
}

/** The place, or the nearest above it that is there yet; null where its namespace is gone. */
export async function nearestPlace(reader: KnowledgeReader, was: Place): Promise<Place | null> {
  for (let above = was.above; ; above = above.slice(0, -1)) {
    const now = await placeNow(reader, { ...was, above });
    if (now !== null || above.length === 0) return now;
  }
}
