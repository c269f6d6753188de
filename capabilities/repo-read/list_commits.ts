import * as z from 'zod';
import { cursorInput, fittedPage } from '#capabilities/common/fit.ts';
import { telling, toldIn } from '#capabilities/common/telling.ts';
import { shorten } from '#capabilities/common/text.ts';
import { untrusted, untrustedNote } from '#capabilities/common/untrusted.ts';
import { repoPath } from '#capabilities/repo/paths.ts';
import { oid } from '#capabilities/repo/types.ts';
import { placeOf } from './locate.ts';
import { pinned, pinTo } from './pinned.ts';
import type { DatedCommit } from './ports.ts';
import { refInput } from './ref.ts';
import { toldOfCommit } from './told.ts';
import { readTool, repositoryInput } from './tool.ts';

/** Code points of a message that are shown. */
const messageLength = 500;

export const listCommits = readTool({
  name: 'list_commits',
  title: 'List commits',
  description: `Lists the commits of a branch, newest first, or only those that changed one path. All pages are of the same state. ${untrustedNote}`,
  input: z.strictObject({
    repository: repositoryInput,
    ref: refInput,
    path: repoPath.optional().describe('Only commits that changed this file, or this folder.'),
    limit: z.number().int().min(1).max(100).default(20).describe('How many at most; 20 unless given.'),
    cursor: cursorInput,
  }),
  output: z.strictObject({
    repository: z.string(),
    head: z.string(),
    commits: z.array(
      z.strictObject({
        commit: oid,
        message: z.string(),
        author: z.string().nullable(),
        verified: z.boolean(),
        committed_at: z.string(),
        parents: z.array(oid).exactOptional().describe('Of a merge alone.'),
      }),
    ),
    next_cursor: z.string().nullable(),
    untrusted: untrusted(['commits[].message', 'commits[].author']),
  }),
  asks: ({ repository, path }) => [{ want: 'read', repository, ...(path === undefined ? {} : { path }) }],
  read: async (input, reader, may) => {
    const from = pinned(input.cursor);
    const place = { repository: input.repository, ref: from?.commit ?? input.ref };
    const at = await placeOf(reader, place, may);
    const { repository, commit } = at;
    const page = await fittedPage(
      { limit: input.limit, cursor: from?.cursor },
      (request) => reader.commits(repository, { ...request, commit, path: input.path }),
      shown,
    );
    const listed = {
      repository,
      head: commit,
      commits: page.items,
      next_cursor: pinTo(commit, page.next_cursor),
      untrusted: ['commits[].message' as const, 'commits[].author' as const],
    };
    return telling(listed, toldOfCommit(at, commit));
  },
  told: toldIn,
});

function shown({ oid: commit, message, author, verified, committedAt, parents }: DatedCommit) {
  const text = shorten(message.trimEnd(), messageLength);
  const merge = parents.length > 1 && { parents: [...parents] };
  return { commit, message: text, author, verified, committed_at: committedAt, ...merge };
}
