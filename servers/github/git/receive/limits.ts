/**
 * What one push may come to. All of it is held in memory and nowhere else, so these are bounds on memory and time too.
 */
export const pushLimits = {
  /** Bytes that are sent: commands, options and pack. */
  body: 32 * 1024 * 1024,
  /** Objects in the pack. */
  objects: 20_000,
  /** Bytes that the objects of the pack come to, what they are made of included. */
  inflated: 64 * 1024 * 1024,
  /** How many deltas may stand between an object and a whole one; git itself makes chains of 50. */
  depth: 64,
  /** Entries of all trees that are looked at. */
  treeEntries: 250_000,
  /** Folders that are neither in the pack nor in the commit that the push begins on, and are looked for elsewhere. */
  searches: 20,
  /** Folders above one file. */
  folders: 100,
  commits: 20,
  /** Files that are written or deleted, each once a commit. */
  files: 1000,
} as const;

export type PushLimits = { readonly [name in keyof typeof pushLimits]: number };
