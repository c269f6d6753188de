import * as z from 'zod';
import { cursorInput, fittedPage } from '#capabilities/common/fit.ts';
import { withoutMarkComment } from '#capabilities/common/mark-comment.ts';
import { startOf } from '#capabilities/common/slice.ts';
import { revisionOf, telling, toldIn } from '#capabilities/common/telling.ts';
import { untrusted, untrustedNote } from '#capabilities/common/untrusted.ts';
import { repoPath } from '#capabilities/repo/paths.ts';
import { isStrangerTo, standingOutput } from '#capabilities/repo/standing.ts';
import type { Told } from '#shared/tools/index.ts';
import type { ReviewThread } from './ports.ts';
import { pullRequestAt, pullRequestNumber } from './pull-request-at.ts';
import { readTool, repositoryInput } from './tool.ts';

/** Room for one comment, in bytes of JSON. */
const commentBytes = 1_200;

export const listReviewThreads = readTool({
  name: 'list_review_threads',
  title: 'List review threads',
  description: `Lists what reviewers said at lines of a pull request's files: the open threads, unless you ask for others. Of a long thread it shows the first comment and the newest ones. ${untrustedNote}`,
  input: z.strictObject({
    repository: repositoryInput,
    number: pullRequestNumber,
    state: z.enum(['open', 'resolved', 'all']).default('open').describe('Which ones; the open ones unless given.'),
    path: repoPath.optional().describe('Only those of this file.'),
    limit: z.number().int().min(1).max(50).default(20).describe('How many to look at; 20 unless given.'),
    cursor: cursorInput,
  }),
  output: z.strictObject({
    repository: z.string(),
    number: z.number().int(),
    head_commit: z.string(),
    threads: z.array(
      z.strictObject({
        thread: z.string(),
        path: z.string(),
        line: z.number().int().nullable(),
        start_line: z.number().int().nullable(),
        resolved: z.boolean(),
        outdated: z.boolean(),
        comments: z.array(
          z.strictObject({
            author: z.string().nullable(),
            standing: standingOutput,
            created_at: z.string(),
            body: z.string(),
            cut: z.boolean(),
            url: z.string(),
          }),
        ),
        left_out: z.number().int().describe('How many comments between the first and the others are not shown.'),
      }),
    ),
    next_cursor: z.string().nullable(),
    untrusted: untrusted(['threads[].path', 'threads[].comments[].body']),
  }),
  asks: ({ repository, path }) => [{ want: 'read', repository, ...(path === undefined ? {} : { path }) }],
  read: async (input, reader, may) => {
    const { repository, number, state, path } = input;
    const [{ headOid }, ownLogin] = await Promise.all([pullRequestAt(reader, input, may), reader.ownLogin()]);
    const wanted = (thread: ReviewThread): boolean =>
      (state === 'all' || thread.resolved === (state === 'resolved')) &&
      (path === undefined || thread.path === path) &&
      may({ want: 'read', repository, path: thread.path });
    const page = await fittedPage(
      input,
      (request) => reader.reviewThreads(repository, number, request),
      (thread) => {
        if (!wanted(thread)) return null;
        const view = shown(thread);
        return telling(view, toldOf(`${repository}#${number}`, thread, { comments: view.comments, ownLogin }));
      },
    );
    return {
      ...{ repository, number, head_commit: headOid, threads: page.items, next_cursor: page.next_cursor },
      untrusted: ['threads[].path', 'threads[].comments[].body'],
    };
  },
  told: toldIn,
});

function toldOf(
  pullRequest: string,
  { nodeId, path }: ReviewThread,
  { comments, ownLogin }: { readonly comments: ReturnType<typeof shown>['comments']; readonly ownLogin: string },
): Told {
  const hasStranger = comments.some((one) => isStrangerTo(ownLogin, one));
  return {
    ...{ thing: `review_thread:${nodeId}`, name: `${pullRequest} at ${path}`, rank: null },
    ...{ revision: revisionOf(comments), trust: hasStranger ? 'untrusted' : 'trusted' },
  };
}

function shown({ nodeId, path, line, startLine, resolved, outdated, comments, total }: ReviewThread) {
  return {
    ...{ thread: nodeId, path, line, start_line: startLine, resolved, outdated },
    comments: comments.map(({ author, standing, createdAt, body, url }) => {
      const { content, cut } = startOf(withoutMarkComment(body), commentBytes);
      const by = { author, ...(standing !== undefined && { standing }) };
      return { ...by, created_at: createdAt, body: content, cut, url };
    }),
    left_out: total - comments.length,
  };
}
