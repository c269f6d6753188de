import * as z from 'zod';
import { withoutMarkComment } from '#capabilities/common/mark-comment.ts';
import { startOf } from '#capabilities/common/slice.ts';
import { revisionOf, telling, toldIn } from '#capabilities/common/telling.ts';
import { untrusted, untrustedNote } from '#capabilities/common/untrusted.ts';
import { isStrangerTo } from '#capabilities/repo/standing.ts';
import { pullRequestAt, pullRequestNumber } from './pull-request-at.ts';
import { pullRequestView, viewOf } from './pull-request-view.ts';
import { saidReview, saidReviews } from './said-reviews.ts';
import { toldOfPull } from './told.ts';
import { readTool, repositoryInput } from './tool.ts';

const bodyBytes = 6_000;

const marked = ['title', 'body', 'head', 'base', 'reviews[].body'] as const;

export const getPullRequest = readTool({
  name: 'get_pull_request',
  title: 'Get a pull request',
  description: `Shows a pull request: its text, state, branches, head commit, and the newest reviews, the last one at the end. What was said at lines is in list_review_threads, what CI says in get_checks. ${untrustedNote}`,
  input: z.strictObject({
    repository: repositoryInput,
    number: pullRequestNumber,
  }),
  output: z.strictObject({
    repository: z.string(),
    ...pullRequestView.shape,
    body: z.string(),
    body_truncated: z.boolean(),
    reviews: z.array(saidReview),
    untrusted: untrusted(marked),
  }),
  asks: ({ repository }) => [{ want: 'read', repository }],
  read: async (input, reader, may) => {
    const { repository, number } = input;
    const [found, reviews, ownLogin] = await Promise.all([
      pullRequestAt(reader, input, may),
      reader.saidReviews(repository, number),
      reader.ownLogin(),
    ]);
    const { content, cut } = startOf(withoutMarkComment(found.body), bodyBytes);
    const said = saidReviews(reviews);
    const hasStranger = [found, ...said.filter((one) => one.body !== '')].some((one) => isStrangerTo(ownLogin, one));
    const revision = revisionOf([found.title, found.body, said]);
    const shown = {
      repository,
      ...viewOf(found),
      body: content,
      body_truncated: cut,
      reviews: said,
      untrusted: [...marked],
    };
    return telling(shown, toldOfPull(repository, found, { revision, trust: hasStranger ? 'untrusted' : 'trusted' }));
  },
  told: toldIn,
});
