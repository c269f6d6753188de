import { z } from 'zod';
import { appSlug } from '../accounts.ts';
import { addCheckRun, type CheckRun, changeCheckRun, checkRunsOf } from '../check-runs.ts';
import { conclusions } from '../ci.ts';
import type { Forge } from '../forge.ts';
import { hasObject } from '../git/objects.ts';
import { Refusal } from '../refusal.ts';
import { fullName, type Repository } from '../repositories.ts';
import { apiUrl, bodyOf, notFound, pageOf, parameter, type Routes, repositoryOf } from './kit.ts';

const said = {
  status: z.enum(['queued', 'in_progress', 'completed']).optional(),
  conclusion: z.enum(conclusions).optional(),
  details_url: z.url().optional(),
  external_id: z.string().optional(),
  output: z.strictObject({ title: z.string(), summary: z.string().max(65_535) }).optional(),
};
const newSchema = z.strictObject({ name: z.string(), head_sha: z.string(), ...said });
const changeSchema = z.strictObject({ name: z.string().optional(), ...said });
type Said = z.infer<typeof changeSchema>;

function viewRun(forge: Forge, repository: Repository, run: CheckRun) {
  const { id, name, commit, status, conclusion, detailsUrl, externalId, title, summary, startedAt } = run;
  return {
    ...{ id, name, head_sha: commit, status, conclusion, external_id: externalId, details_url: detailsUrl },
    url: apiUrl(forge, `/repos/${fullName(repository)}/check-runs/${id}`),
    html_url: `${forge.site.url}/${fullName(repository)}/runs/${id}`,
    output: { title, summary, text: null, annotations_count: 0 },
    app: { id: forge.config.appId, slug: appSlug },
    started_at: startedAt,
    completed_at: status === 'completed' ? startedAt : null,
    pull_requests: [],
  };
}

/** Who says how it ended says that it has. */
function withSaid(run: Omit<CheckRun, 'id' | 'startedAt'>, body: Said): Omit<CheckRun, 'id' | 'startedAt'> {
  const conclusion = body.conclusion ?? run.conclusion;
  return {
    ...run,
    name: body.name ?? run.name,
    conclusion,
    status: body.conclusion === undefined ? (body.status ?? run.status) : 'completed',
    detailsUrl: body.details_url ?? run.detailsUrl,
    externalId: body.external_id ?? run.externalId,
    title: body.output?.title ?? run.title,
    summary: body.output?.summary ?? run.summary,
  };
}

const blank = {
  conclusion: null,
  detailsUrl: null,
  externalId: '',
  title: null,
  summary: null,
  status: 'queued',
} as const;

/** What Apps say of commits themselves. */
export function checkRunRoutes(forge: Forge, routes: Routes): void {
  routes.post('/repos/:owner/:repo/check-runs', async (c) => {
    const { repository } = repositoryOf(forge, c, 'checks', 'write');
    const { name, head_sha: commit, ...body } = await bodyOf(c, newSchema);
    if (!(await hasObject(repository.git, commit))) {
      throw new Refusal('UNPROCESSABLE', `No commit found for SHA: ${commit}`);
    }
    return c.json(
      viewRun(forge, repository, addCheckRun(forge, repository, withSaid({ ...blank, name, commit }, body))),
      201,
    );
  });
  routes.patch('/repos/:owner/:repo/check-runs/:id', async (c) => {
    const { repository } = repositoryOf(forge, c, 'checks', 'write');
    const found = checkRunsOf(forge, repository).find(({ id }) => String(id) === parameter(c, 'id'));
    if (!found) throw notFound();
    const body = await bodyOf(c, changeSchema);
    return c.json(viewRun(forge, repository, changeCheckRun(forge, { ...found, ...withSaid(found, body) })));
  });
  routes.get('/repos/:owner/:repo/commits/:ref/check-runs', (c) => {
    const { repository } = repositoryOf(forge, c, 'checks');
    const [name, app] = [c.req.query('check_name'), c.req.query('app_id')];
    const found = checkRunsOf(forge, repository)
      .filter((run) => run.commit === parameter(c, 'ref') && (name === undefined || run.name === name))
      .filter(() => app === undefined || app === String(forge.config.appId))
      .reverse();
    const runs = pageOf(forge, c, found).map((run) => viewRun(forge, repository, run));
    return c.json({ total_count: found.length, check_runs: runs });
  });
}
