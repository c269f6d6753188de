import { requirePermission } from './access.ts';
import { bot, forgeCommitter } from './accounts.ts';
import { refuseConflict } from './branches.ts';
import type { Forge } from './forge.ts';
import { type Commit, makeCommit, mustReadCommit } from './git/commits.ts';
import { commitsBeyond, mergeBase } from './git/history.ts';
import { mergeTrees } from './git/merge.ts';
import { writeObjects } from './git/objects.ts';
import { readRef, updateRefs } from './git/refs.ts';
import { checkMergeRules } from './merge-rules.ts';
import { branchRef, insertPull, type Pull, savePull, storedPulls, syncPulls, timestamp } from './pulls.ts';
import { Refusal } from './refusal.ts';
import { fullName, type Repository } from './repositories.ts';
import type { TokenGrant } from './tokens.ts';
import { diffTouchesWorkflows } from './workflows.ts';

export type MergeMethod = 'merge' | 'squash' | 'rebase';

export type WantedMerge = {
  method: MergeMethod;
  /** The head that is expected; undefined for whatever it is. */
  expectedHead: string | undefined;
  headline: string | undefined;
  body: string | undefined;
};

export type Target = { repository: Repository; number: number };
type Ends = { base: string; head: string };

const unprocessable = (message: string): Refusal => new Refusal('UNPROCESSABLE', message);

/** @throws Refusal FORBIDDEN */
export function requireMerging(token: TokenGrant): void {
  requirePermission(token, 'contents', 'write');
  requirePermission(token, 'pull_requests', 'write');
}

/** @throws Refusal NOT_FOUND */
export function pullOf(forge: Forge, { repository, number }: Target): Pull {
  const pull = storedPulls(forge, repository).find((each) => each.number === number);
  if (!pull) throw new Refusal('NOT_FOUND', 'Not Found');
  return pull;
}

/**
 * Merges a pull request into its base branch, as one commit or as its own commits made anew.
 * @throws Refusal FORBIDDEN, UNPROCESSABLE (GitHub has no type of its own for another head); nothing was done then.
 */
export async function mergePull(forge: Forge, token: TokenGrant, target: Target, wanted: WantedMerge): Promise<Pull> {
  requireMerging(token);
  const { repository } = target;
  return forge.locks.run(fullName(repository), async () => {
    await syncPulls(forge, repository);
    const pull = pullOf(forge, target);
    if (pull.merge !== null) throw unprocessable('Pull request is already merged');
    if (pull.state === 'closed') throw unprocessable('Pull request is closed');
    if (pull.draft) throw unprocessable('Pull Request is still a draft');
    if (wanted.expectedHead !== undefined && wanted.expectedHead !== pull.headOid) {
      throw unprocessable('Head branch was modified. Review and try the merge again.');
    }
    const base = await readRef(repository.git.dir, branchRef(pull.baseRef));
    if (base === undefined) throw unprocessable('The base branch was deleted');
    await checkMergeRules(forge, repository, pull, base);
    const after = await build(forge, repository, pull, base, wanted);
    if (await diffTouchesWorkflows(repository, base, after)) requirePermission(token, 'workflows', 'write');
    const conflict = await updateRefs(repository.git.dir, [{ name: branchRef(pull.baseRef), before: base, after }]);
    if (conflict) throw unprocessable('Base branch was modified. Review and try the merge again.');
    const at = timestamp(forge);
    forge.db.prepare('insert into merged_pull values (?, ?, ?, ?, ?)').run(pull.id, after, base, bot.login, at);
    savePull(forge, { ...pull, state: 'closed', closedAt: at });
    await syncPulls(forge, repository);
    return pullOf(forge, target);
  });
}

/** Makes the commits of a merge, on no branch yet, and answers the last. */
async function build(
  forge: Forge,
  repository: Repository,
  pull: Pull,
  base: string,
  wanted: WantedMerge,
): Promise<string> {
  if (wanted.method === 'rebase') return rebase(forge, repository, { base, head: pull.headOid });
  const tree = await merged(forge, repository, { base, head: pull.headOid });
  if (tree === undefined) throw unprocessable('Pull Request has merge conflicts');
  const squashes = wanted.method === 'squash';
  const headline =
    wanted.headline ??
    (squashes
      ? `${pull.title} (#${pull.number})`
      : `Merge pull request #${pull.number} from ${repository.owner}/${pull.headRef}`);
  const body = wanted.body ?? (squashes ? '' : pull.title);
  const parents = squashes ? [base] : [base, pull.headOid];
  return writeCommit(forge, repository, { tree, parents, message: body === '' ? headline : `${headline}\n\n${body}` });
}

