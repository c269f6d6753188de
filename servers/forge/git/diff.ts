import { runGit } from './command.ts';

export type FileStatus = 'added' | 'removed' | 'modified' | 'renamed' | 'changed' | 'copied';

/** One file of a difference, in REST's words. Lines are 0 for binary files. */
export type FileChange = {
  path: string;
  previousPath: string | undefined;
  status: FileStatus;
  oid: string;
  additions: number;
  deletions: number;
  /** The hunks, without the file header; undefined for binary files and pure renames. */
  patch: string | undefined;
};

export const emptyTree = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

const statuses: Record<string, FileStatus> = {
  A: 'added',
  D: 'removed',
  M: 'modified',
  R: 'renamed',
  C: 'copied',
  T: 'changed',
};

/** What changed between two commits or trees, with renames found as git finds them. */
export async function diffFiles(path: string, dir: string, from: string, to: string): Promise<FileChange[]> {
  const run = (...args: string[]) => runGit({ path, dir, args: ['diff-tree', '-r', '-M', ...args, from, to] });
  const [raw, counts, patch] = await Promise.all([
    run('--raw', '--no-abbrev', '-z'),
    run('--numstat', '-z'),
    run('-p', '--no-color', '--no-ext-diff', '--no-textconv'),
  ]);
  const files = parseRaw(raw.toString());
  const lines = parseCounts(counts.toString());
  const patches =
    patch.length === 0
      ? []
      : patch
          .toString()
          .split(/^diff --git /m)
          .slice(1);
  return files.map((file, index) => ({ ...file, ...lines[index], patch: hunks(patches[index] ?? '') }) as FileChange);
}

function parseRaw(text: string): Omit<FileChange, 'additions' | 'deletions' | 'patch'>[] {
  const fields = text.split('\0').values();
  const files: Omit<FileChange, 'additions' | 'deletions' | 'patch'>[] = [];
  for (const head of fields) {
    if (head === '') break;
    const [, , before = '', after = '', letter = ''] = head.split(' ');
    const first = fields.next().value ?? '';
    const status = statuses[letter.charAt(0)] ?? 'changed';
    const second = letter.startsWith('R') || letter.startsWith('C') ? (fields.next().value ?? '') : undefined;
    const oid = status === 'removed' ? before : after;
    files.push({ path: second ?? first, previousPath: second === undefined ? undefined : first, status, oid });
  }
  return files;
}

function parseCounts(text: string): { additions: number; deletions: number }[] {
  const fields = text.split('\0').values();
  const counts: { additions: number; deletions: number }[] = [];
  for (const head of fields) {
    if (head === '') break;
    const [additions, deletions, name] = head.split('\t');
    if (name === '') {
      fields.next();
      fields.next();
    }
    counts.push({ additions: Number(additions) || 0, deletions: Number(deletions) || 0 });
  }
  return counts;
}

function hunks(patch: string): string | undefined {
  const start = patch.search(/^@@ /m);
  return start < 0 ? undefined : patch.slice(start).replace(/\n$/, '');
}
