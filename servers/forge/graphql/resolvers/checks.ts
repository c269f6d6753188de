import { requirePermission } from '../../access.ts';
import { type Check, type CommitStatus, outcomesOf } from '../../ci.ts';
import { fullName, type Repository } from '../../repositories.ts';
import { type Connection, type PageArgs, pageOf } from '../connection.ts';
import type { Context, Fields, Typed } from '../field.ts';
import { type CommitSource, repositorySource } from '../sources.ts';

type CheckSource = Typed<'CheckRun'> & { repository: Repository; check: Check };
type StatusSource = Typed<'StatusContext'> & { commit: CommitSource; status: CommitStatus };
type Source = { commit: CommitSource; contexts: (CheckSource | StatusSource)[] };
type Contexts = Connection<CheckSource | StatusSource> & { all: Source['contexts'] };

const upper = (word: string): string => word.toUpperCase();

const stateOf = (source: CheckSource | StatusSource): string =>
  source.typename === 'CheckRun' ? upper(source.check.conclusion ?? source.check.status) : upper(source.status.state);

const fine = ['SUCCESS', 'NEUTRAL', 'SKIPPED'];
const unfinished = ['QUEUED', 'IN_PROGRESS', 'PENDING', 'WAITING', 'REQUESTED', 'EXPECTED'];

/** One state for all of them, as GitHub's rollup puts it. */
function rollup(states: readonly string[]): string {
  if (states.includes('ERROR')) return 'ERROR';
  if (states.some((state) => !fine.includes(state) && !unfinished.includes(state))) return 'FAILURE';
  return states.every((state) => fine.includes(state)) ? 'SUCCESS' : 'PENDING';
}

/** What CI said of a commit; null when it said nothing. */
export function statusCheckRollup(commit: CommitSource, _: unknown, { forge, token }: Context): Source | null {
  requirePermission(token, 'checks', 'read');
  requirePermission(token, 'statuses', 'read');
  const { repository } = commit;
  const found = outcomesOf(forge, repository).filter((each) => each.commit === commit.commit.oid);
  const contexts = found.flatMap(({ checks, statuses }) => [
    ...checks.map((check): CheckSource => ({ typename: 'CheckRun', repository, check })),
    ...statuses.map((status): StatusSource => ({ typename: 'StatusContext', commit, status })),
  ]);
  return contexts.length === 0 ? null : { commit, contexts };
}

const countsOf =
  (kind: 'CheckRun' | 'StatusContext') =>
  (source: Contexts): Count[] => {
    const states = source.all.filter(({ typename }) => typename === kind).map(stateOf);
    return [...new Set(states)].map((state) => ({ state, count: states.filter((each) => each === state).length }));
  };

type Count = { state: string; count: number };
const counted = { state: ({ state }: Count) => state, count: ({ count }: Count) => count };

const url = ({ repository, check }: CheckSource, _: unknown, { forge }: Context): string =>
  `${forge.site.url}/${fullName(repository)}/runs/${check.id}`;

export const checkFields: Fields = {
  StatusCheckRollup: {
    commit: ({ commit }: Source) => commit,
    state: ({ contexts }: Source) => rollup(contexts.map(stateOf)),
    contexts: ({ contexts }: Source, args: PageArgs): Contexts => ({
      ...pageOf(contexts, args, 'contexts'),
      all: contexts,
    }),
  },
  StatusCheckRollupContextConnection: {
    nodes: (source: Contexts) => source.nodes.map(({ node }) => node),
    pageInfo: (source: Contexts) => source,
    totalCount: (source: Contexts) => source.total(),
    checkRunCountsByState: countsOf('CheckRun'),
    statusContextCountsByState: countsOf('StatusContext'),
  },
  CheckRun: {
    databaseId: ({ check }: CheckSource) => check.id,
    name: ({ check }: CheckSource) => check.name,
    status: ({ check }: CheckSource) => upper(check.status),
    conclusion: ({ check }: CheckSource) => check.conclusion && upper(check.conclusion),
    title: ({ check }: CheckSource) => check.title,
    // Of a job it is the page of that job: /OWNER/REPO/actions/runs/RUN/job/JOB.
    detailsUrl: ({ check, repository }: CheckSource, _: unknown, { forge }: Context) =>
      check.app === 'github-actions'
        ? `${forge.site.url}/${fullName(repository)}/actions/runs/1/job/${check.id}`
        : check.details_url,
    startedAt: ({ check }: CheckSource) => check.started_at,
    completedAt: ({ check }: CheckSource) => check.completed_at,
    checkSuite: (source: CheckSource) => source,
    repository: ({ repository }: CheckSource) => repositorySource(repository),
    url,
    permalink: url,
  },
  CheckSuite: { app: (source: CheckSource) => source },
  App: { slug: ({ check }: CheckSource) => check.app, name: ({ check }: CheckSource) => check.app },
  CheckRunStateCount: counted,
  StatusContextStateCount: counted,
  StatusContext: {
    context: ({ status }: StatusSource) => status.context,
    state: stateOf,
    description: ({ status }: StatusSource) => status.description,
    targetUrl: ({ status }: StatusSource) => status.target_url,
    commit: ({ commit }: StatusSource) => commit,
  },
};
