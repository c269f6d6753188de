import type { Trust } from '#shared/tools/index.ts';

/** A file that is to become a page: its path relative to what is imported, `/` between its parts, and what it has. */
export type SourceFile = { readonly path: string; readonly bytes: Uint8Array };

/** What cannot be taken in as it is, and what to do about it. */
export type Problem = { readonly path: string; readonly message: string; readonly next: string };

/** What an export says of a file, which the file itself cannot say. */
export type Listed = {
  readonly path: string;
  readonly title: string;
  readonly under: string | null;
  /** Of its words where it was taken out; trusted unless given. */
  readonly trust?: Trust;
};

/** Files that are imported together. */
export type Source = {
  /** What it is called: the same name at the next import says that it is the same. Neither `:` nor `@` is in it. */
  readonly name: string;
  /** The commit that it is as of; null for a folder. */
  readonly commit: string | null;
  readonly files: readonly SourceFile[];
  /** Files that cannot be read, or are too large to be a page. */
  readonly problems: readonly Problem[];
  /** What was passed over because it is no file of its own: symbolic links, pipes, submodules. */
  readonly passed: readonly string[];
  /** What the export says that made it; null for any other. */
  readonly listing: readonly Listed[] | null;
};

/** Longer than any page in UTF-8: such a file is not even read. */
export const mostBytes = 3_145_728;

/** All files of an import are in memory at once. */
export const mostTotal = 512 * 1024 * 1024;

/** Only Markdown becomes a page. */
export function isMarkdown(path: string): boolean {
  return /\.(?:md|markdown)$/iu.test(path);
}

/** Whether a name in a folder is passed over: hidden, or what package managers put there. */
export function isPassedOver(name: string): boolean {
  return name.startsWith('.') || name === 'node_modules';
}

/** A name of a source from the last part of a path. */
export function sourceName(text: string): string {
  const name = text.replace(/[\p{C}:@/\\]+/gu, '-').slice(0, 100);
  return name === '' ? 'import' : name;
}

export function tooLarge(path: string, bytes: number): Problem {
  const message = `It has ${bytes} bytes, which no page can have.`;
  return { path, message, next: 'Cut it into several files, or keep it elsewhere and lead to it.' };
}
