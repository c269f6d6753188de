import * as z from 'zod';
import { telling, toldIn } from '#capabilities/common/telling.ts';
import { untrusted, untrustedNote } from '#capabilities/common/untrusted.ts';
import { AppError } from '#shared/errors.ts';
import { failedStep, linesOfStep, tail } from './job-log.ts';
import { atCommit } from './locate.ts';
import { redactSecrets } from './redact.ts';
import { toldOfJob } from './told.ts';
import { readTool, repositoryInput } from './tool.ts';

/** Room for the log in a result of 12 KB, in bytes of JSON. */
const logBytes = 8_500;
/** Code points of a line that are shown. */
const lineWidth = 1_000;

export const getCheckLog = readTool({
  name: 'get_check_log',
  title: 'Get the log of a failed check',
  description: `Shows the end of the log of a job: of the step that failed, if one did. What has the form of a credential is left out. ${untrustedNote}`,
  input: z.strictObject({
    repository: repositoryInput,
    job: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER).describe('The `job` of a check, from get_checks.'),
    lines: z.number().int().min(1).max(500).default(100).describe('How many lines at most; 100 unless given.'),
  }),
  output: z.strictObject({
    repository: z.string(),
    job: z.number().int(),
    name: z.string(),
    commit: z.string(),
    state: z.string(),
    step: z.string().nullable(),
    log: z.string(),
    lines_before: z.number().int().describe('How many earlier lines of that step, or of the job, are not shown.'),
    redacted: z.number().int().describe('How many credentials were left out.'),
    untrusted: untrusted(['name', 'step', 'log']),
  }),
  asks: ({ repository }) => [{ want: 'read', repository, whole: true }],
  read: async ({ repository, job: id, lines: most }, reader) => {
    const job = await reader.job(repository, id);
    if (job === null) {
      throw new AppError('not_found', `There is no job ${id} in ${repository}.`, {
        next: 'get_checks shows the checks, with the job of each that has one.',
      });
    }
    const log = await reader.jobLog(repository, id);
    if (log === null) {
      const unfinished = job.conclusion === null;
      throw new AppError('conflict', unfinished ? 'The job has not ended.' : 'The log of this job is not kept.', {
        next: unfinished ? 'Look again with get_checks later.' : 'Its steps can be run again on GitHub by a person.',
      });
    }
    const step = failedStep(job.steps);
    // Before it is cut, so that no part of a credential is left over.
    const { text, count } = redactSecrets(linesOfStep(log, step).join('\n'));
    const shown = tail(text.split('\n'), { most, bytes: logBytes, width: lineWidth });
    const at = await atCommit(reader, repository, job.commit);
    const answer = {
      ...{ repository, job: id, name: job.name, commit: job.commit, state: job.conclusion ?? job.status },
      ...{ step: step?.name ?? null, log: shown.text, lines_before: shown.before, redacted: count },
      untrusted: ['name' as const, 'step' as const, 'log' as const],
    };
    return telling(answer, toldOfJob(at, { id, name: job.name }));
  },
  told: toldIn,
});
