import { existsSync, mkdirSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '#shared/errors.ts';
import { type PidLock, takePidLock } from '#shared/process/pid-lock.ts';
import { notes } from './mirror-files.ts';

/** A mirror that an earlier run of this server left whole. */
export type Kept = {
  readonly id: number;
  readonly generation: number;
  readonly dir: string;
  /** Milliseconds since 1970. */
  readonly usedAt: number;
};

/** The folder that one server keeps its mirrors in. Each is a folder `ID.GENERATION` of its own. */
export type MirrorFolder = {
  readonly kept: readonly Kept[];
  readonly pathOf: (id: number, generation: number) => string;
  readonly release: () => void;
};

/** So many servers may share a data directory. */
const mostServers = 16;

/**
 * Takes a folder below `base` that no other process has, and clears it of what an earlier process left half made, of
 * mirrors of another host, and of everything in folders that nobody uses.
 * @throws AppError `bad_configuration` when all of them are taken
 */
export function takeMirrorFolder(base: string, host: string): MirrorFolder {
  mkdirSync(base, { recursive: true, mode: 0o700 });
  const { number, lock } = takeFree(base);
  const own = join(base, number);
  // An id means another repository on another host.
  const folder = join(own, encodeURIComponent(host));
  for (const name of namesIn(own)) if (join(own, name) !== folder) remove(join(own, name));
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const newest = new Map<number, Kept>();
  for (const name of namesIn(folder)) {
    const kept = keptAt(folder, name);
    const other = kept && newest.get(kept.id);
    if (kept && (!other || other.generation < kept.generation)) {
      if (other) remove(other.dir);
      newest.set(kept.id, kept);
    } else remove(join(folder, name));
  }
  return {
    kept: [...newest.values()],
    pathOf: (id, generation) => join(folder, `${id}.${generation}`),
    release: lock.release,
  };
}

function takeFree(base: string): { readonly number: string; readonly lock: PidLock } {
  let taken: { readonly number: string; readonly lock: PidLock } | undefined;
  for (let count = 0; count < mostServers; count += 1) {
    const number = String(count);
    if (taken && !existsSync(join(base, number))) continue;
    const lock = takePidLock(join(base, `${number}.lock`));
    if (lock && !taken) taken = { number, lock };
    else if (lock) {
      remove(join(base, number));
      lock.release();
    }
  }
  if (taken) return taken;
  throw new AppError('bad_configuration', `${mostServers} servers already keep git mirrors in ${base}.`, {
    next: 'Give this one a data directory of its own.',
  });
}

function keptAt(folder: string, name: string): Kept | null {
  const [, id, generation] = /^(\d+)\.(\d+)$/.exec(name) ?? [];
  const dir = join(folder, name);
  if (id === undefined || existsSync(join(dir, notes.unclean)) || !existsSync(join(dir, notes.whole))) return null;
  const usedAt = statSync(join(dir, notes.whole)).mtimeMs;
  return { id: Number(id), generation: Number(generation), dir, usedAt };
}

/** Says on disk that a mirror was used now, so that after a restart the longest unused still goes first. */
export function touch(dir: string): void {
  const now = new Date();
  utimesSync(join(dir, notes.whole), now, now);
}

/** Removes a mirror. It counts as gone at once, also when this is cut short. */
export async function removeMirror(dir: string): Promise<void> {
  rmSync(join(dir, notes.whole), { force: true });
  await rm(dir, { recursive: true, force: true });
}

const namesIn = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : []);

const remove = (path: string): void => rmSync(path, { recursive: true, force: true });
