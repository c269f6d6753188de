import * as z from 'zod';
import { entryOfOwner } from '#shared/people/owners.ts';
import type { People } from '#shared/people/people.ts';
import type { Ownership } from '#shared/tools/index.ts';

/** Files that the same owners own, or that nobody does. */
const ownerSet = z.strictObject({
  paths: z.array(z.string()).min(1),
  /** As CODEOWNERS writes them; empty for nobody. */
  owners: z.array(z.string()),
  /** Who of them could decide, by the list of people when the change was sealed. */
  by: z.array(z.string()),
});
export type OwnerSet = z.infer<typeof ownerSet>;

/** Who owns what a change is about, as it was when the change was sealed. */
export const codeOwners = z.strictObject({
  file: z.strictObject({ path: z.string(), commit: z.string() }).nullable(),
  /** The first lines of the file that are no rule. */
  unread: z.array(z.number().int().positive()),
  sets: z.array(ownerSet),
});
export type CodeOwners = z.infer<typeof codeOwners>;

/** The part of a sealed review rule that says whose approval counts. */
export type Named = { readonly by: readonly string[]; readonly owners?: CodeOwners | undefined };

const mostUnread = 20;

/** What is sealed of what a repository says. A file of the change that it says nothing of is nobody's. */
export function codeOwnersOf(
  said: Ownership,
  { paths, people }: { readonly paths: readonly string[]; readonly people: People | undefined },
): CodeOwners {
  const known = new Map([
    ...paths.map((path) => [path, []] as const),
    ...said.paths.map(({ path, owners }) => [path, owners] as const),
  ]);
  const sets = new Map<string, OwnerSet>();
  for (const [path, written] of known) {
    const owners = [...new Set(written)].sort();
    const key = JSON.stringify(owners);
    const set = sets.get(key) ?? { paths: [], owners, by: people === undefined ? [] : entriesOfOwners(owners, people) };
    set.paths.push(path);
    sets.set(key, set);
  }
  return { file: said.file && { ...said.file }, unread: said.unread.slice(0, mostUnread), sets: [...sets.values()] };
}

/** Every entry whose approval counts for something. */
export function entriesOf({ by, owners }: Named): readonly string[] {
  return [...new Set([...by, ...(owners?.sets.flatMap((set) => set.by) ?? [])])];
}

/** Whether there is anything that is nobody's, so that who is named beside the owners decides it. */
export function hasUnowned({ sets }: CodeOwners): boolean {
  return sets.length === 0 || sets.some(({ owners }) => owners.length === 0);
}

/** Who may approve the files of a set: its owners, as far as they are that still, or else who is named beside them. */
export function approversOf(set: OwnerSet, { by }: Named, people: People | undefined): readonly string[] {
  if (set.owners.length === 0) return by.filter((entry) => entry !== 'codeowners');
  if (people === undefined) return set.by;
  const now = entriesOfOwners(set.owners, people);
  return set.by.filter((entry) => now.includes(entry));
}

function entriesOfOwners(owners: readonly string[], people: People): string[] {
  return [...new Set(owners.flatMap((owner) => entryOfOwner(owner, people) ?? []))];
}
