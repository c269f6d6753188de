import { readdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { AppError } from '#shared/errors.ts';
import { readAlone } from './alone.ts';
import { readListing } from './listing.ts';
import {
  isMarkdown,
  isPassedOver,
  mostBytes,
  mostTotal,
  type Problem,
  type Source,
  type SourceFile,
  sourceName,
  tooLarge,
} from './source.ts';

/**
 * The Markdown files of a folder. Symbolic links are not followed, wherever they lead. Throws AppError
 * `bad_configuration` for what is no folder, or has more than fits into memory.
 */
export function readFolder(folder: string, name?: string): Source {
  const root = resolve(folder);
  if (statSync(root, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new AppError('bad_configuration', `${folder} is no folder.`);
  }
  const found = { files: [] as SourceFile[], problems: [] as Problem[], passed: [] as string[], total: 0 };
  walk(root, '', found);
  const { files, problems, passed } = found;
  return {
    ...{ name: sourceName(name ?? basename(root)), commit: null, files, problems, passed },
    listing: readListing(root),
  };
}

type Found = { readonly files: SourceFile[]; readonly problems: Problem[]; readonly passed: string[]; total: number };

function walk(root: string, folder: string, found: Found): void {
  const entries = entriesOf(root, folder, found);
  for (const entry of entries.toSorted((one, other) => (one.name < other.name ? -1 : 1))) {
    if (isPassedOver(entry.name)) continue;
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isSymbolicLink()) found.passed.push(path);
    else if (entry.isDirectory()) walk(root, path, found);
    else if (!isMarkdown(entry.name)) continue;
    else if (entry.isFile()) take(root, path, found);
    else found.passed.push(path);
  }
}

function entriesOf(root: string, folder: string, found: Found) {
  try {
    return readdirSync(join(root, folder), { withFileTypes: true });
  } catch (error) {
    found.problems.push(unreadable(`${folder}/`, error));
    return [];
  }
}

function take(root: string, path: string, found: Found): void {
  try {
    const bytes = readAlone(join(root, path), mostBytes);
    if (typeof bytes === 'number') {
      found.problems.push(tooLarge(path, bytes));
      return;
    }
    found.files.push({ path, bytes });
    found.total += bytes.byteLength;
  } catch (error) {
    found.problems.push(unreadable(path, error));
  }
  if (found.total > mostTotal) {
    const next = 'Import its folders one by one, each --under a page of its own.';
    throw new AppError('bad_configuration', 'The files are more than is imported at once, 512 MB.', { next });
  }
}

function unreadable(path: string, error: unknown): Problem {
  const { code = 'unknown' } = error as NodeJS.ErrnoException;
  const next = 'Look at its name, which has to be UTF-8, and at its permissions.';
  return { path, message: `It cannot be read (${code}).`, next };
}
