import { mkdir, open, readdir, rename, rm, rmdir, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isMissing, readIfThere, syncDirectory, writeDurably } from '../durable.ts';
import { isOid } from './objects.ts';

export type Ref = { name: string; oid: string };

/** `before`: what must be there now, null for absent, undefined for whatever. `after`: null deletes. */
export type RefUpdate = { name: string; before?: string | null; after: string | null };

/** Why a set of updates was not made; nothing of it was. */
export type RefConflict = { name: string; reason: 'moved' | 'name_taken' | 'locked' };

/** git's rules for the name of a ref (`git help check-ref-format`). */
export function isRefName(name: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: git refuses exactly these characters.
  if (!name.startsWith('refs/') || /[\x00-\x20\x7f~^:?*[\\]/.test(name)) return false;
  if (name.includes('..') || name.includes('@{') || name.endsWith('.') || Buffer.byteLength(name) > 255) return false;
  const parts = name.split('/');
  return parts.length >= 3 && parts.every((part) => part !== '' && !part.startsWith('.') && !part.endsWith('.lock'));
}

async function packedRefs(dir: string): Promise<Map<string, string>> {
  const text = (await readIfThere(join(dir, 'packed-refs')))?.toString() ?? '';
  const lines = text.split('\n').filter((line) => /^[0-9a-f]{40} /.test(line));
  return new Map(lines.map((line) => [line.slice(41), line.slice(0, 40)]));
}

async function looseRef(dir: string, name: string): Promise<string | undefined> {
  const text = (await readIfThere(join(dir, name)))?.toString().trim();
  return text !== undefined && isOid(text) ? text : undefined;
}

/** Where a ref points, or undefined where there is none. */
export async function readRef(dir: string, name: string): Promise<string | undefined> {
  if (!isRefName(name)) return undefined;
  return (await looseRef(dir, name)) ?? (await packedRefs(dir)).get(name);
}

/** All refs whose full name begins with the prefix, in order of their names. */
export async function listRefs(dir: string, prefix: string): Promise<Ref[]> {
  const found = await packedRefs(dir);
  const files = await readdir(join(dir, 'refs'), { recursive: true, withFileTypes: true });
  for (const file of files) {
    const name = join(file.parentPath, file.name).slice(dir.length + 1);
    const oid = file.isFile() && name.startsWith(prefix) && isRefName(name) ? await looseRef(dir, name) : undefined;
    if (oid !== undefined) found.set(name, oid);
  }
  const refs = [...found].map(([name, oid]) => ({ name, oid })).filter((ref) => ref.name.startsWith(prefix));
  return refs.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * Compares and sets refs under git's own lock files, so that it holds against git processes too. Either every
 * comparison holds and all are set, or none is. On disk when it returns.
 */
export async function updateRefs(dir: string, updates: readonly RefUpdate[]): Promise<RefConflict | undefined> {
  const locked: string[] = [];
  try {
    for (const update of updates) {
      const conflict = await lockRef(dir, update, locked);
      if (conflict) return conflict;
    }
    await removePacked(dir, updates);
    for (const update of updates) await settle(dir, update);
    return undefined;
  } finally {
    for (const path of locked) await rm(path, { force: true });
  }
}

async function lockRef(dir: string, update: RefUpdate, locked: string[]): Promise<RefConflict | undefined> {
  const path = join(dir, update.name);
  if (update.after !== null && (await nameTaken(dir, update.name))) return { name: update.name, reason: 'name_taken' };
  await mkdir(dirname(path), { recursive: true });
  const lock = `${path}.lock`;
  try {
    const handle = await open(lock, 'wx', 0o644);
    locked.push(lock);
    await handle.writeFile(`${update.after ?? ''}\n`);
    await handle.sync();
    await handle.close();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return { name: update.name, reason: 'locked' };
    throw error;
  }
  const now = (await readRef(dir, update.name)) ?? null;
  const holds = update.before === undefined || update.before === now;
  return holds ? undefined : { name: update.name, reason: 'moved' };
}

/** Git cannot have both `a` and `a/b`. */
async function nameTaken(dir: string, name: string): Promise<boolean> {
  const parts = name.split('/');
  for (let length = 3; length < parts.length; length += 1) {
    if ((await readRef(dir, parts.slice(0, length).join('/'))) !== undefined) return true;
  }
  return (await listRefs(dir, `${name}/`)).length > 0;
}

async function settle(dir: string, update: RefUpdate): Promise<void> {
  const path = join(dir, update.name);
  if (update.after === null) {
    await unlink(path).catch((error) => {
      if (!isMissing(error)) throw error;
    });
  } else {
    await removeEmptyFolders(path);
    await rename(`${path}.lock`, path);
  }
  syncDirectory(dirname(path));
}

/** Folders that deleted refs left behind stand in the way of a ref of their name. */
async function removeEmptyFolders(path: string): Promise<void> {
  const inside = await readdir(path, { withFileTypes: true }).catch((error) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (inside === undefined) return;
  for (const entry of inside) await removeEmptyFolders(join(path, entry.name));
  await rmdir(path);
}

/** Comes before the loose files go: a crash in between must not bring an old value back. */
async function removePacked(dir: string, updates: readonly RefUpdate[]): Promise<void> {
  const packed = await packedRefs(dir);
  const deleted = updates.filter((update) => update.after === null && packed.delete(update.name));
  if (deleted.length === 0) return;
  const lines = [...packed].sort().map(([name, oid]) => `${oid} ${name}\n`);
  await writeDurably(join(dir, 'packed-refs'), `# pack-refs with: sorted \n${lines.join('')}`, 0o644);
}

/** Takes away lock files that a process which was killed left behind. Only safe while nobody else writes. */
export async function removeStaleLocks(dir: string): Promise<void> {
  const files = await readdir(join(dir, 'refs'), { recursive: true, withFileTypes: true });
  for (const file of files) if (file.name.endsWith('.lock')) await rm(join(file.parentPath, file.name));
}
