import { requirePermission } from '../../access.ts';
import { listRefs } from '../../git/refs.ts';
import { nodeId } from '../../ids.ts';
import { byTextThenNumber } from '../../order.ts';
import { findPull, listPulls, type Pull } from '../../pulls.ts';
import { notImplemented, Refusal } from '../../refusal.ts';
import { fullName } from '../../repositories.ts';
import { allows } from '../../tokens.ts';
import { type PageArgs, pageOf } from '../connection.ts';
import type { Context, Fields } from '../field.ts';
import type { RepositorySource as Source } from '../sources.ts';
import { actorSource, objectSource, pullSource, type RefSource, refSource, resolveExpression } from '../sources.ts';

type Order = { field: string; direction: 'ASC' | 'DESC' };
type RefsArgs = PageArgs & {
  refPrefix: string;
  query?: string | null;
  orderBy?: Order | null;
  direction?: string | null;
};
type PullsArgs = PageArgs & {
  states?: string[] | null;
  headRefName?: string | null;
  baseRefName?: string | null;
  labels?: string[] | null;
  orderBy?: Order | null;
};

async function refs({ repository }: Source, args: RefsArgs, { token }: Context) {
  requirePermission(token, 'contents', 'read');
  if (args.orderBy?.field === 'TAG_COMMIT_DATE') throw notImplemented('refs ordered by TAG_COMMIT_DATE');
  if (args.direction != null) throw notImplemented('the argument direction of refs');
  const found = (await listRefs(repository.git.dir, args.refPrefix)).filter((ref) =>
    /^refs\/(heads|tags)\//.test(ref.name),
  );
  const wanted = args.query
    ? found.filter((ref) => ref.name.slice(args.refPrefix.length).includes(args.query ?? ''))
    : found;
  if (args.orderBy?.direction === 'DESC') wanted.reverse();
  return pageOf(
    wanted.map((ref): RefSource => ({ typename: 'Ref', repository, ...ref })),
    args,
    'refs',
  );
}

const stateOf = (pull: Pull): string => (pull.merge === null ? pull.state.toUpperCase() : 'MERGED');

async function pullRequests({ repository }: Source, args: PullsArgs, { forge, token }: Context) {
  requirePermission(token, 'pull_requests', 'read');
  if (args.labels != null) throw notImplemented('labels');
  const { states, headRefName, baseRefName } = args;
  const pulls = (await listPulls(forge, repository)).filter(
    (pull) =>
      (states == null || states.includes(stateOf(pull))) &&
      (headRefName == null || pull.headRef === headRefName) &&
      (baseRefName == null || pull.baseRef === baseRefName),
  );
  const sorted = sortPulls(pulls, args.orderBy ?? { field: 'CREATED_AT', direction: 'ASC' });
  return pageOf(
    sorted.map((pull) => pullSource(repository, pull)),
    args,
    'pullRequests',
  );
}

function sortPulls(pulls: Pull[], order: Order): Pull[] {
  const key = (pull: Pull): string => {
    if (order.field === 'CREATED_AT') return pull.createdAt;
    if (order.field === 'UPDATED_AT') return pull.updatedAt;
    throw notImplemented(`pull requests ordered by ${order.field}`);
  };
  const sorted = pulls.toSorted(byTextThenNumber(key, (pull) => pull.number));
  return order.direction === 'DESC' ? sorted.reverse() : sorted;
}

export const repositoryFields: Fields = {
  Repository: {
    id: ({ repository }: Source) => nodeId('Repository', repository.id),
    databaseId: ({ repository }: Source) => repository.id,
    name: ({ repository }: Source) => repository.name,
    nameWithOwner: ({ repository }: Source) => fullName(repository),
    owner: ({ repository }: Source, _: unknown, context: Context) => actorSource(context, repository.owner),
    description: ({ repository }: Source) => repository.description,
    isPrivate: () => true,
    isArchived: () => false,
    isFork: () => false,
    isEmpty: () => false,
    visibility: () => 'PRIVATE',
    createdAt: ({ repository }: Source) => repository.createdAt,
    url: ({ repository }: Source, _: unknown, { forge }: Context) => `${forge.site.url}/${fullName(repository)}`,
    resourcePath: ({ repository }: Source) => `/${fullName(repository)}`,
    viewerPermission: (_: Source, __: unknown, { token }: Context) =>
      allows(token.permissions, 'contents', 'write') ? 'WRITE' : 'READ',
    defaultBranchRef: ({ repository }: Source, _: unknown, { token }: Context) => {
      requirePermission(token, 'contents', 'read');
      return refSource(repository, `refs/heads/${repository.defaultBranch}`);
    },
    ref: async ({ repository }: Source, args: { qualifiedName: string }, { token }: Context) => {
      requirePermission(token, 'contents', 'read');
      const name = args.qualifiedName;
      if (name.startsWith('refs/')) return refSource(repository, name);
      return (await refSource(repository, `refs/heads/${name}`)) ?? refSource(repository, `refs/tags/${name}`);
    },
    refs,
    object: ({ repository }: Source, args: { expression?: string | null; oid?: string | null }, { token }: Context) => {
      requirePermission(token, 'contents', 'read');
      if (args.oid != null) return objectSource(repository, args.oid);
      if (args.expression != null) return resolveExpression(repository, args.expression);
      throw new Refusal('UNPROCESSABLE', 'object needs an expression or an oid');
    },
    pullRequest: async ({ repository }: Source, args: { number: number }, { forge, token }: Context) => {
      requirePermission(token, 'pull_requests', 'read');
      const pull = await findPull(forge, repository, args.number);
      if (pull) return pullSource(repository, pull);
      throw new Refusal('NOT_FOUND', `Could not resolve to a PullRequest with the number of ${args.number}.`);
    },
    pullRequests,
  },
};
