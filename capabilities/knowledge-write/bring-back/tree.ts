import type { NamespaceRef, Place } from '#capabilities/knowledge/types.ts';

/** A page in a list of all of them. */
export type Listed = {
  readonly id: string;
  readonly title: string;
  readonly revision: string;
  /** Of its text. */
  readonly digest: string;
  readonly above: Place['above'];
};
export type Listing = ReadonlyMap<string, Listed>;

/** Finds where each page will be at the end: right under the nearest of those above it that will be there. */
export function placesAtEnd({
  namespace,
  then,
  now,
  there,
}: {
  readonly namespace: NamespaceRef;
  readonly then: Listing;
  readonly now: Listing;
  /** The pages that will be there. */
  readonly there: ReadonlySet<string>;
}): (id: string) => Place {
  const known = new Map<string, Place>();
  const placeOf = (id: string): Place => {
    const found = known.get(id);
    if (found) return found;
    // What was there is above by what it was; a page that was elsewhere stays under what it is under now.
    const above = (then.get(id) ?? now.get(id))?.above ?? [];
    const parent = above.findLast((each) => there.has(each.id));
    const title = parent && ((then.get(parent.id) ?? now.get(parent.id))?.title ?? parent.title);
    const place = {
      namespace,
      above: parent ? [...placeOf(parent.id).above, { id: parent.id, title: title ?? '' }] : [],
    };
    known.set(id, place);
    return place;
  };
  return placeOf;
}