/** The tree that a pull request merges to; undefined where it has conflicts. */
export async function merged(forge: Forge, { git }: Repository, { base, head }: Ends): Promise<string | undefined> {
  const parted = await mergeBase(git, base, head);
  return parted === undefined ? undefined : mergeTrees(forge.path, git, { base: parted, ours: base, theirs: head });
}

/** GitHub does not sign what it rebases: it keeps the authors, and cannot speak for them. */
async function rebase(forge: Forge, repository: Repository, { base, head }: Ends): Promise<string> {
  const commits = (await commitsBeyond(repository.git, base, head)).reverse();
  let at = base;
  for (const commit of commits) {
    const [parent] = commit.parents;
    if (parent === undefined || commit.parents.length > 1) throw unprocessable('This branch can’t be rebased');
    const tree = await mergeTrees(forge.path, repository.git, { base: parent, ours: at, theirs: commit.oid });
    if (tree === undefined) throw unprocessable('This branch can’t be rebased due to conflicts');
    at = await writeCommit(forge, repository, { tree, parents: [at], message: commit.message }, commit);
  }
  return at;
}

/** Makes a commit of the App, or one anew that was somebody's, on no branch. */
export async function writeCommit(
  forge: Forge,
  { git }: Repository,
  what: Pick<Commit, 'tree' | 'parents' | 'message'>,
  original?: Commit,
): Promise<string> {
  const time = { seconds: Math.floor(forge.now() / 1000), offset: '+0000' };
  const committer = { ...forgeCommitter, ...time };
  const author = original?.author ?? { name: bot.name, email: bot.email, ...time };
  const commit = makeCommit({ ...what, author, committer }, original ? undefined : forge.signer.sign);
  await writeObjects(git, [commit]);
  return commit.oid;
}

export type WantedRevert = { title: string | undefined; body: string | undefined; draft: boolean };

/**
 * Opens a pull request, from a branch that it makes, that takes back what a merged one brought.
 * @throws Refusal FORBIDDEN, UNPROCESSABLE
 */
export async function revertPull(forge: Forge, token: TokenGrant, target: Target, wanted: WantedRevert): Promise<Pull> {
  requireMerging(token);
  const { repository } = target;
  return forge.locks.run(fullName(repository), async () => {
    await syncPulls(forge, repository);
    const pull = pullOf(forge, target);
    const { merge, baseRef } = pull;
    if (merge === null) throw unprocessable('Pull request must be merged to be reverted');
    const baseOid = await readRef(repository.git.dir, branchRef(baseRef));
    if (baseOid === undefined) throw unprocessable('The base branch was deleted');
    const headOid = await revertCommit(forge, repository, pull, { merge, baseOid });
    const headRef = `revert-${pull.number}-${pull.headRef}`;
    const conflict = await updateRefs(repository.git.dir, [{ name: branchRef(headRef), before: null, after: headOid }]);
    if (conflict) throw refuseConflict(conflict);
    return insertPull(forge, repository, {
      title: wanted.title ?? `Revert "${pull.title}"`,
      body: wanted.body ?? `Reverts ${fullName(repository)}#${pull.number}`,
      ...{ draft: wanted.draft, headRef, headOid, baseRef, baseOid, author: bot.login },
    });
  });
}

async function revertCommit(
  forge: Forge,
  repository: Repository,
  pull: Pull,
  { merge, baseOid }: { merge: NonNullable<Pull['merge']>; baseOid: string },
): Promise<string> {
  const { git } = repository;
  const from = { base: merge.oid, ours: baseOid, theirs: merge.before };
  const tree = await mergeTrees(forge.path, git, from);
  if (tree === undefined || tree === (await mustReadCommit(git, baseOid)).tree) {
    throw unprocessable('This pull request could not be reverted automatically');
  }
  return writeCommit(forge, repository, { tree, parents: [baseOid], message: `Revert "${pull.title}"` });
}
