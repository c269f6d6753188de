import { etag } from 'hono/etag';
import { z } from 'zod';
import type { Forge } from '../forge.ts';
import { diffFiles } from '../git/diff.ts';
import { commitsBeyond, mergeBase } from '../git/history.ts';
import { byTextThenNumber } from '../order.ts';
import { createPull, editPull } from '../pull-changes.ts';
import { findPull, listPulls, type Pull } from '../pulls.ts';
import { notImplemented, Refusal } from '../refusal.ts';
import type { Repository } from '../repositories.ts';
import { bodyOf, notFound, pageOf, parameter, type Request, type Routes, repositoryOf } from './kit.ts';
import { viewCommit, viewFile, viewLogin, viewPull } from './views.ts';

const newPullSchema = z.strictObject({
  title: z.string(),
  head: z.string(),
  base: z.string(),
  body: z.string().nullish(),
  draft: z.boolean().default(false),
  maintainer_can_modify: z.boolean().optional(),
});

const editSchema = z.strictObject({
  title: z.string().optional(),
  body: z.string().nullish(),
  state: z.enum(['open', 'closed']).optional(),
  base: z.string().optional(),
  maintainer_can_modify: z.boolean().optional(),
});

const listSchema = z.object({
  state: z.enum(['open', 'closed', 'all']).default('open'),
  head: z.string().optional(),
  base: z.string().optional(),
  sort: z.enum(['created', 'updated']).default('created'),
  direction: z.enum(['asc', 'desc']).optional(),
});

function select(repository: Repository, pulls: readonly Pull[], filter: z.infer<typeof listSchema>): Pull[] {
  const { state, head, base } = filter;
  if (head !== undefined && !head.includes(':')) throw notImplemented('the parameter head of pulls without an owner');
  const wanted = pulls.filter(
    (pull) =>
      (state === 'all' || pull.state === state) &&
      (head === undefined || head === `${repository.owner}:${pull.headRef}`) &&
      (base === undefined || base === pull.baseRef),
  );
  const key = (pull: Pull): string => (filter.sort === 'updated' ? pull.updatedAt : pull.createdAt);
  const up = wanted.toSorted(byTextThenNumber(key, (pull) => pull.number));
  return (filter.direction ?? 'desc') === 'desc' ? up.reverse() : up;
}

/** A single pull request has more than one in a list. Whether it merges cleanly is not worked out: `null`, `unknown`. */
async function viewOne(forge: Forge, repository: Repository, pull: Pull) {
  const files = await changes(forge, repository, pull);
  const commits = await commitsBeyond(repository.git, pull.baseOid, pull.headOid);
  return {
    ...viewPull(forge, repository, pull),
    merged: pull.merge !== null,
    mergeable: null,
    mergeable_state: 'unknown',
    merged_by: pull.merge && viewLogin(forge, pull.merge.by),
    commits: commits.length,
    additions: files.reduce((total, file) => total + file.additions, 0),
    deletions: files.reduce((total, file) => total + file.deletions, 0),
    changed_files: files.length,
  };
}

async function changes(forge: Forge, repository: Repository, pull: Pull) {
  const base = (await mergeBase(repository.git, pull.baseOid, pull.headOid)) ?? pull.baseOid;
  return diffFiles(forge.path, repository.git.dir, base, pull.headOid);
}

async function pullOf(forge: Forge, c: Request) {
  const { repository, token } = repositoryOf(forge, c, 'pull_requests');
  const pull = await findPull(forge, repository, Number(parameter(c, 'number')));
  if (!pull) throw notFound();
  return { repository, token, pull };
}

export function pullRoutes(forge: Forge, routes: Routes): void {
  routes.get('/repos/:owner/:repo/pulls', etag());
  routes.get('/repos/:owner/:repo/pulls', async (c) => {
    const { repository } = repositoryOf(forge, c, 'pull_requests');
    const filter = listSchema.safeParse(c.req.query());
    if (!filter.success) throw new Refusal('UNPROCESSABLE', 'Validation Failed');
    const pulls = select(repository, await listPulls(forge, repository), filter.data);
    return c.json(pageOf(forge, c, pulls).map((pull) => viewPull(forge, repository, pull)));
  });
  routes.post('/repos/:owner/:repo/pulls', async (c) => {
    const { repository, token } = repositoryOf(forge, c, 'pull_requests', 'write');
    const { title, head, base, body, draft } = await bodyOf(c, newPullSchema);
    const pull = await createPull(forge, token, repository, { title, head, base, body: body ?? '', draft });
    return c.json(await viewOne(forge, repository, pull), 201);
  });
  routes.get('/repos/:owner/:repo/pulls/:number', async (c) => {
    const { repository, pull } = await pullOf(forge, c);
    return c.json(await viewOne(forge, repository, pull));
  });
  routes.patch('/repos/:owner/:repo/pulls/:number', async (c) => {
    const { repository, token, pull } = await pullOf(forge, c);
    const { title, body, state, base } = await bodyOf(c, editSchema);
    const edit = { title, body: body === null ? '' : body, state, base };
    const edited = await editPull(forge, token, { repository, number: pull.number }, edit);
    return c.json(await viewOne(forge, repository, edited));
  });
  routes.get('/repos/:owner/:repo/pulls/:number/files', async (c) => {
    const { repository, pull } = await pullOf(forge, c);
    const files = await changes(forge, repository, pull);
    return c.json(pageOf(forge, c, files).map((file) => viewFile(forge, repository, file, pull.headOid)));
  });
  routes.get('/repos/:owner/:repo/pulls/:number/commits', async (c) => {
    const { repository, pull } = await pullOf(forge, c);
    const commits = (await commitsBeyond(repository.git, pull.baseOid, pull.headOid)).reverse();
    return c.json(pageOf(forge, c, commits).map((commit) => viewCommit(forge, repository, commit)));
  });
}
