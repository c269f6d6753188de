import { Buffer } from 'node:buffer';
import { AppError } from '#shared/errors.ts';
import { damaged } from './damaged.ts';

export type Mode = '100644' | '100755' | '120000' | '160000' | '40000';

/** One entry of a tree: a file, a link, a submodule or a folder. */
export type TreeEntry = { readonly name: string; readonly mode: Mode; readonly oid: string };

/** A commit, as far as it is looked at. `author` and `email` are what the pusher wrote. */
export type ParsedCommit = {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: string;
  readonly email: string;
  readonly message: string;
};

/**
 * The longest tree and commit that are taken apart, in bytes: what is in one comes to many times that in memory, and nothing
 * else gets its turn meanwhile. A folder of 200,000 files fits, and so does every message that could be written.
 */
const most = { tree: 8 * 1024 * 1024, commit: 512 * 1024 };

const modes: ReadonlySet<string> = new Set<Mode>(['100644', '100755', '120000', '160000', '40000']);

/** Reads a tree. Throws AppError `invalid_arguments` for one that `git fsck` would complain of, `too_large`. */
export function parseTree(bytes: Uint8Array): readonly TreeEntry[] {
  if (bytes.byteLength > most.tree) throw new AppError('too_large', 'A folder of this push has too many entries.');
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries: TreeEntry[] = [];
  let last: Buffer | null = null;
  for (let at = 0; at < view.byteLength; ) {
    const space = view.indexOf(0x20, at);
    const nul = view.indexOf(0, at);
    if (space === -1 || nul < space + 2 || nul + 21 > view.byteLength) throw damaged('a tree that is cut short');
    const mode = view.toString('latin1', at, space);
    if (!isMode(mode)) throw damaged('a tree with a mode that git does not write');
    const raw = view.subarray(space + 1, nul);
    if (raw.includes(0x2f)) throw damaged('a tree with a "/" in a name');
    // Git sorts folders as if their names ended with a slash.
    const key: Buffer = mode === '40000' ? Buffer.concat([raw, Buffer.from('/')]) : raw;
    if (last !== null && Buffer.compare(last, key) >= 0) throw damaged('a tree that is not in order');
    last = key;
    entries.push({ name: text(raw, 'a name'), mode, oid: view.toString('hex', nul + 1, nul + 21) });
    at = nul + 21;
  }
  if (new Set(entries.map(({ name }) => name)).size !== entries.length) throw damaged('a tree with one name twice');
  return entries;
}

function isMode(mode: string): mode is Mode {
  return modes.has(mode);
}

/** Reads a commit. Throws AppError `invalid_arguments`, `too_large`, or `unsupported` for text in another encoding. */
export function parseCommit(bytes: Uint8Array): ParsedCommit {
  if (bytes.byteLength > most.commit) throw new AppError('too_large', 'The text of a commit of this push is too long.');
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = view.indexOf('\n\n');
  if (end === -1) throw damaged('a commit without a message');
  const lines = text(view.subarray(0, end), 'the head of a commit').split('\n');
  const values = (name: string): string[] =>
    lines.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));
  const [tree] = values('tree');
  const parents = values('parent');
  const [author] = values('author');
  const [, name, email] = /^(.*?) ?<([^<>]*)> \d+ [+-]\d{4}$/.exec(author ?? '') ?? [];
  if (tree === undefined || name === undefined || email === undefined) throw damaged('a commit of another form');
  if (![tree, ...parents].every((oid) => /^[0-9a-f]{40}$/.test(oid))) throw damaged('a commit of another form');
  if (values('encoding').length > 0) throw notUtf8('a commit message');
  return { tree, parents, author: name, email, message: text(view.subarray(end + 2), 'a commit message') };
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function text(bytes: Uint8Array, what: string): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw notUtf8(what);
  }
}

function notUtf8(what: string): AppError {
  return new AppError('unsupported', `There is ${what} that is not in UTF-8.`, {
    next: 'Write it again in UTF-8 (git rebase -i, or git config i18n.commitEncoding utf-8).',
  });
}
