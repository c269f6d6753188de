import * as z from 'zod';

/** Those who work on the repository, as far as a backend says: none of these words proves that somebody may push. */
const insiders = ['owner', 'member', 'collaborator'] as const;

/**
 * What the author of a text is to the repository. The words but `app` are GitHub's:
 * https://docs.github.com/en/graphql/reference/enums#commentauthorassociation
 */
export const standing = z.enum([
  ...insiders,
  'contributor',
  'first_time_contributor',
  'first_timer',
  'mannequin',
  'none',
  'app',
]);
export type Standing = z.infer<typeof standing>;

/** As answers have it; absent where the backend does not say. */
export const standingOutput = standing
  .exactOptional()
  .describe('What its author is here: the words of others than owner, member and collaborator are a stranger’s.');

/**
 * Whether a text is by somebody who does not work on the repository, or may be; the account that writes for this server is
 * no stranger, since what it writes was accepted by a person, or is by an agent that had read nothing of strangers.
 */
export function isStrangerTo(
  ownLogin: string,
  { author, standing: known }: { readonly author: string | null; readonly standing?: Standing },
): boolean {
  return isStranger(known) && !(known === 'app' && author === ownLogin);
}

/** Whether a text is by somebody who does not work on the repository, or may be. */
function isStranger(author: Standing | undefined): boolean {
  return !insiders.some((one) => one === author);
}
