import { AppError } from '#shared/errors.ts';
import type { RepositoryName } from '#shared/github/names.ts';
import { type Copy, cleanCopy, copyAt, makeCopy, updateCopy } from './mirror-copy.ts';
import { readHead, weigh } from './mirror-files.ts';
import { type MirrorFolder, removeMirror, touch } from './mirror-folder.ts';
import { MirrorDamaged, type MirrorGit } from './mirror-git.ts';
import { type Refs, sameRefs } from './refs.ts';
import type { Upstream } from './upstream.ts';

/** A repository by its immutable id, and by the name that it has now. */
export type MirroredRepository = { readonly id: number; readonly name: RepositoryName };

/** A bare repository with what an agent may fetch, and no other object. It stays as it is until it is released. */
export type OpenMirror = {
  readonly dir: string;
  readonly refs: Refs;
  readonly release: () => void;
};

export type Mirrors = {
  /**
   * The mirror of a repository, as the backend had it `maxAgeMs` ago or later. Callers that come together share one fetch.
   * Throws AppError `not_found`, `backend_unavailable`, `backend_refused` or `too_large`.
   */
  readonly open: (repository: MirroredRepository, maxAgeMs: number) => Promise<OpenMirror>;
  /** Lets the folder go. Git processes are ended by whoever started them. */
  readonly close: () => Promise<void>;
};

type Mirror = {
  readonly id: number;
  copy: Copy | null;
  /** The last generation that there was. */
  generation: number;
  /** When what the copy has was asked of the backend; 0 while it may not be served. */
  listedAt: number;
  usedAt: number;
  /** How many callers are just about to use it. */
  callers: number;
  refreshing: Promise<void> | null;
};

type Options = {
  readonly folder: MirrorFolder;
  readonly git: MirrorGit;
  readonly upstream: Upstream;
  /** The most that all mirrors may take on disk; the longest unused go first. */
  readonly diskBytes: number;
  readonly now?: () => number;
};

