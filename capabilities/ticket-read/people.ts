import { shorten } from '#capabilities/common/text.ts';
import { type Person, person } from '#capabilities/ticket/types.ts';

/** As answers have it. */
export const standingOutput = person.shape.standing.describe(
  'What its author is here: the words of others than member and app are a stranger’s.',
);

/** Whether words are by somebody who does not work there, or may not. */
export function isStranger(standing: Person['standing']): boolean {
  return standing !== 'member' && standing !== 'app';
}

/** Who wrote something, as answers say it. */
export function authorOf(author: Person | null, show: (text: string) => string) {
  return { by: author && nameOf(author, show), standing: author?.standing ?? 'unknown' } as const;
}

export const nameOf = ({ name }: Person, show: (text: string) => string): string => shorten(show(name), 60);
