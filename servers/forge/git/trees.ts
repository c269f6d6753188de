import { type GitStore, makeObject, type NewObject, readObject } from './objects.ts';

/** `raw` keeps names that are not UTF-8 as they are; `mode` is git's, e.g. 0o100644. */
export type TreeEntry = { name: string; raw: Buffer; mode: number; oid: string };
export type EntryType = 'blob' | 'tree' | 'commit';
export type LocatedEntry = TreeEntry & { path: string };

export const modes = { file: 0o100644, executable: 0o100755, symlink: 0o120000, folder: 0o040000, submodule: 0o160000 };

export function entryType(entry: Pick<TreeEntry, 'mode'>): EntryType {
  if (entry.mode === modes.folder) return 'tree';
  return entry.mode === modes.submodule ? 'commit' : 'blob';
}

export async function readTree(store: GitStore, oid: string): Promise<TreeEntry[] | undefined> {
  const object = await readObject(store, oid);
  return object?.type === 'tree' ? parseTree(object.content) : undefined;
}

function parseTree(content: Buffer): TreeEntry[] {
  const entries: TreeEntry[] = [];
  let at = 0;
  while (at < content.length) {
    const space = content.indexOf(0x20, at);
    const zero = content.indexOf(0, space);
    const raw = content.subarray(space + 1, zero);
    const mode = Number.parseInt(content.subarray(at, space).toString('latin1'), 8);
    entries.push({ name: raw.toString('utf8'), raw, mode, oid: content.subarray(zero + 1, zero + 21).toString('hex') });
    at = zero + 21;
  }
  return entries;
}

/** Git orders entries as bytes, with folders as if their name ended in a slash. */
function compareEntries(a: TreeEntry, b: TreeEntry): number {
  const key = (entry: TreeEntry): Buffer =>
    entry.mode === modes.folder ? Buffer.concat([entry.raw, Buffer.from('/')]) : entry.raw;
  return Buffer.compare(key(a), key(b));
}

export function makeTree(entries: readonly TreeEntry[]): NewObject {
  const parts = [...entries]
    .sort(compareEntries)
    .flatMap((entry) => [
      Buffer.from(`${entry.mode.toString(8)} `),
      entry.raw,
      Buffer.from([0]),
      Buffer.from(entry.oid, 'hex'),
    ]);
  return makeObject('tree', Buffer.concat(parts));
}

/** The entry at a path, or undefined. The empty path is the tree itself and has no entry. */
export async function findEntry(store: GitStore, tree: string, path: string): Promise<TreeEntry | undefined> {
  let folder = tree;
  const names = path.split('/');
  for (const [index, name] of names.entries()) {
    const entry = (await readTree(store, folder))?.find((candidate) => candidate.name === name);
    if (!entry) return undefined;
    if (index === names.length - 1) return entry;
    if (entry.mode !== modes.folder) return undefined;
    folder = entry.oid;
  }
  return undefined;
}

/** Every entry below a tree, folders before what is in them, as `git ls-tree -r -t` lists them. */
export async function walkTree(store: GitStore, tree: string, prefix = ''): Promise<LocatedEntry[]> {
  const found: LocatedEntry[] = [];
  for (const entry of (await readTree(store, tree)) ?? []) {
    const path = prefix + entry.name;
    found.push({ ...entry, path });
    if (entry.mode === modes.folder) found.push(...(await walkTree(store, entry.oid, `${path}/`)));
  }
  return found;
}

/** `undefined` takes the entry away; without a mode the present one stays (0100644 for a new file). */
export type TreeEdits = ReadonlyMap<string, { oid: string; mode?: number } | undefined>;

/** The tree that results, and the tree objects that are new. Folders that become empty disappear, as in git. */
export async function editTree(
  store: GitStore,
  tree: string | undefined,
  edits: TreeEdits,
): Promise<{ oid: string; empty: boolean; objects: NewObject[] }> {
  const entries = new Map<string, TreeEntry>();
  for (const entry of tree ? ((await readTree(store, tree)) ?? []) : []) entries.set(entry.name, entry);
  const objects: NewObject[] = [];
  const folders = new Map<string, Map<string, { oid: string; mode?: number } | undefined>>();
  for (const [path, edit] of edits) {
    const cut = path.indexOf('/');
    if (cut >= 0) {
      const name = path.slice(0, cut);
      const inner = folders.get(name) ?? new Map();
      folders.set(name, inner.set(path.slice(cut + 1), edit));
    } else if (edit) {
      const mode = edit.mode ?? entries.get(path)?.mode ?? modes.file;
      entries.set(path, { name: path, raw: Buffer.from(path), mode, oid: edit.oid });
    } else entries.delete(path);
  }
  for (const [name, inner] of folders) {
    const edited = await editTree(store, entries.get(name)?.oid, inner);
    objects.push(...edited.objects);
    if (edited.empty) entries.delete(name);
    else entries.set(name, { name, raw: Buffer.from(name), mode: modes.folder, oid: edited.oid });
  }
  const made = makeTree([...entries.values()]);
  return { oid: made.oid, empty: entries.size === 0, objects: [...objects, made] };
}
