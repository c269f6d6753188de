import * as z from 'zod';
import { cursorInput, fitting } from '#capabilities/common/fit.ts';
import { telling, toldIn } from '#capabilities/common/telling.ts';
import { untrusted, untrustedNote } from '#capabilities/common/untrusted.ts';
import { folderPath } from '#capabilities/repo/paths.ts';
import type { RepoAsk } from '#capabilities/repo/types.ts';
import { AppError } from '#shared/errors.ts';
import { placeOf } from './locate.ts';
import { pinned, pinTo } from './pinned.ts';
import type { TreeEntry } from './ports.ts';
import { refInput } from './ref.ts';
import { toldOfPath } from './told.ts';
import { readTool, repositoryInput } from './tool.ts';

export const listFiles = readTool({
  name: 'list_files',
  title: 'List the files of a folder',
  description: `Lists one folder of a repository, without its subfolders: names, kinds and sizes. ${untrustedNote}`,
  input: z.strictObject({
    repository: repositoryInput,
    path: folderPath.default('').describe('The folder, from the root of the repository; the root unless given.'),
    ref: refInput,
    cursor: cursorInput,
  }),
  output: z.strictObject({
    repository: z.string(),
    path: z.string(),
    commit: z.string(),
    entries: z.array(
      z.strictObject({
        path: z.string(),
        type: z.enum(['file', 'directory', 'symlink', 'submodule']),
        size: z.number().int().nullable(),
        executable: z.boolean(),
      }),
    ),
    next_cursor: z.string().nullable(),
    untrusted: untrusted(['entries[].path']),
  }),
  asks: (input) => [{ want: 'read', repository: input.repository, folder: input.path }],
  read: async (input, reader, may) => {
    const from = pinned(input.cursor);
    const place = { repository: input.repository, ref: from?.commit ?? input.ref };
    const at = await placeOf(reader, place, may);
    const { repository, commit } = at;
    const tree = await reader.tree(repository, commit, input.path);
    if (tree === null) {
      throw new AppError('not_found', `There is no folder ${JSON.stringify(input.path)} at ${commit.slice(0, 12)}.`);
    }
    const rest = tree
      .filter((entry) => may(askFor(repository, entry)))
      .toSorted((one, other) => compare(one.path, other.path))
      .filter((entry) => from === null || compare(entry.path, from.cursor) > 0)
      .map(shown);
    const entries = [...fitting(rest)];
    const last = entries.length < rest.length ? entries.at(-1) : undefined;
    const listed = {
      repository,
      path: input.path,
      commit,
      entries,
      next_cursor: pinTo(commit, last?.path ?? null),
      untrusted: ['entries[].path' as const],
    };
    return telling(listed, toldOfPath(at, input.path, 'folder'));
  },
  told: toldIn,
});

function askFor(repository: string, entry: TreeEntry): RepoAsk {
  const what = entry.type === 'directory' ? { folder: entry.path } : { path: entry.path };
  return { want: 'read', repository, ...what };
}

function shown(entry: TreeEntry) {
  return { path: entry.path, type: entry.type, size: entry.size, executable: entry.mode === '100755' };
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
