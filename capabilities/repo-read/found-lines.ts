import { decodeUtf8 } from '#capabilities/repo/encoding.ts';
import { AppError } from '#shared/errors.ts';
import type { FoundCode, RepoReader } from './ports.ts';

/** Where pieces of files stand: the line of the word in one, from 1; null when that cannot be told for sure. */
type FoundLines = {
  readonly commit: string | null;
  readonly of: (item: FoundCode, fragment: number) => number | null;
};

/** The backend gives pieces of text without their place; one read of the files that it searched tells it. */
export async function foundLines(
  reader: RepoReader,
  repository: string,
  items: readonly FoundCode[],
): Promise<FoundLines> {
  const commit = items[0]?.commit ?? null;
  const paths = items.filter((item) => item.commit === commit).map(({ path }) => path);
  if (commit === null || paths.length === 0) return { commit: null, of: () => null };
  const files = await reader.files(repository, commit, paths).catch((error: unknown) => {
    if (error instanceof AppError && (error.code === 'too_large' || error.code === 'not_found')) return new Map();
    throw error;
  });
  return {
    commit,
    of: (item, fragment) => {
      const bytes = item.commit === commit ? files.get(item.path)?.bytes : undefined;
      const text = bytes ? decodeUtf8(bytes) : null;
      const piece = item.fragments[fragment];
      return text === null || piece === undefined ? null : lineOf(text, piece);
    },
  };
}

function lineOf(text: string, { text: piece, word }: FoundCode['fragments'][number]): number | null {
  const start = text.indexOf(piece);
  const inside = piece.indexOf(word);
  if (start === -1 || inside === -1 || text.indexOf(piece, start + 1) !== -1) return null;
  return text.slice(0, start + inside).split('\n').length;
}
