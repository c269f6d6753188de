import * as z from 'zod';
import { cursorInput, fittedPage } from '#capabilities/common/fit.ts';
import { revisionOf, telling, toldIn } from '#capabilities/common/telling.ts';
import { shorten } from '#capabilities/common/text.ts';
import { untrusted, untrustedNote } from '#capabilities/common/untrusted.ts';
import { branchName } from '#capabilities/repo/branch.ts';
import { isStrangerTo } from '#capabilities/repo/standing.ts';
import type { PullRequest } from '#capabilities/repo/types.ts';
import { pullRequestView, viewOf } from './pull-request-view.ts';
import { toldOfPull } from './told.ts';
import { asksRepository, readTool, repositoryInput } from './tool.ts';

export const listPullRequests = readTool({
  name: 'list_pull_requests',
  title: 'List pull requests',
  description: `Lists the pull requests of a repository, newest first. get_pull_request shows one with its text. ${untrustedNote}`,
  input: z.strictObject({
    repository: repositoryInput,
    state: z
      .enum(['open', 'closed', 'merged', 'all'])
      .default('open')
      .describe('Which ones; the open ones unless given.'),
    head: branchName.optional().describe('Only those from this branch.'),
    base: branchName.optional().describe('Only those to this branch.'),
    limit: z.number().int().min(1).max(100).default(20).describe('How many at most; 20 unless given.'),
    cursor: cursorInput,
  }),
  output: z.strictObject({
    repository: z.string(),
    pull_requests: z.array(pullRequestView.omit({ url: true })),
    next_cursor: z.string().nullable(),
    untrusted: untrusted(['pull_requests[].title', 'pull_requests[].head', 'pull_requests[].base']),
  }),
  asks: asksRepository,
  read: async (input, reader, may) => {
    const { repository } = input;
    const ownLogin = await reader.ownLogin();
    const page = await fittedPage(
      input,
      (request) =>
        reader.pullRequests(repository, { ...request, state: input.state, head: input.head, base: input.base }),
      (found) => {
        if (!may({ want: 'read', repository, branch: found.head, base: found.base })) return null;
        const shown = listed(found);
        const trust = isStrangerTo(ownLogin, found) ? 'untrusted' : 'trusted';
        return telling(shown, toldOfPull(repository, found, { revision: revisionOf(shown.title), trust }));
      },
    );
    return {
      repository,
      pull_requests: page.items,
      next_cursor: page.next_cursor,
      untrusted: ['pull_requests[].title', 'pull_requests[].head', 'pull_requests[].base'],
    };
  },
  told: toldIn,
});

/** Where it is read, get_pull_request tells. */
function listed(found: PullRequest) {
  const { url: _url, ...view } = viewOf(found);
  return { ...view, title: shorten(view.title, 256) };
}
