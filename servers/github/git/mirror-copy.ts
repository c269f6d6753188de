import type { RepositoryName } from '#shared/github/names.ts';
import { makeRepository, note, notes, removeLeftovers, unnote, weigh, writeHead, writeRefs } from './mirror-files.ts';
import { removeMirror } from './mirror-folder.ts';
import type { MirrorGit } from './mirror-git.ts';
import { leftBehind, type Refs } from './refs.ts';

/** One copy of a repository on disk. It holds what `refs` lead to and nothing else, except while it is `unclean`. */
export type Copy = {
  readonly dir: string;
  readonly generation: number;
  /** Null while it is not known what is on disk. */
  refs: Refs | null;
  unclean: boolean;
  /** Bytes of its objects; null while nobody has looked. */
  bytes: number | null;
  /** How many requests are being answered from it. */
  users: number;
  /** Whether another copy has taken its place. */
  retired: boolean;
};

/** With so many packs, git looks for objects long enough for one new pack to pay. */
const mostPacks = 40;

export const copyAt = (dir: string, generation: number): Copy => ({
  dir,
  generation,
  refs: null,
  unclean: false,
  bytes: null,
  users: 0,
  retired: false,
});

type Making = {
  readonly dir: string;
  readonly generation: number;
};

/** Fetches a repository of which there is no copy. Leaves nothing behind when it fails. */
export async function makeCopy(
  git: MirrorGit,
  { dir, generation }: Making,
  from: { readonly repository: RepositoryName; readonly head: string; readonly maxBytes: number },
): Promise<Copy> {
  return whole(dir, async () => {
    await makeRepository(dir);
    await git.fetch(dir, from.repository, from.maxBytes);
    await git.packRefs(dir);
    await writeHead(dir, from.head);
    const refs = { head: from.head, ids: await git.idsIn(dir) };
    return { ...copyAt(dir, generation), refs, bytes: (await weigh(dir)).bytes };
  });
}

/**
 * Fetches what is new into a copy. Answers whether it is clean: where a ref is gone or no longer leads to where it did,
 * objects are left that nobody may see any more, and it must not be served again.
 */
export async function updateCopy(
  git: MirrorGit,
  copy: Copy,
  from: { readonly repository: RepositoryName; readonly head: string; readonly maxBytes: number },
): Promise<boolean> {
  const { dir } = copy;
  const before = copy.unclean ? null : copy.refs;
  await note(dir, notes.unclean);
  copy.unclean = true;
  copy.refs = null;
  await removeLeftovers(dir);
  await git.fetch(dir, from.repository, from.maxBytes);
  await writeHead(dir, from.head);
  copy.refs = { head: from.head, ids: await git.idsIn(dir) };
  const { packs, bytes } = await weigh(dir);
  copy.bytes = bytes;
  if (before === null || packs > mostPacks || !(await git.leadTo(dir, leftBehind(before, copy.refs)))) return false;
  await unnote(dir, notes.unclean);
  copy.unclean = false;
  return true;
}

/** Makes a clean copy of one that is not: of what its refs lead to. */
export async function cleanCopy(git: MirrorGit, copy: Copy & { refs: Refs }, to: Making): Promise<Copy> {
  const { refs } = copy;
  return whole(to.dir, async () => {
    await makeRepository(to.dir);
    await git.copyReached(copy.dir, to.dir);
    await writeRefs(to.dir, refs);
    return { ...copyAt(to.dir, to.generation), refs, bytes: (await weigh(to.dir)).bytes };
  });
}

async function whole(dir: string, make: () => Promise<Copy>): Promise<Copy> {
  try {
    const made = await make();
    await note(dir, notes.whole);
    return made;
  } catch (error) {
    await removeMirror(dir);
    throw error;
  }
}
