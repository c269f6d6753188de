import * as z from 'zod';
import { type Standing, standing } from '#capabilities/repo/standing.ts';

/** As GitHub spells it; a word that came later says as little as none. */
export const authorAssociation = z
  .string()
  .transform((word): Standing => standing.exclude(['app']).safeParse(word.toLowerCase()).data ?? 'none');

/** What the author of a text is to the repository. Of every App GitHub says that it has no association. */
export function standingOf(text: {
  readonly author: { readonly __typename: string } | null;
  readonly authorAssociation: Standing;
}): Standing {
  return text.author?.__typename === 'Bot' ? 'app' : text.authorAssociation;
}
