import { requirePermission } from './access.ts';
import type { Forge } from './forge.ts';
import { readCommit } from './git/commits.ts';
import { hasObject, isOid } from './git/objects.ts';
import { isRefName, type RefConflict, type RefUpdate, readRef, updateRefs } from './git/refs.ts';
import { branchRef, storedPulls, syncPulls } from './pulls.ts';
import { notImplemented, Refusal } from './refusal.ts';
import { fullName, type Repository } from './repositories.ts';
import { checkFastForward, checkRules } from './rules.ts';
import type { TokenGrant } from './tokens.ts';
import { diffTouchesWorkflows } from './workflows.ts';

/** One wanted change of a branch. `before` undefined: whatever is there; null: nothing. `after` null: delete. */
export type BranchUpdate = { name: string; before?: string | null; after: string | null; force: boolean };

const unprocessable = (message: string): Refusal => new Refusal('UNPROCESSABLE', message);

/**
 * Makes, moves and deletes branches, all or none. Pull requests follow.
 * @throws Refusal FORBIDDEN, UNPROCESSABLE, STALE_DATA; nothing was done then.
 */
export async function updateBranches(
  forge: Forge,
  token: TokenGrant,
  repository: Repository,
  updates: readonly BranchUpdate[],
): Promise<void> {
  requirePermission(token, 'contents', 'write');
  await forge.locks.run(fullName(repository), async () => {
    checkBases(forge, repository, updates);
    const checked: RefUpdate[] = [];
    for (const update of updates) checked.push(await checkUpdate(token, repository, update));
    if (new Set(checked.map((update) => update.name)).size < checked.length) {
      throw unprocessable('A ref is named twice');
    }
    const conflict = await updateRefs(repository.git.dir, checked);
    if (conflict) throw refuseConflict(conflict);
    await syncPulls(forge, repository);
  });
}

/** What the refs refused, in GitHub's words. */
export function refuseConflict(conflict: RefConflict): Refusal {
  if (conflict.reason === 'name_taken')
    return unprocessable(`Unable to create ref: ${conflict.name} conflicts with another ref`);
  return new Refusal('STALE_DATA', `Expected ${conflict.name} to be where the request says, but it was not`);
}

/** GitHub closes or retargets pull requests whose base goes; which it does is not known well enough to do it here. */
function checkBases(forge: Forge, repository: Repository, updates: readonly BranchUpdate[]): void {
  const deleted = updates.filter(({ after }) => after === null).map(({ name }) => name);
  const pull = storedPulls(forge, repository).find(
    (each) => each.state === 'open' && deleted.includes(branchRef(each.baseRef)),
  );
  if (pull && pull.baseRef !== repository.defaultBranch) {
    throw notImplemented(`deleting ${pull.baseRef}, the base of the open pull request ${pull.number}`);
  }
}

async function checkUpdate(token: TokenGrant, repository: Repository, update: BranchUpdate): Promise<RefUpdate> {
  const { name, before, after } = update;
  if (!name.startsWith('refs/heads/'))
    throw new Refusal('NOT_IMPLEMENTED', 'forge does not implement writing refs outside refs/heads/');
  if (!isRefName(name)) throw unprocessable(`${JSON.stringify(name)} is not a valid ref name.`);
  const now = (await readRef(repository.git.dir, name)) ?? null;
  if (before !== undefined && before !== now) throw refuseConflict({ name, reason: 'moved' });
  if (after === null && now === null) throw unprocessable('Reference does not exist');
  checkRules(repository, name, after);
  if (after !== null) await checkTarget(token, repository, now, after);
  if (after !== null && now !== null && !update.force) await checkFastForward(repository, now, after);
  return { name, before: now, after };
}

async function checkTarget(
  token: TokenGrant,
  repository: Repository,
  now: string | null,
  after: string,
): Promise<void> {
  if (!isOid(after) || !(await hasObject(repository.git, after))) throw unprocessable('Object does not exist');
  if (!(await readCommit(repository.git, after)))
    throw unprocessable('Reference cannot be updated: it is not a commit');
  if (await diffTouchesWorkflows(repository, now, after)) requirePermission(token, 'workflows', 'write');
}
