/** What a repository has that is served: its branches and tags, and the branch that a clone begins with. */
export type Refs = {
  /** The full name of the branch that HEAD stands for, whether or not there is one of that name. */
  readonly head: string;
  /** Object ids by full name, `refs/heads/…` and `refs/tags/…` alone. */
  readonly ids: ReadonlyMap<string, string>;
};

/** Where HEAD points while a repository has no commit. */
export const noBranch = 'refs/heads/main';

/** Whether a ref is one that is served: never a pull request's, a note or anything else that a host keeps beside. */
export function isServed(name: string): boolean {
  return name.startsWith('refs/heads/') || name.startsWith('refs/tags/');
}

export function sameRefs(one: Refs, other: Refs): boolean {
  if (one.head !== other.head || one.ids.size !== other.ids.size) return false;
  return [...one.ids].every(([name, id]) => other.ids.get(name) === id);
}

/** The objects that refs led to and lead to no more under any name. */
export function leftBehind(before: Refs, now: Refs): readonly string[] {
  const still = new Set(now.ids.values());
  return [...new Set(before.ids.values())].filter((id) => !still.has(id));
}
