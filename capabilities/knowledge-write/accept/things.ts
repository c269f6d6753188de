import type { PageRef } from '#capabilities/knowledge/types.ts';
import { thingOf } from '../tool.ts';

/** What is said on a page, as a thing: in no version, so that what others say is no work on it. */
export function conversationOf({ id }: Pick<PageRef, 'id'>): string {
  return `conversation:${id}`;
}

/** The page that a change wrote, or said something on, by the names of what it left; null where it is none, or several. */
export function pageIn(left: readonly string[]): string | null {
  const pages = left.flatMap((thing) => {
    const id = thing.slice(thing.indexOf(':') + 1);
    return [thingOf({ page: id }), conversationOf({ id })].includes(thing) ? [id] : [];
  });
  const [page, ...others] = new Set(pages);
  return page === undefined || others.length > 0 ? null : page;
}
