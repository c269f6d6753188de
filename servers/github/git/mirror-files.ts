import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { noBranch, type Refs } from './refs.ts';

/** Files that say of a mirror how far it is. */
export const notes = {
  /** There once a first fetch was complete. */
  whole: 'countersign-whole',
  /** There while it may hold objects that no served ref leads to. */
  unclean: 'countersign-unclean',
} as const;

/** A bare repository in which git finds only what it needs: no template, hook or configuration of the machine. */
export async function makeRepository(dir: string): Promise<void> {
  await mkdir(join(dir, 'objects', 'pack'), { recursive: true, mode: 0o700 });
  await mkdir(join(dir, 'refs', 'heads'), { recursive: true, mode: 0o700 });
  await write(join(dir, 'config'), '[core]\n\trepositoryformatversion = 0\n\tbare = true\n');
  await writeHead(dir, noBranch);
}

/** Points HEAD to a branch. */
export async function writeHead(dir: string, head: string): Promise<void> {
  const temporary = join(dir, 'HEAD.new');
  await write(temporary, `ref: ${head}\n`);
  await rename(temporary, join(dir, 'HEAD'));
}

/** Writes the refs of a repository that has none. */
export async function writeRefs(dir: string, { ids, head }: Refs): Promise<void> {
  const lines = [...ids].sort(([one], [other]) => (one < other ? -1 : 1)).map(([name, id]) => `${id} ${name}\n`);
  await write(join(dir, 'packed-refs'), `# pack-refs with: sorted \n${lines.join('')}`);
  await writeHead(dir, head);
}

export async function note(dir: string, name: string): Promise<void> {
  await write(join(dir, name), '');
}

export async function unnote(dir: string, name: string): Promise<void> {
  await rm(join(dir, name), { force: true });
}

/** How many packs there are, and the bytes of all files in the object store. */
export async function weigh(dir: string): Promise<{ readonly packs: number; readonly bytes: number }> {
  const files = (await readdir(join(dir, 'objects'), { recursive: true, withFileTypes: true })).filter((one) =>
    one.isFile(),
  );
  const sizes = await Promise.all(files.map(async (one) => (await stat(join(one.parentPath, one.name))).size));
  const packs = files.filter((one) => one.name.endsWith('.pack')).length;
  return { packs, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}

/** Removes what a fetch that was cut short left of a pack. Only while none runs. */
export async function removeLeftovers(dir: string): Promise<void> {
  const folder = join(dir, 'objects', 'pack');
  for (const name of await readdir(folder)) if (name.startsWith('tmp_')) await rm(join(folder, name), { force: true });
}

/** On disk when it returns: a mirror that counts as whole is so after a power loss too. */
async function write(path: string, text: string): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** The branch that HEAD points to. */
export async function readHead(dir: string): Promise<string> {
  const [, head = noBranch] = /^ref: (\S+)\n$/.exec(await readFile(join(dir, 'HEAD'), 'utf8')) ?? [];
  return head;
}
