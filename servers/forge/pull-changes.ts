import { requirePermission } from './access.ts';
import { bot } from './accounts.ts';
import type { Forge } from './forge.ts';
import { commitsBeyond, mergeBase } from './git/history.ts';
import { readRef } from './git/refs.ts';
import { branchRef, insertPull, type Pull, savePull, storedPulls, syncPulls, timestamp } from './pulls.ts';
import { Refusal, type ValidationDetail } from './refusal.ts';
import { fullName, type Repository } from './repositories.ts';
import type { TokenGrant } from './tokens.ts';

export type NewPull = { title: string; body: string; head: string; base: string; draft: boolean };
export type PullEdit = {
  title?: string | undefined;
  body?: string | undefined;
  base?: string | undefined;
  state?: 'open' | 'closed' | undefined;
  draft?: boolean | undefined;
};

const invalid = (message: string, detail: Omit<ValidationDetail, 'resource'> = { code: 'custom', message }): Refusal =>
  new Refusal('UNPROCESSABLE', message, [{ resource: 'PullRequest', ...detail }]);

/**
 * Opens a pull request between two branches of one repository.
 * @throws Refusal FORBIDDEN, UNPROCESSABLE, NOT_IMPLEMENTED (heads in forks)
 */
export async function createPull(
  forge: Forge,
  token: TokenGrant,
  repository: Repository,
  wanted: NewPull,
): Promise<Pull> {
  requirePermission(token, 'pull_requests', 'write');
  const headRef = localBranch(repository, wanted.head);
  if (wanted.title.trim() === '') throw invalid("title can't be blank", { code: 'missing_field', field: 'title' });
  return forge.locks.run(fullName(repository), async () => {
    const headOid = await readRef(repository.git.dir, branchRef(headRef));
    const baseOid = await readRef(repository.git.dir, branchRef(wanted.base));
    if (headOid === undefined) throw invalid('Head ref must be a branch', { code: 'invalid', field: 'head' });
    if (baseOid === undefined) throw invalid('Base ref must be a branch', { code: 'invalid', field: 'base' });
    await checkCommits(repository, { headRef, headOid, baseRef: wanted.base, baseOid });
    await checkNoOther(forge, repository, headRef, wanted.base);
    const { title, body, draft } = wanted;
    return insertPull(forge, repository, {
      title,
      body,
      draft,
      headRef,
      headOid,
      baseRef: wanted.base,
      baseOid,
      author: bot.login,
    });
  });
}

function localBranch(repository: Repository, head: string): string {
  const cut = head.indexOf(':');
  if (cut < 0) return head;
  if (head.slice(0, cut).toLowerCase() === repository.owner.toLowerCase()) return head.slice(cut + 1);
  throw new Refusal('NOT_IMPLEMENTED', 'forge does not implement pull requests from forks');
}

type Ends = Pick<Pull, 'headRef' | 'headOid' | 'baseRef' | 'baseOid'>;

async function checkCommits(repository: Repository, ends: Ends): Promise<void> {
  const beyond = await commitsBeyond(repository.git, ends.baseOid, ends.headOid);
  if (beyond.length === 0) throw invalid(`No commits between ${ends.baseRef} and ${ends.headRef}`);
  if ((await mergeBase(repository.git, ends.baseOid, ends.headOid)) === undefined) {
    throw invalid(`The ${ends.headRef} branch has no history in common with ${ends.baseRef}`);
  }
}

async function checkNoOther(forge: Forge, repository: Repository, headRef: string, baseRef: string): Promise<void> {
  await syncPulls(forge, repository);
  const pulls = storedPulls(forge, repository);
  if (pulls.some((pull) => pull.state === 'open' && pull.headRef === headRef && pull.baseRef === baseRef)) {
    throw invalid(`A pull request already exists for ${repository.owner}:${headRef}.`);
  }
}

/**
 * Changes a pull request: its words, its base, open or closed, draft or ready.
 * @throws Refusal FORBIDDEN, UNPROCESSABLE
 */
export async function editPull(
  forge: Forge,
  token: TokenGrant,
  target: { repository: Repository; number: number },
  edit: PullEdit,
): Promise<Pull> {
  requirePermission(token, 'pull_requests', 'write');
  // GitHub wants it for that too: https://github.com/cli/cli/discussions/6924
  if (edit.draft !== undefined) requirePermission(token, 'contents', 'write');
  const { repository, number } = target;
  return forge.locks.run(fullName(repository), async () => {
    await syncPulls(forge, repository);
    const pull = storedPulls(forge, repository).find((each) => each.number === number);
    if (!pull) throw new Refusal('NOT_FOUND', 'Not Found');
    if (edit.title?.trim() === '') throw invalid("title can't be blank", { code: 'missing_field', field: 'title' });
    if (edit.draft !== undefined && pull.state === 'closed') throw invalid('A closed pull request stays as it is.');
    const edited = {
      ...pull,
      title: edit.title ?? pull.title,
      body: edit.body ?? pull.body,
      draft: edit.draft ?? pull.draft,
    };
    const based = await changeBase(forge, repository, edited, edit.base);
    return savePull(forge, await changeState(forge, repository, based, edit.state));
  });
}

async function changeBase(forge: Forge, repository: Repository, pull: Pull, base: string | undefined): Promise<Pull> {
  if (base === undefined || base === pull.baseRef) return pull;
  if (pull.state === 'closed') throw invalid('Cannot change the base branch of a closed pull request.');
  const baseOid = await readRef(repository.git.dir, branchRef(base));
  if (baseOid === undefined)
    throw invalid(`Proposed base branch '${base}' was not found`, { code: 'invalid', field: 'base' });
  const moved = { ...pull, baseRef: base, baseOid };
  await checkCommits(repository, moved);
  await checkNoOther(forge, repository, pull.headRef, base);
  return moved;
}

async function changeState(
  forge: Forge,
  repository: Repository,
  pull: Pull,
  state: 'open' | 'closed' | undefined,
): Promise<Pull> {
  if (state === undefined || state === pull.state) return pull;
  if (pull.merge !== null) throw invalid('state cannot be changed. The pull request is merged.');
  if (state === 'closed') return { ...pull, state, closedAt: timestamp(forge) };
  const head = await readRef(repository.git.dir, branchRef(pull.headRef));
  const base = await readRef(repository.git.dir, branchRef(pull.baseRef));
  const refuse = (why: string): Refusal =>
    invalid(`state cannot be changed. ${why}`, {
      code: 'custom',
      field: 'state',
      message: `state cannot be changed. ${why}`,
    });
  if (head === undefined) throw refuse(`The ${pull.headRef} branch has been deleted.`);
  if (base === undefined) throw refuse(`The ${pull.baseRef} branch has been deleted.`);
  if (head !== pull.headOid) throw refuse(`The ${pull.headRef} branch was force-pushed or recreated.`);
  await checkNoOther(forge, repository, pull.headRef, pull.baseRef);
  return { ...pull, state, closedAt: null, baseOid: base };
}
