import * as z from 'zod';
import type { AppClient } from '#shared/github/app.ts';
import type { Endpoints } from '#shared/github/endpoints.ts';
import { unavailable } from '#shared/github/errors.ts';
import { fetchWithin } from '#shared/github/fetch.ts';
import { repositoryName } from '#shared/github/names.ts';
import { rest, restSend } from '#shared/github/rest.ts';
import { mintToken } from '#shared/github/tokens.ts';
import type { WithinLimits } from '#shared/http/limits.ts';
import type { Pace } from '#shared/http/pace.ts';
import { reportPermissions } from '../tokens.ts';
import { checkName, type Verdict } from './verdict.ts';

/** What is to stand at a head. */
export type Report = {
  readonly repository: string;
  readonly repositoryId: number;
  readonly head: string;
  readonly verdict: Verdict;
  /** Where people find the change, or the console where it is about none. */
  readonly detailsUrl: string;
};

export type PostReport = (report: Report, mayLeave: () => Promise<boolean>) => Promise<'posted' | 'there' | 'held'>;

const run = z.object({
  id: z.number().int().positive(),
  conclusion: z.string().nullable(),
  external_id: z.string().nullish(),
  details_url: z.string().nullish(),
  output: z.object({ title: z.string().nullish(), summary: z.string().nullish() }),
});
const runs = z.object({ check_runs: z.array(run) });

/**
 * Says what there is to say of a head, as a check run with a token that can write nothing else, revoked after it. It
 * looks first whether that stands there already, so that an answer that was lost is no second one.
 */
export function reportPoster(options: {
  readonly endpoints: Endpoints;
  readonly app: AppClient;
  readonly userAgent: string;
  readonly withinLimits: WithinLimits;
  readonly pace: Pace;
  readonly onProblem: (error: unknown) => void;
  readonly timeoutMs: number;
}): PostReport {
  const { endpoints, app, userAgent, withinLimits, pace, onProblem, timeoutMs } = options;
  return async ({ repository, repositoryId, head, verdict, detailsUrl }, mayLeave) => {
    const { owner, name } = repositoryName(repository);
    const installationId = await app.installationOf({ owner, name });
    const token = await mintToken(app, {
      installationId,
      repositories: { ids: [repositoryId] },
      permissions: reportPermissions,
    });
    const limits = {
      origin: endpoints.origin,
      userAgent,
      timeoutMs,
      maxBytes: 1024 * 1024,
      redirects: 'refuse',
    } as const;
    const fetch = withinLimits(token.subject, fetchWithin({ ...limits, token: token.secret }));
    const via = { endpoints, fetch };
    try {
      const query = { check_name: checkName, app_id: String(app.id), filter: 'latest', per_page: '1' };
      const base = ['repos', owner, name];
      const found = runs.safeParse(await rest(via, 'GET', [...base, 'commits', head, 'check-runs'], query));
      if (!found.success) throw unavailable(new Error('unexpected answer of GitHub'));
      const [last] = found.data.check_runs;
      const said = saying({ head, verdict, detailsUrl });
      if (last && isSame(last, said)) return 'there';
      pace(token.subject);
      if (!(await mayLeave())) return 'held';
      if (last) await restSend(via, 'PATCH', [...base, 'check-runs', String(last.id)], said);
      else await restSend(via, 'POST', [...base, 'check-runs'], { name: checkName, head_sha: head, ...said });
      return 'posted';
    } finally {
      await rest(via, 'DELETE', ['installation', 'token']).catch(onProblem);
    }
  };
}

function saying({ head, verdict, detailsUrl }: Pick<Report, 'head' | 'verdict' | 'detailsUrl'>) {
  const { conclusion, title, summary, changeId } = verdict;
  return {
    status: 'completed',
    conclusion,
    external_id: `${changeId ?? 'none'} ${head}`,
    details_url: detailsUrl,
    output: { title, summary },
  };
}

function isSame(
  { conclusion, external_id, details_url, output }: z.infer<typeof run>,
  said: ReturnType<typeof saying>,
) {
  return (
    conclusion === said.conclusion &&
    external_id === said.external_id &&
    details_url === said.details_url &&
    output.title === said.output.title &&
    output.summary === said.output.summary
  );
}
