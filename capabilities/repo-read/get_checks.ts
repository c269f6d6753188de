import * as z from 'zod';
import { cursorInput, fittedPage } from '#capabilities/common/fit.ts';
import { revisionOf, telling, toldIn } from '#capabilities/common/telling.ts';
import { shorten } from '#capabilities/common/text.ts';
import { untrusted, untrustedNote } from '#capabilities/common/untrusted.ts';
import type { RepoAsk } from '#capabilities/repo/types.ts';
import { AppError } from '#shared/errors.ts';
import { atCommit, type Place, placeOf } from './locate.ts';
import { pinned, pinTo } from './pinned.ts';
import type { Check, Checks, RepoReader } from './ports.ts';
import { pullRequestAt, pullRequestNumber } from './pull-request-at.ts';
import { refInput } from './ref.ts';
import { toldOfCommit, trustInCommits } from './told.ts';
import { asksRepository, readTool, repositoryInput } from './tool.ts';

/** States that are no reason to look closer. */
const fine: ReadonlySet<string> = new Set(['success', 'neutral', 'skipped']);
const unfinished: ReadonlySet<string> = new Set([
  'queued',
  'in_progress',
  'pending',
  'waiting',
  'requested',
  'expected',
]);

const input = z.strictObject({
  repository: repositoryInput,
  number: pullRequestNumber.optional().describe('A pull request, whose head is looked at.'),
  ref: refInput,
  failed: z.boolean().default(false).describe('Only those that failed.'),
  limit: z.number().int().min(1).max(100).default(50).describe('How many at most; 50 unless given.'),
  cursor: cursorInput,
});
type Input = z.infer<typeof input>;

export const getChecks = readTool({
  name: 'get_checks',
  title: 'Get the checks of a commit',
  description: `Shows what CI says of a pull request's head, or of a branch or commit: one state for all, how many are in which state, and each check and commit status. get_check_log shows why a check with a \`job\` failed. ${untrustedNote}`,
  input,
  output: z.strictObject({
    repository: z.string(),
    commit: z.string(),
    state: z.string(),
    counts: z.record(z.string(), z.number().int()),
    checks: z.array(
      z.strictObject({
        name: z.string(),
        state: z.string(),
        title: z.string().nullable(),
        app: z.string().nullable(),
        job: z.number().int().nullable(),
        url: z.string().nullable(),
      }),
    ),
    next_cursor: z.string().nullable(),
    untrusted: untrusted(['checks[].name', 'checks[].title', 'checks[].url']),
  }),
  asks: asksRepository,
  read: async (wanted, reader, may) => {
    const from = pinned(wanted.cursor);
    const at = await placeFor(reader, wanted, may, from?.commit);
    const { repository, commit } = at;
    let all: Pick<Checks, 'state' | 'counts'> = { state: 'none', counts: {} };
    const page = await fittedPage(
      { limit: wanted.limit, cursor: from?.cursor },
      async (request) => {
        const found = await reader.checks(repository, commit, request);
        all = found;
        return found;
      },
      (check) => (wanted.failed && !isFailed(check) ? null : shown(check)),
    );
    const answer = {
      ...{ repository, commit, state: all.state, counts: { ...all.counts }, checks: page.items },
      next_cursor: pinTo(commit, page.next_cursor),
      untrusted: ['checks[].name' as const, 'checks[].title' as const, 'checks[].url' as const],
    };
    return telling(answer, toldOfCommit(at, revisionOf(page.items)));
  },
  told: toldIn,
});

async function placeFor(
  reader: RepoReader,
  { repository, number, ref }: Input,
  may: (ask: RepoAsk) => boolean,
  commit: string | undefined,
): Promise<Place> {
  if (number !== undefined && ref !== undefined) {
    throw new AppError('invalid_arguments', 'Give `number` or `ref`, not both.');
  }
  if (commit !== undefined) return atCommit(reader, repository, commit);
  if (number === undefined) return placeOf(reader, { repository, ref }, may);
  const [id, found] = await Promise.all([reader.idOf(repository), pullRequestAt(reader, { repository, number }, may)]);
  return { repository, id, commit: found.headOid, trust: trustInCommits(found) };
}

const isFailed = ({ state }: Check): boolean => !fine.has(state) && !unfinished.has(state);

function shown({ name, state, title, app, job, url }: Check) {
  return {
    name: shorten(name, 200),
    state,
    title: title && shorten(title, 300),
    app,
    job,
    url: url && shorten(url, 500),
  };
}
