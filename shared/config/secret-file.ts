import { readFileSync, statSync } from 'node:fs';

/**
 * The text of a file that holds a secret, without space around it, or what is wrong with the file. Messages name no path
 * and quote nothing: a secret that was pasted in place of its path stays out of the log.
 */
export function readSecretFile(path: string): { readonly secret: string } | { readonly problem: string } {
  const [mode, text] = read(path);
  if (mode === undefined) return { problem: 'cannot be read: it must be the path of a file' };
  // Windows has no such bits; there the folder's access list protects the file.
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    return { problem: 'can be read by others: give the file mode 0600' };
  }
  const secret = text.trim();
  return secret === '' ? { problem: 'is the path of an empty file' } : { secret };
}

function read(path: string): [mode: number, text: string] | [undefined, undefined] {
  try {
    return [statSync(path).mode, readFileSync(path, 'utf8')];
  } catch {
    return [undefined, undefined];
  }
}
