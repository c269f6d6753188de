import { headingsOf } from '#capabilities/knowledge/sections.ts';
import { limits } from '../limits.ts';
import type { Problem, SourceFile } from './source.ts';

/** A file as the page that it becomes. */
export type Page = { readonly path: string; readonly title: string; readonly text: string };

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What a file says, to the byte, and what it is called; or why it cannot be a page. @param title where it is known */
export function checkFile({ path, bytes }: SourceFile, title?: string): Page | Problem {
  const problem = (message: string, next: string): Problem => ({ path, message, next });
  if (path.length > 1_000) return problem('Its path is longer than 1,000 characters.', 'Give it a shorter one.');
  const text = decoded(bytes);
  if (text === null) {
    const next = `Convert it, such as by: iconv -f ${isUtf16(bytes) ? 'UTF-16' : 'LATIN1'} -t UTF-8. Or leave it out by --skip.`;
    return problem('It is not UTF-8.', next);
  }
  if (text.startsWith(lfsPointer)) {
    return problem(
      'It is a pointer of Git LFS and not the text itself.',
      'Take the text from a folder after: git lfs pull.',
    );
  }
  if (text.includes('\0')) return problem('It has a character that is none, U+0000.', 'Is it text? Take that out.');
  if (text.length > limits.text) {
    const message = `It has ${text.length} characters, and a page at most ${limits.text}.`;
    return problem(message, 'Cut it into several files.');
  }
  return { path, text, title: title ?? titleOf(path, text) };
}

function decoded(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}

/** Whether a text begins with the mark that programs on Windows put before UTF-16. */
function isUtf16(bytes: Uint8Array): boolean {
  const [first, second] = bytes;
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
}

/** How such a file begins: https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md */
const lfsPointer = 'version https://git-lfs.github.com/spec/v1\n';

/** The first heading, else the name of the file, or of its folder where it stands for that. */
function titleOf(path: string, text: string): string {
  const heading = headingsOf(withoutFrontMatter(text)).map(({ text: one }) => line(one));
  return heading.find((one) => one !== '') ?? nameOf(path);
}

/** What a page without a heading is called. */
export function nameOf(path: string): string {
  const parts = path.split('/');
  const file = (parts.at(-1) ?? '').replace(/\.(?:md|markdown)$/iu, '');
  const isIndex = /^(?:index|readme)$/iu.test(file) && parts.length > 1;
  return line((isIndex ? parts.at(-2) : file) ?? '') || 'Page';
}

function line(text: string): string {
  const shown = text.replace(/[\p{C}\s]+/gu, ' ').trim();
  return shown.length <= limits.title ? shown : `${shown.slice(0, limits.title - 1).replace(/[\ud800-\udbff]$/u, '')}…`;
}

function withoutFrontMatter(text: string): string {
  return text.replace(/^\ufeff?---[ \t]*\r?\n[\s\S]*?\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|$)/u, '');
}
