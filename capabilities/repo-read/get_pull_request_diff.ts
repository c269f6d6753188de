import * as z from 'zod';
import { cursorInput } from '#capabilities/common/fit.ts';
import { telling, toldIn } from '#capabilities/common/telling.ts';
import { untrusted, untrustedNote } from '#capabilities/common/untrusted.ts';
import { repoPath } from '#capabilities/repo/paths.ts';
import { AppError } from '#shared/errors.ts';
import { diffFile, pageOfDiff } from './diff-page.ts';
import { pullRequestAt, pullRequestNumber } from './pull-request-at.ts';
import { toldOfPull, trustInCommits } from './told.ts';
import { readTool, repositoryInput } from './tool.ts';

export const getPullRequestDiff = readTool({
  name: 'get_pull_request_diff',
  title: 'Get the diff of a pull request',
  description: `Shows what a pull request changes, file by file, since its branch left the base. A long diff comes in parts: go on with \`next_cursor\`, or list the files with patches: false and then ask for one \`path\`. ${untrustedNote}`,
  input: z.strictObject({
    repository: repositoryInput,
    number: pullRequestNumber,
    path: repoPath.optional().describe('Only this file.'),
    patches: z.boolean().default(true).describe('Whether to show the changed lines, or only which files and how much.'),
    cursor: cursorInput,
  }),
  output: z.strictObject({
    repository: z.string(),
    number: z.number().int(),
    head_commit: z.string(),
    files: z.array(diffFile),
    outside_scope: z.number().int().describe('How many files that you may not read were passed over for this answer.'),
    next_cursor: z.string().nullable(),
    untrusted: untrusted(['files[].path', 'files[].previous_path', 'files[].patch']),
  }),
  asks: ({ repository, path }) => [{ want: 'read', repository, ...(path === undefined ? {} : { path }) }],
  read: async (input, reader, may) => {
    const { repository, number, path, cursor, patches } = input;
    const found = await pullRequestAt(reader, input, may);
    const { headOid } = found;
    const page = await pageOfDiff({
      ...{ head: headOid, cursor, patches },
      load: async (request) => {
        const changed = await reader.pullRequestFiles(repository, number, request);
        if (path === undefined) return changed;
        return { ...changed, items: changed.items.filter((file) => file.path === path) };
      },
      covers: (each) => may({ want: 'read', repository, path: each }),
    });
    if (path !== undefined && page.files.length === 0) {
      throw new AppError('not_found', `The pull request does not change ${JSON.stringify(path)}.`, {
        next: 'Leave out `path`, with patches: false, to see which files it changes.',
      });
    }
    const shown = {
      ...{ repository, number, head_commit: headOid, ...page },
      untrusted: ['files[].path' as const, 'files[].previous_path' as const, 'files[].patch' as const],
    };
    return telling(shown, toldOfPull(repository, found, { revision: headOid, trust: trustInCommits(found) }));
  },
  told: toldIn,
});
