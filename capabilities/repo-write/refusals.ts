import { isBinary } from '#capabilities/repo/encoding.ts';
import type { FoundFile, RepoState } from '#capabilities/repo/types.ts';
import { AppError } from '#shared/errors.ts';
import type { ContentReader, ContentRef } from '#shared/tools/index.ts';
import type { FileMode } from './file-plan.ts';
import { isLfsPointer } from './lfs.ts';

/** A file whose mode can be written: plain or executable. Throws AppError for a link, a submodule and nothing. */
export function regular(path: string, there: FoundFile | null): FoundFile & { readonly mode: FileMode } {
  const { mode, ...file } = removable(path, there);
  if (mode !== '120000') return { ...file, mode };
  throw new AppError('unsupported', `${quote(path)} is a symbolic link, which can be deleted here and no more.`);
}

/** What can be deleted, and later be made again as it was. Throws AppError for a submodule and nothing. */
export function removable(path: string, there: FoundFile | null): FoundFile & { readonly mode: FileMode } {
  if (there === null) throw new AppError('conflict', `${quote(path)} does not exist.`);
  const { mode, ...file } = there;
  if (mode !== '160000') return { ...file, mode };
  throw new AppError('unsupported', `${quote(path)} is a submodule, which cannot be written here.`);
}

/** The text of a file that is edited. Throws AppError `unsupported` where it is none, or edits could harm it. */
export function assertText(path: string, there: FoundFile, contents: ContentReader): string {
  const encoding = otherEncoding(there.content, contents);
  if (encoding !== null) throw notUtf8(path, encoding, 'so edits cannot be made in it');
  const text = contents.text(there.content);
  if (text !== null && !isBinary(text)) return text;
  throw new AppError('unsupported', `${quote(path)} is not a text file, so edits cannot be made in it.`, wholeInBase64);
}

/**
 * Throws AppError `unsupported` where new content would change the encoding of a text unseen, or take a file out of Git
 * LFS: its objects are kept elsewhere, and only pointers to them are in git.
 */
export function assertWritable(
  path: string,
  file: {
    readonly form: 'content' | 'base64' | 'edits';
    readonly there: FoundFile | null;
    readonly written: ContentRef;
    readonly state: Pick<RepoState, 'lfs'>;
    readonly contents: ContentReader;
  },
): void {
  const { form, there, written, state, contents } = file;
  const isPointer = (content: ContentRef) => isLfsPointer(contents.text(content));
  if ((there !== null && isPointer(there.content)) || state.lfs?.includes(path) || isPointer(written)) {
    throw new AppError(
      'unsupported',
      `${quote(path)} is kept in Git LFS, whose objects cannot be uploaded here: written so, it would no longer be what others get.`,
      { next: 'Ask a person to change this file.' },
    );
  }
  const encoding = form === 'content' && there !== null ? otherEncoding(there.content, contents) : null;
  if (encoding !== null) throw notUtf8(path, encoding, 'and `content` would make it UTF-8');
}

const wholeInBase64 = { next: 'Give its whole content in base64.' };

const notUtf8 = (path: string, encoding: string, why: string): AppError =>
  new AppError('unsupported', `${quote(path)} is text in ${encoding}, not in UTF-8, ${why}.`, wholeInBase64);

/** Below space, those that text has: tab, line feed, form feed, carriage return and escape. */
const textControls: ReadonlySet<number> = new Set([9, 10, 12, 13, 27]);

/** The encoding of text in another one than UTF-8, in words; null for UTF-8, and for what is no text. */
function otherEncoding(content: ContentRef, contents: ContentReader): string | null {
  const text = contents.text(content);
  if (text !== null) return ['\u{1b}$@', '\u{1b}$B'].some((shift) => text.includes(shift)) ? 'ISO-2022-JP' : null;
  const bytes = contents.get(content);
  const [first = 0, second = 0] = bytes;
  if ([0xfffe, 0xfeff].includes(first * 256 + second)) return 'UTF-16';
  const controls = bytes.reduce((sum, byte) => sum + (byte < 32 && !textControls.has(byte) ? 1 : 0), 0);
  return bytes.includes(0) || controls > bytes.length / 100 ? null : 'another encoding (Latin-1 or Shift_JIS, say)';
}

function quote(text: string): string {
  return JSON.stringify(text);
}
