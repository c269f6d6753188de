import * as z from 'zod';
import type { Session } from '#shared/github/session.ts';

const label = z.object({ name: z.string() });

/** What no part of an address can be is no name of a label that can be looked up. */
export const canBeLabel = (name: string): boolean => !/^\.{0,2}$/.test(name);

/** Those of the names that no label of the repository has. GitHub compares them without regard to case. */
export async function missingLabels({ get }: Session, names: readonly string[]): Promise<readonly string[]> {
  const look = (name: string) => (canBeLabel(name) ? get({ path: ['labels', name], data: label }) : null);
  const found = await Promise.all(names.map(look));
  return names.filter((_, index) => found[index] === null);
}
