import { shownText } from '#capabilities/common/shown-text.ts';
import { shorten } from '#capabilities/common/text.ts';
import type { PageRef } from '#capabilities/knowledge/types.ts';

/** A page as people are told of it: by its title, which anybody may have chosen, in quotes and without what does not show. */
export function named({ title }: Pick<PageRef, 'title'>): string {
  return JSON.stringify(shorten(shownText(title).text, 120));
}
