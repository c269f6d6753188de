import { randomBytes } from 'node:crypto';
import type { Hono } from 'hono';
import { type Check, jobOf } from '../ci.ts';
import type { Forge } from '../forge.ts';
import { Refusal } from '../refusal.ts';
import { fullName, type Repository } from '../repositories.ts';
import { apiUrl, type Env, notFound, parameter, type Request, type Routes, repositoryOf } from './kit.ts';

/** Addresses of logs, which need no credential, for a minute each. */
export type LogLinks = Map<string, { text: string; until: number }>;

const lifetime = 60_000;

function viewJob(forge: Forge, repository: Repository, { job, commit }: { job: Check; commit: string }) {
  const base = `/repos/${fullName(repository)}`;
  return {
    id: job.id,
    run_id: 1,
    run_url: apiUrl(forge, `${base}/actions/runs/1`),
    run_attempt: 1,
    head_sha: commit,
    url: apiUrl(forge, `${base}/actions/jobs/${job.id}`),
    html_url: `${forge.site.url}/${fullName(repository)}/actions/runs/1/job/${job.id}`,
    status: job.status,
    conclusion: job.conclusion,
    started_at: job.started_at,
    completed_at: job.completed_at,
    name: job.name,
    steps: job.steps,
    check_run_url: apiUrl(forge, `${base}/check-runs/${job.id}`),
    labels: [],
  };
}

function jobFor(forge: Forge, c: Request) {
  const { repository } = repositoryOf(forge, c, 'actions');
  const found = jobOf(forge, repository, Number(parameter(c, 'id')));
  if (!found) throw notFound();
  return { repository, found };
}

/** Jobs, and where their logs are. */
export function actionRoutes(forge: Forge, routes: Routes, links: LogLinks): void {
  routes.get('/repos/:owner/:repo/actions/jobs/:id', (c) => {
    const { repository, found } = jobFor(forge, c);
    return c.json(viewJob(forge, repository, found));
  });
  routes.get('/repos/:owner/:repo/actions/jobs/:id/logs', (c) => {
    const { found } = jobFor(forge, c);
    if (found.job.log === null) throw notFound();
    const key = randomBytes(16).toString('hex');
    links.set(key, { text: found.job.log, until: forge.now() + lifetime });
    return c.redirect(`${forge.site.url}/logs/${key}`, 302);
  });
}

/** The logs themselves, elsewhere than the API as on GitHub, where a request with a credential of GitHub's is refused. */
export function logRoutes(forge: Forge, app: Hono<Env>, links: LogLinks): void {
  app.get('/logs/:key{[0-9a-f]{32}}', (c) => {
    if (c.req.header('authorization') !== undefined) throw new Refusal('FORBIDDEN', 'No credential belongs here');
    for (const [key, { until }] of links) if (until <= forge.now()) links.delete(key);
    const link = links.get(parameter(c, 'key'));
    if (!link) throw notFound();
    return c.text(link.text);
  });
}
