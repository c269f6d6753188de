import { requirePermission } from '../../access.ts';
import { associationOf } from '../../associations.ts';
import { addComment, deleteComment, editComment, lockPull, type Placed, storedComments } from '../../comments.ts';
import { nodeId } from '../../ids.ts';
import { byTextThenNumber } from '../../order.ts';
import { Refusal } from '../../refusal.ts';
import { fullName } from '../../repositories.ts';
import { cursorOf, type PageArgs, pageOf } from '../connection.ts';
import type { Context, Fields } from '../field.ts';
import {
  actorSource,
  commentByNode,
  commentSource,
  type PullSource,
  pullByNode,
  pullSource,
  repositorySource,
  type CommentSource as Source,
} from '../sources.ts';

type Input<T> = { input: T & { clientMutationId?: string | null } };

const answered = (input: { clientMutationId?: string | null }) => ({
  clientMutationId: input.clientMutationId ?? null,
});

async function add(_: unknown, { input }: Input<{ subjectId: string; body: string }>, context: Context) {
  const { repository, pull } = await pullByNode(context, input.subjectId);
  const comment = await addComment(context.forge, context.token, { repository, pull }, input.body);
  const place = storedComments(context.forge, pull).findIndex(({ id }) => id === comment.id);
  const commentEdge = { node: commentSource({ repository, pull, comment }), cursor: cursorOf(place) };
  return { ...answered(input), commentEdge, subject: pullSource(repository, pull) };
}

async function update(_: unknown, { input }: Input<{ id: string; body: string }>, context: Context) {
  const { typename: _name, ...placed } = await commentByNode(context, input.id);
  const comment = await editComment(context.forge, context.token, placed, input.body);
  return { ...answered(input), issueComment: commentSource({ ...placed, comment }) };
}

async function remove(_: unknown, { input }: Input<{ id: string }>, context: Context) {
  await deleteComment(context.forge, context.token, await commentByNode(context, input.id));
  return answered(input);
}

const locking =
  (locked: boolean, record: string) =>
  async (_: unknown, { input }: Input<{ lockableId: string }>, context: Context) => {
    const { repository, pull } = await pullByNode(context, input.lockableId);
    lockPull(context.forge, context.token, pull, locked);
    return { ...answered(input), [record]: pullSource(repository, pull) };
  };

/** The mutations of a pull request's conversation. */
export const commentMutations = {
  addComment: add,
  updateIssueComment: update,
  deleteIssueComment: remove,
  lockLockable: locking(true, 'lockedRecord'),
  unlockLockable: locking(false, 'unlockedRecord'),
};

type CommentsArgs = PageArgs & { orderBy?: { field: 'UPDATED_AT'; direction: 'ASC' | 'DESC' } | null };

/** A page of a pull request's comments: oldest first unless it is asked otherwise. */
export function commentsOf({ repository, pull }: PullSource, args: CommentsArgs, { forge }: Context) {
  const stored = storedComments(forge, pull);
  const sorted =
    args.orderBy == null
      ? stored
      : stored.toSorted(
          byTextThenNumber(
            (each) => each.updatedAt,
            (each) => each.id,
          ),
        );
  if (args.orderBy?.direction === 'DESC') sorted.reverse();
  return pageOf(
    sorted.map((comment) => commentSource({ repository, pull, comment })),
    args,
    'comments',
  );
}

const pathOf = ({ repository, pull, comment }: Placed): string =>
  `/${fullName(repository)}/pull/${pull.number}#issuecomment-${comment.id}`;

/** A field that needs the permission to read pull requests, however the source was reached. */
const reading =
  (answer: (source: Source, context: Context) => unknown) =>
  (source: Source, _: unknown, context: Context): unknown => {
    requirePermission(context.token, 'pull_requests', 'read');
    return answer(source, context);
  };

export const commentFields: Fields = {
  IssueComment: {
    id: ({ comment }: Source) => nodeId('IssueComment', comment.id),
    databaseId: ({ comment }: Source) => comment.id,
    fullDatabaseId: ({ comment }: Source) => String(comment.id),
    body: reading(({ comment }) => comment.body),
    author: reading(({ comment }, context) => actorSource(context, comment.author)),
    authorAssociation: reading(({ repository, comment }, { forge }) =>
      associationOf(forge, repository, comment.author),
    ),
    editor: reading(({ comment }, context) => comment.editor && actorSource(context, comment.editor)),
    createdAt: reading(({ comment }) => comment.createdAt),
    updatedAt: reading(({ comment }) => comment.updatedAt),
    isMinimized: reading(() => false),
    url: reading((source, { forge }) => forge.site.url + pathOf(source)),
    resourcePath: reading(pathOf),
    pullRequest: ({ repository, pull }: Source) => pullSource(repository, pull),
    repository: ({ repository }: Source) => repositorySource(repository),
    issue: () => {
      throw new Refusal('NOT_IMPLEMENTED', 'forge does not implement issues');
    },
  },
};
