import type { Trust } from '#shared/tools/index.ts';

/** A page that is to be a file. */
export type Exported = {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  /** The page right above it; null at the top. */
  readonly above: string | null;
  /** The path of the file that it was imported from, where it was. */
  readonly path: string | null;
  /** Of its words. */
  readonly trust: Trust;
};

/** A page with the path that it gets, and that of the page above it. */
export type Named = Exported & { readonly file: string; readonly under: string | null };

/**
 * Gives every page a path: the one that it was imported from, so that links between pages still lead there, else one made
 * of its title in the folder of the page above it. No two are the same, in small letters either. What is above comes first.
 */
export function nameFiles(pages: readonly Exported[]): readonly Named[] {
  const byId = new Map(pages.map((page) => [page.id, page]));
  const named = new Map<string, Named>();
  const taken = new Set<string>();
  // What has a path of its own keeps it, whoever else would have it.
  const kept = new Map<string, string>();
  for (const { id, path } of pages) {
    const own = path?.replace(/^pg_[0-9a-z]{12}\//u, '') ?? null;
    if (own !== null && isSound(own) && take(taken, own)) kept.set(id, own);
  }
  const name = (page: Exported): void => {
    const parent = page.above === null ? undefined : named.get(page.above);
    const file = kept.get(page.id) ?? freeIn(taken, parent === undefined ? '' : folderOf(parent.file), page.title);
    named.set(page.id, { ...page, file, under: parent?.file ?? null });
  };
  for (const page of pages) {
    const chain: Exported[] = [];
    for (let next: Exported | undefined = page; next !== undefined && !named.has(next.id); ) {
      if (chain.includes(next)) break;
      chain.push(next);
      next = next.above === null ? undefined : byId.get(next.above);
    }
    for (const each of chain.toReversed()) name(each);
  }
  return [...named.values()];
}

/** Whether an import would take a file of this path in, and it leads nowhere else. */
function isSound(path: string): boolean {
  const parts = path.split('/');
  return (
    /\.(?:md|markdown)$/iu.test(path) &&
    !/[\\:*?"<>|\p{C}]/u.test(path) &&
    parts.every((part) => part !== '' && !part.startsWith('.') && part !== 'node_modules' && sizeOf(part) <= 200)
  );
}

const sizeOf = (text: string): number => new TextEncoder().encode(text).byteLength;

function take(taken: Set<string>, path: string): boolean {
  const small = path.normalize('NFC').toLowerCase();
  if (taken.has(small)) return false;
  taken.add(small);
  return true;
}

function folderOf(file: string): string {
  const bare = file.replace(/\.(?:md|markdown)$/iu, '');
  return `${bare.replace(/\/(?:index|readme)$/iu, '')}/`;
}

function freeIn(taken: Set<string>, folder: string, title: string): string {
  const words = title
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, '-')
    .replace(/^-|-$/gu, '');
  const short = [...words].slice(0, 40).join('');
  // What these name is a folder to an import, or nothing to some systems.
  const base = /^(?:|index|readme|con|nul|aux|prn|com\d|lpt\d)$/u.test(short) ? `page-${short}` : short;
  for (let count = 1; ; count += 1) {
    const path = `${folder}${count === 1 ? base : `${base}-${count}`}.md`;
    if (take(taken, path)) return path;
  }
}
