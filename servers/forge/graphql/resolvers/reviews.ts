import { associationOf } from '../../associations.ts';
import { mustReadCommit } from '../../git/commits.ts';
import { nodeId } from '../../ids.ts';
import { permissionOf, roleOf } from '../../repositories.ts';
import { latestOpinions, type Review, reviewsOf } from '../../reviews.ts';
import { type PageArgs, pageOf } from '../connection.ts';
import type { Context, Fields } from '../field.ts';
import { actorSource, commitSource, type PullSource, pullSource } from '../sources.ts';

type Source = Omit<PullSource, 'typename'> & { review: Review };

const mayWrite = ({ repository, review }: Source, { forge }: Context): boolean =>
  ['admin', 'write'].includes(permissionOf(roleOf(forge, repository, review.by)));

/** The last answer of each reviewer. */
export function latestOpinionatedReviews(
  { repository, pull }: PullSource,
  args: PageArgs & { writersOnly?: boolean },
  context: Context,
) {
  const all = latestOpinions(context.forge, repository, pull).map((review): Source => ({ repository, pull, review }));
  const wanted = args.writersOnly === true ? all.filter((source) => mayWrite(source, context)) : all;
  return pageOf(wanted, args, 'latestOpinionatedReviews');
}

/** All reviews, oldest first. */
export function reviews({ repository, pull }: PullSource, args: PageArgs, { forge }: Context) {
  return pageOf(
    reviewsOf(forge, repository, pull).map((review): Source => ({ repository, pull, review })),
    args,
    'reviews',
  );
}

export const reviewFields: Fields = {
  PullRequestReview: {
    id: ({ review }: Source) => nodeId('PullRequestReview', review.id),
    databaseId: ({ review }: Source) => review.id,
    state: ({ review }: Source) => review.state,
    submittedAt: ({ review }: Source) => review.submitted_at,
    body: ({ review }: Source) => review.body,
    authorAssociation: ({ repository, review }: Source, _: unknown, { forge }: Context) =>
      associationOf(forge, repository, review.by),
    author: ({ review }: Source, _: unknown, context: Context) => actorSource(context, review.by),
    authorCanPushToRepository: (source: Source, _: unknown, context: Context) => mayWrite(source, context),
    commit: async ({ repository, review }: Source) =>
      commitSource(repository, await mustReadCommit(repository.git, review.commit)),
    pullRequest: ({ repository, pull }: Source) => pullSource(repository, pull),
  },
};
