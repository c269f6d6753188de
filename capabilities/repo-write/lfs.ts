import { decodeUtf8 } from '#capabilities/repo/encoding.ts';
import { type OwnerPattern, ownerPattern, ownsPath } from '#capabilities/repo/owner-pattern.ts';
import { ancestors } from '#capabilities/repo/paths.ts';
import type { FileAt } from '#capabilities/repo-read/ports.ts';

/** What git keeps in the place of a file that Git LFS holds: https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md */
export function isLfsPointer(text: string | null): boolean {
  return text !== null && text.length < 1024 && text.startsWith('version https://git-lfs.github.com/spec/v1\n');
}

const fileName = '.gitattributes';

/** Where the attributes of files are told: at the root, and in each folder above them. */
export function attributeFiles(paths: readonly string[]): readonly string[] {
  return [...new Set(paths.flatMap((path) => [fileName, ...ancestors(path).map((folder) => `${folder}/${fileName}`)]))];
}

/** Those of some paths that attributes give to Git LFS. The folder nearest to a file counts, and in it the last line. */
export function lfsPaths(paths: readonly string[], found: ReadonlyMap<string, FileAt | null>): readonly string[] {
  const rules = new Map(attributeFiles(paths).map((file) => [file, rulesOf(found.get(file) ?? null)]));
  return paths.filter((path) => {
    const folders = ['', ...ancestors(path).map((folder) => `${folder}/`)].reverse();
    for (const folder of folders) {
      const inside = path.slice(folder.length);
      const rule = rules.get(`${folder}${fileName}`)?.findLast(({ pattern }) => ownsPath(pattern, inside));
      if (rule !== undefined) return rule.isLfs;
    }
    return false;
  });
}

type Rule = { readonly pattern: OwnerPattern; readonly isLfs: boolean };

/** The lines that say something of `filter`. Patterns are those of gitignore, but a folder's name says nothing of its files. */
function rulesOf(file: FileAt | null): readonly Rule[] {
  const text = file?.type === 'file' && file.bytes !== null ? decodeUtf8(file.bytes) : null;
  return (text ?? '').split(/\r?\n/u).flatMap((line): Rule[] => {
    const [name = '', ...attributes] = line.trim().split(/[ \t]+/u);
    const filter = attributes.findLast((attribute) => /^[-!]?filter(?:=|$)/u.test(attribute));
    if (filter === undefined || name.endsWith('/')) return [];
    const pattern = ownerPattern(name);
    return pattern === null ? [] : [{ pattern: { ...pattern, below: false }, isLfs: filter === 'filter=lfs' }];
  });
}
