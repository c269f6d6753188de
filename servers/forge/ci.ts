import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { asCheck, checkRunsOf } from './check-runs.ts';
import type { Forge } from './forge.ts';
import { fullName, type Repository } from './repositories.ts';

export const conclusions = [
  'action_required',
  'cancelled',
  'failure',
  'neutral',
  'skipped',
  'stale',
  'startup_failure',
  'success',
  'timed_out',
] as const;
const status = z.enum(['queued', 'in_progress', 'completed', 'waiting', 'requested', 'pending']);
const conclusion = z.enum(conclusions).nullable().default(null);
const time = z.iso.datetime().nullable().default(null);

const stepSchema = z.strictObject({
  number: z.int().positive(),
  name: z.string(),
  status: status.default('completed'),
  conclusion,
  started_at: time,
  completed_at: time,
});

const checkSchema = z.strictObject({
  id: z.int().positive(),
  name: z.string(),
  /** Whose check it is. Those of `github-actions` are jobs. */
  app: z.string().default('github-actions'),
  status: status.default('completed'),
  conclusion,
  title: z.string().nullable().default(null),
  details_url: z.string().nullable().default(null),
  started_at: time,
  completed_at: time,
  steps: z.array(stepSchema).default([]),
  /** What the job wrote; null when nothing of it is kept. */
  log: z.string().nullable().default(null),
});

const statusSchema = z.strictObject({
  context: z.string(),
  state: z.enum(['error', 'expected', 'failure', 'pending', 'success']),
  description: z.string().nullable().default(null),
  target_url: z.string().nullable().default(null),
});

const outcomeSchema = z.strictObject({
  repository: z.string(),
  commit: z.string(),
  checks: z.array(checkSchema).default([]),
  statuses: z.array(statusSchema).default([]),
});

export type Check = z.infer<typeof checkSchema>;
export type CommitStatus = z.infer<typeof statusSchema>;
export type Outcome = z.infer<typeof outcomeSchema>;

/** Where a test, or a person, says what CI made of commits. */
export const outcomesPath = (dataDir: string): string => join(dataDir, 'ci.json');

/**
 * What CI said of the commits of a repository, and then the App itself. forge runs no workflows: what they say is read
 * anew each time from a file in its own data, so that a test can change it while forge runs. Write it whole.
 */
export function outcomesOf(forge: Forge, repository: Repository): Outcome[] {
  const name = fullName(repository).toLowerCase();
  const runs = checkRunsOf(forge, repository).map((run): Outcome => {
    return { repository: name, commit: run.commit, checks: [asCheck(run)], statuses: [] };
  });
  const arranged = readAll(outcomesPath(forge.config.dataDir)).filter((each) => each.repository.toLowerCase() === name);
  return [...arranged, ...runs];
}

/** The job of that number, and its commit. */
export function jobOf(forge: Forge, repository: Repository, id: number): { job: Check; commit: string } | undefined {
  return outcomesOf(forge, repository)
    .flatMap(({ commit, checks }) => checks.map((job) => ({ job, commit })))
    .find(({ job }) => job.id === id && job.app === 'github-actions');
}

function readAll(path: string): Outcome[] {
  try {
    return z.array(outcomeSchema).parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
