import { createHash, randomUUID } from 'node:crypto';
import fs, { closeSync, existsSync, fdatasyncSync, mkdirSync, openSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { constants, deflate, deflateSync, inflate } from 'node:zlib';
import { readIfThere, syncDirectory } from '../durable.ts';

export type ObjectType = 'blob' | 'tree' | 'commit' | 'tag';
export type GitObject = { type: ObjectType; content: Buffer };
export type NewObject = { oid: string; type: ObjectType; content: Uint8Array };

/** One bare repository on disk, with a bounded memory of small objects that were read, and of the indexes of packs. */
export type GitStore = { dir: string; recent: Map<string, GitObject>; packs: object };

const recentLimit = 4000;
const recentBytes = 16 * 1024;
/** From this size on, compressing is worth a thread. */
const small = 64 * 1024;
const deflateAsync = promisify(deflate) as (data: Uint8Array, options: { level: number }) => Promise<Buffer>;
const inflateAsync = promisify(inflate) as (data: Uint8Array) => Promise<Buffer>;

export const openStore = (dir: string): GitStore => ({ dir, recent: new Map(), packs: {} });

export const isOid = (text: string): boolean => /^[0-9a-f]{40}$/.test(text);

const header = (type: ObjectType, size: number): Buffer => Buffer.from(`${type} ${size}\0`);

/** An object with its id, not yet written. */
export function makeObject(type: ObjectType, content: Uint8Array): NewObject {
  const oid = createHash('sha1').update(header(type, content.length)).update(content).digest('hex');
  return { oid, type, content };
}

const loosePath = (dir: string, oid: string): string => join(dir, 'objects', oid.slice(0, 2), oid.slice(2));

/** Reads an object, loose or packed; undefined where the repository has none of that id. */
export async function readObject(store: GitStore, oid: string): Promise<GitObject | undefined> {
  if (!isOid(oid)) return undefined;
  const known = store.recent.get(oid);
  if (known) return known;
  const loose = await readIfThere(loosePath(store.dir, oid));
  const object = loose ? parseLoose(await inflateAsync(loose)) : await readPacked(store, oid);
  if (object && object.content.length <= recentBytes) remember(store, oid, object);
  return object;
}

function remember(store: GitStore, oid: string, object: GitObject): void {
  if (store.recent.size >= recentLimit) store.recent.clear();
  store.recent.set(oid, object);
}

function parseLoose(raw: Buffer): GitObject {
  const end = raw.indexOf(0);
  const [type] = raw.subarray(0, end).toString('latin1').split(' ');
  return { type: type as ObjectType, content: raw.subarray(end + 1) };
}

/** Packs come only from outside (an operator's `git gc` or push), so the library for them is loaded when first needed. */
async function readPacked(store: GitStore, oid: string): Promise<GitObject | undefined> {
  const { default: isomorphicGit } = await import('isomorphic-git');
  try {
    const found = await isomorphicGit.readObject({ fs, gitdir: store.dir, oid, format: 'content', cache: store.packs });
    return { type: found.type as ObjectType, content: Buffer.from(found.object as Uint8Array) };
  } catch (error) {
    if ((error as { code?: string }).code === 'NotFoundError') return undefined;
    throw error;
  }
}

/** Whether the repository has the object. */
export const hasObject = async (store: GitStore, oid: string): Promise<boolean> =>
  (await readObject(store, oid)) !== undefined;

/**
 * Writes objects as loose files. All of them are on disk, names too, when it returns. The calls are synchronous: for
 * the small files that git has, the thread pool costs more than the disk.
 */
export async function writeObjects(store: GitStore, objects: readonly NewObject[]): Promise<void> {
  const unique = [...new Map(objects.map((object) => [object.oid, object])).values()];
  const missing = unique.filter((object) => !existsSync(loosePath(store.dir, object.oid)));
  for (const object of missing) writeLoose(store, object, await compress(object));
  const folders = new Set(unique.map((object) => dirname(loosePath(store.dir, object.oid))));
  for (const folder of [...folders, join(store.dir, 'objects')]) syncDirectory(folder);
}

async function compress(object: NewObject): Promise<Buffer> {
  const raw = Buffer.concat([header(object.type, object.content.length), object.content]);
  const options = { level: constants.Z_BEST_SPEED };
  return raw.length < small ? deflateSync(raw, options) : deflateAsync(raw, options);
}

function writeLoose(store: GitStore, object: NewObject, packed: Buffer): void {
  const path = loosePath(store.dir, object.oid);
  const temporary = join(dirname(path), `tmp_obj_${randomUUID()}`);
  mkdirSync(dirname(path), { recursive: true });
  const file = openSync(temporary, 'wx', 0o444);
  try {
    writeFileSync(file, packed);
    fdatasyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
}
