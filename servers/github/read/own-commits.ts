import type { RepoReader } from '#capabilities/repo-read/ports.ts';

/** So many commits are remembered. */
const most = 20_000;

type Reads = Pick<RepoReader, 'repository' | 'head' | 'branches' | 'changed'>;

/**
 * Which commits are on branches of a repository itself. GitHub gives out what any fork of it has by the id of a commit, so
 * only where a commit was found says whose it is.
 */
export function ownCommits(reads: Reads) {
  const known = new Set<string>();
  const keyOf = (name: string, commit: string): string => `${name.toLowerCase()}@${commit}`;
  const note = (name: string, commit: string | null): void => {
    if (commit === null) return;
    const key = keyOf(name, commit);
    known.delete(key);
    known.add(key);
    for (const oldest of known) {
      if (known.size <= most) break;
      known.delete(oldest);
    }
  };
  const look = async (name: string, commit: string): Promise<boolean> => {
    const heads = await reads.branches(name, { limit: 100 });
    if (heads.items.some(({ oid }) => oid === commit)) return true;
    const { defaultBranch } = await reads.repository(name);
    const head = await reads.head(name, defaultBranch);
    return head !== null && (await reads.changed(name, commit, head))?.from === commit;
  };
  return {
    /** That a commit is on a branch of the repository itself. */
    note,
    /** Looks only for what was not found there before: among the heads of branches, and in the past of the default one. */
    isOurs: async (name: string, commit: string): Promise<boolean> => {
      if (known.has(keyOf(name, commit))) return true;
      const isOurs = await look(name, commit).catch(() => false);
      if (isOurs) note(name, commit);
      return isOurs;
    },
  };
}
