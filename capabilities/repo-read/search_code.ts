import * as z from 'zod';
import { cursorInput, fittedPage } from '#capabilities/common/fit.ts';
import { telling, toldIn } from '#capabilities/common/telling.ts';
import { oneLine, shorten } from '#capabilities/common/text.ts';
import { untrusted, untrustedNote } from '#capabilities/common/untrusted.ts';
import { folderPath } from '#capabilities/repo/paths.ts';
import { AppError } from '#shared/errors.ts';
import { foundLines } from './found-lines.ts';
import type { FoundCode } from './ports.ts';
import { redactSecrets } from './redact.ts';
import { toldOfPath } from './told.ts';
import { readTool, repositoryInput } from './tool.ts';

/** Code points of a piece of a file that are shown, and how many pieces of each. */
const pieceLength = 400;
const mostPieces = 2;

const input = z.strictObject({
  repository: repositoryInput,
  query: oneLine(200).describe('Words that all have to be in a file; "…" keeps words together. No other syntax.'),
  folder: folderPath.default('').describe('Only files below this folder.'),
  extension: z
    .string()
    .regex(/^[A-Za-z0-9_+-]{1,20}$/, { error: 'must be an extension without the dot' })
    .optional()
    .describe('Only files of this extension, as `ts`.'),
  cursor: cursorInput,
});

export const searchCode = readTool({
  name: 'search_code',
  title: 'Search code',
  description: `Searches the files of a repository's default branch for words. GitHub's index may be some minutes behind, and leaves out large files; only the 100 best matches are looked at. ${untrustedNote}`,
  input,
  output: z.strictObject({
    repository: z.string(),
    commit: z.string().nullable(),
    files: z.array(
      z.strictObject({
        path: z.string(),
        found: z.array(z.strictObject({ line: z.number().int().nullable(), text: z.string() })),
      }),
    ),
    incomplete: z.boolean().describe('Whether GitHub gave up before it had looked everywhere.'),
    next_cursor: z.string().nullable(),
    untrusted: untrusted(['files[].path', 'files[].found[].text']),
  }),
  asks: ({ repository, folder }) => [{ want: 'read', repository, folder }],
  read: async (wanted, reader, may) => {
    const { repository, folder, extension } = wanted;
    const words = wordsOf(wanted.query);
    const found = await reader.searchCode(repository, { words, folder, extension });
    // How many there are outside the scope must not show, so pages are made of what may be seen alone.
    const visible = found.items.filter(({ path }) => isBelow(path, folder) && may({ want: 'read', repository, path }));
    const [page, id] = await Promise.all([
      fittedPage(
        { limit: 100, cursor: wanted.cursor },
        async () => ({ items: visible, cursor: null }),
        (item) => ({ item, shown: shown(item) }),
      ),
      reader.idOf(repository),
    ]);
    const lines = await foundLines(
      reader,
      repository,
      page.items.map(({ item }) => item),
    );
    return {
      repository,
      commit: lines.commit,
      files: page.items.map(({ item, shown: { path, found: pieces } }) => {
        const at = { repository, id, commit: item.commit ?? '', trust: 'trusted' as const };
        return telling(
          { path, found: pieces.map(({ text }, index) => ({ line: lines.of(item, index), text })) },
          { ...toldOfPath(at, path, 'file'), revision: item.commit, rank: visible.indexOf(item) + 1 },
        );
      }),
      incomplete: found.incomplete,
      next_cursor: page.next_cursor,
      untrusted: ['files[].path', 'files[].found[].text'],
    };
  },
  told: toldIn,
});

/** @throws AppError `invalid_arguments` when there is nothing to look for */
function wordsOf(query: string): readonly string[] {
  const words = Array.from(query.matchAll(/"([^"]*)"?|[^\s"]+/gu), ([whole, phrase]) => (phrase ?? whole).trim());
  const wanted = words.filter((word) => /[\p{L}\p{N}]/u.test(word));
  if (wanted.length > 0) return wanted;
  throw new AppError('invalid_arguments', 'There is no word in the query: letters or digits are needed.');
}

function isBelow(path: string, folder: string): boolean {
  return folder === '' || path.startsWith(`${folder}/`);
}

function shown({ path, fragments }: FoundCode) {
  const found = fragments.slice(0, mostPieces).map(({ text }) => ({
    // Room for the number that is filled in once the file was read.
    line: 1_000_000,
    text: shorten(redactSecrets(text).text, pieceLength),
  }));
  return { path, found };
}
