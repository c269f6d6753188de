import * as z from 'zod';
import type { PageRequest } from '#capabilities/common/page.ts';
import type { Check, Checks } from '#capabilities/repo-read/ports.ts';
import { AppError } from '#shared/errors.ts';
import { noRepository } from '#shared/github/names.ts';
import { checkPermissions } from '../tokens.ts';
import { pageInfo } from './page.ts';
import type { Session } from './session.ts';

const document = `query ($owner: String!, $name: String!, $commit: GitObjectID!, $limit: Int!, $cursor: String) {
  repository(owner: $owner, name: $name, followRenames: false) {
    object(oid: $commit) { ... on Commit { oid statusCheckRollup { state contexts(first: $limit, after: $cursor) {
      checkRunCountsByState { state count }
      statusContextCountsByState { state count }
      nodes {
        ... on CheckRun { name status conclusion title detailsUrl checkSuite { app { slug } } }
        ... on StatusContext { context state description targetUrl }
      }
      pageInfo { hasNextPage endCursor }
    } } } }
  }
}`;

/** A state in small letters, as REST has it. */
const state = z
  .string()
  .regex(/^[A-Z_]+$/)
  .toLowerCase();
const counts = z.array(z.object({ state, count: z.number().int() })).nullable();

const run = z
  .object({
    name: z.string(),
    status: state,
    conclusion: state.nullable(),
    title: z.string().nullable(),
    detailsUrl: z.string().nullable(),
    checkSuite: z.object({ app: z.object({ slug: z.string() }).nullable() }),
  })
  .transform(({ name, status, conclusion, title, detailsUrl, checkSuite }): Check => {
    const app = checkSuite.app?.slug ?? null;
    // A job's check leads to its page: that is where the number of the job stands whole, of whatever size it is.
    const job = /\/actions\/runs\/\d+\/job\/(\d{1,15})$/.exec(detailsUrl ?? '')?.[1];
    const isJob = app === 'github-actions' && job !== undefined;
    return { name, state: conclusion ?? status, title, url: detailsUrl, app, job: isJob ? Number(job) : null };
  });

const status = z
  .object({ context: z.string(), state, description: z.string().nullable(), targetUrl: z.string().nullable() })
  .transform(
    ({ context, state: found, description, targetUrl }): Check => ({
      ...{ name: context, state: found, title: description, url: targetUrl },
      ...{ app: null, job: null },
    }),
  );

const rollup = z.object({
  state,
  contexts: z.object({
    checkRunCountsByState: counts,
    statusContextCountsByState: counts,
    nodes: z.array(z.union([run, status])),
    pageInfo,
  }),
});
const commitData = z.object({ oid: z.string().optional(), statusCheckRollup: rollup.nullish() });
const data = z.object({ repository: z.object({ object: commitData.nullable() }).nullable() });

/** A page of what CI says of a commit. @throws AppError `not_found` when there is no such commit */
export async function readChecks(session: Session, commit: string, request: PageRequest): Promise<Checks> {
  const variables = { commit, limit: request.limit, cursor: request.cursor ?? null };
  const { repository } = await session.query({ document, variables, data, permissions: checkPermissions });
  if (!repository) throw noRepository();
  // The id of a tree or a blob leads to an object that has nothing of what a commit is asked for.
  if (repository.object?.oid === undefined) {
    throw new AppError('not_found', 'There is no such commit in this repository.', { next: 'Read the branch again.' });
  }
  const found = repository.object.statusCheckRollup;
  if (!found) return { state: 'none', counts: {}, items: [], cursor: null };
  const { checkRunCountsByState, statusContextCountsByState, nodes, pageInfo: cursor } = found.contexts;
  const total: Record<string, number> = {};
  for (const each of [...(checkRunCountsByState ?? []), ...(statusContextCountsByState ?? [])]) {
    total[each.state] = (total[each.state] ?? 0) + each.count;
  }
  return { state: found.state, counts: total, items: nodes, cursor };
}
