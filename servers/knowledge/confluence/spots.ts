import type { Place } from '#capabilities/knowledge/types.ts';
import type { ConfluencePage } from './answers.ts';

/** The page right above a place; null at the top of its space. */
export const parentOf = ({ above }: Place): string | null => above.at(-1)?.id ?? null;

/** Whether a page is right under the last of a place, in its space. */
export const isAt = (found: Pick<ConfluencePage, 'parentId' | 'spaceId'>, place: Place): boolean =>
  found.spaceId === place.namespace.id && (found.parentId ?? null) === parentOf(place);