export function openMirrors({ folder, git, upstream, diskBytes, now = Date.now }: Options): Mirrors {
  const mirrors = new Map<number, Mirror>();
  const removing = new Set<Promise<void>>();
  for (const { id, generation, dir, usedAt } of folder.kept) {
    mirrors.set(id, { ...emptyMirror(id), copy: copyAt(dir, generation), generation, usedAt });
  }

  const remove = ({ dir }: Copy): void => {
    const removed = removeMirror(dir).catch(() => {});
    removing.add(removed);
    void removed.then(() => removing.delete(removed));
  };
  const retire = (copy: Copy | null): void => {
    if (!copy || copy.retired) return;
    copy.retired = true;
    if (copy.users === 0) remove(copy);
  };
  const replace = (mirror: Mirror, copy: Copy | null): void => {
    const old = mirror.copy;
    mirror.copy = copy;
    retire(old);
  };
  const next = (mirror: Mirror): { dir: string; generation: number } => {
    mirror.generation += 1;
    return { dir: folder.pathOf(mirror.id, mirror.generation), generation: mirror.generation };
  };

  const bring = async (mirror: Mirror, repository: RepositoryName, refs: Refs): Promise<void> => {
    const from = { repository, head: refs.head, maxBytes: diskBytes };
    const { copy } = mirror;
    if (copy === null) return replace(mirror, await makeCopy(git, next(mirror), from));
    if (await updateCopy(git, copy, from)) return;
    if (!hasRefs(copy)) throw new MirrorDamaged('a mirror without refs');
    replace(mirror, await cleanCopy(git, copy, next(mirror)));
  };

  const refresh = async (mirror: Mirror, repository: RepositoryName): Promise<void> => {
    const listedAt = now();
    const refs = await upstream.refs(repository).catch((error: unknown) => {
      mirror.listedAt = 0;
      if (error instanceof AppError && error.code === 'not_found') replace(mirror, null);
      throw error;
    });
    const { copy } = mirror;
    if (copy && copy.refs === null && !copy.unclean) copy.refs = await refsOnDisk(git, copy);
    if (!copy?.refs || copy.unclean || !sameRefs(copy.refs, refs)) {
      mirror.listedAt = 0;
      await bring(mirror, repository, refs).catch(async (error: unknown) => {
        if (!mirror.copy || !isDamage(error)) throw error;
        replace(mirror, null);
        await bring(mirror, repository, refs);
      });
      await makeRoom(mirror);
    }
    mirror.listedAt = listedAt;
  };

  /** Removes the longest unused mirrors until the others fit. One that is being used stays. */
  const makeRoom = async (kept: Mirror): Promise<void> => {
    for (const { copy } of mirrors.values()) if (copy) copy.bytes ??= (await weigh(copy.dir)).bytes;
    const byUse = [...mirrors.values()].sort((one, other) => one.usedAt - other.usedAt);
    let bytes = byUse.reduce((sum, { copy }) => sum + (copy?.bytes ?? 0), 0);
    for (const mirror of byUse) {
      if (bytes <= diskBytes) return;
      if (mirror === kept || mirror.callers > 0 || !mirror.copy || mirror.copy.users > 0) continue;
      bytes -= mirror.copy.bytes ?? 0;
      replace(mirror, null);
    }
  };

  const fresh = async (mirror: Mirror, repository: RepositoryName, since: number): Promise<void> => {
    while (mirror.listedAt < since || !mirror.copy) {
      const joined = mirror.refreshing;
      mirror.refreshing ??= refresh(mirror, repository).finally(() => {
        mirror.refreshing = null;
      });
      await mirror.refreshing;
      if (!joined) return;
    }
  };

  const use = (copy: Copy | null): OpenMirror => {
    if (!copy || !hasRefs(copy)) throw new MirrorDamaged('a mirror is not there after it was fetched');
    touch(copy.dir);
    copy.users += 1;
    return { dir: copy.dir, refs: copy.refs, release: once(() => leave(copy, remove)) };
  };

  return {
    open: async ({ id, name }, maxAgeMs) => {
      const mirror = mirrors.get(id) ?? emptyMirror(id);
      mirrors.set(id, mirror);
      mirror.usedAt = now();
      mirror.callers += 1;
      try {
        await fresh(mirror, name, now() - maxAgeMs);
        return use(mirror.copy);
      } catch (error) {
        throw asTold(error);
      } finally {
        mirror.callers -= 1;
      }
    },
    close: async () => {
      await Promise.all([...mirrors.values()].map(({ refreshing }) => refreshing?.catch(() => {})));
      await Promise.all(removing);
      folder.release();
    },
  };
}

const emptyMirror = (id: number): Mirror => ({
  id,
  copy: null,
  generation: 0,
  listedAt: 0,
  usedAt: 0,
  callers: 0,
  refreshing: null,
});

function leave(copy: Copy, remove: (copy: Copy) => void): void {
  copy.users -= 1;
  if (copy.retired && copy.users === 0) remove(copy);
}

const hasRefs = (copy: Copy): copy is Copy & { refs: Refs } => copy.refs !== null;

async function refsOnDisk(git: MirrorGit, { dir }: Copy): Promise<Refs | null> {
  const ids = await git.idsIn(dir).catch(() => null);
  return ids && { head: await readHead(dir), ids };
}

/** What a fresh fetch may cure, where the backend is not to blame. */
function isDamage(error: unknown): boolean {
  return !(error instanceof AppError) || error.code === 'internal';
}

function asTold(error: unknown): AppError {
  if (error instanceof AppError && error.code !== 'internal') return error;
  return new AppError('backend_unavailable', 'This repository cannot be served just now.', {
    next: 'Try again later; tell the operator if it stays so.',
    cause: error,
  });
}

function once(work: () => void): () => void {
  let done = false;
  return () => {
    if (!done) work();
    done = true;
  };
}
