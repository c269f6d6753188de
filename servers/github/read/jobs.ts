import * as z from 'zod';
import { oid } from '#capabilities/repo/types.ts';
import type { Job } from '#capabilities/repo-read/ports.ts';
import { noRepository } from '#shared/github/names.ts';
import { jobPermissions } from '../tokens.ts';
import type { Session } from './session.ts';

const time = z.string().nullable();

const job = z.object({
  /** Says whose job it is: a former name of the repository leads here too. */
  url: z.url(),
  name: z.string(),
  head_sha: oid,
  status: z.string(),
  conclusion: z.string().nullable(),
  steps: z
    .array(z.object({ name: z.string(), conclusion: z.string().nullable(), started_at: time, completed_at: time }))
    .default([]),
});

/** A job of GitHub Actions; null when there is none of that number. */
export async function readJob(session: Session, id: number): Promise<Job | null> {
  const path = ['actions', 'jobs', String(id)];
  const found = await session.get({ path, data: job, permissions: jobPermissions });
  if (found === null) return null;
  const place = `/repos/${session.owner}/${session.name}/actions/jobs/`.toLowerCase();
  if (!new URL(found.url).pathname.toLowerCase().includes(place)) throw noRepository();
  return {
    ...{ name: found.name, commit: found.head_sha, status: found.status, conclusion: found.conclusion },
    steps: found.steps.map(({ name, conclusion, started_at, completed_at }) => ({
      ...{ name, conclusion, startedAt: started_at, completedAt: completed_at },
    })),
  };
}

/** What a job wrote, as text; null when it has not ended, or nothing is kept. */
export function readJobLog(session: Session, id: number): Promise<string | null> {
  return session.log({ path: ['actions', 'jobs', String(id), 'logs'], permissions: jobPermissions });
}
