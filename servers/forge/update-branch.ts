import { requirePermission } from './access.ts';
import type { Forge } from './forge.ts';
import { isAncestor } from './git/history.ts';
import { readRef, updateRefs } from './git/refs.ts';
import { merged, pullOf, requireMerging, type Target, writeCommit } from './merges.ts';
import { branchRef, type Pull, syncPulls } from './pulls.ts';
import { Refusal } from './refusal.ts';
import { fullName } from './repositories.ts';
import { checkRules } from './rules.ts';
import type { TokenGrant } from './tokens.ts';
import { diffTouchesWorkflows } from './workflows.ts';

const unprocessable = (message: string): Refusal => new Refusal('UNPROCESSABLE', message);

/**
 * Merges the base of an open pull request into its branch, in one signed commit.
 * @throws Refusal FORBIDDEN, UNPROCESSABLE; nothing was done then.
 */
export async function updatePullBranch(
  forge: Forge,
  token: TokenGrant,
  target: Target,
  expectedHead: string | undefined,
): Promise<Pull> {
  requireMerging(token);
  const { repository } = target;
  return forge.locks.run(fullName(repository), async () => {
    await syncPulls(forge, repository);
    const { state, headRef, headOid, baseRef } = pullOf(forge, target);
    if (state === 'closed') throw unprocessable('Pull request is closed');
    if (expectedHead !== undefined && expectedHead !== headOid) {
      throw unprocessable('expected head sha didn’t match current head ref.');
    }
    const { dir } = repository.git;
    const base = await readRef(dir, branchRef(baseRef));
    if (base === undefined) throw unprocessable('The base branch was deleted');
    if (await isAncestor(repository.git, base, headOid)) {
      throw unprocessable('There are no new commits on the base branch.');
    }
    checkRules(repository, branchRef(headRef), headOid);
    const tree = await merged(forge, repository, { base, head: headOid });
    if (tree === undefined) throw unprocessable('merge conflict between base and head');
    const message = `Merge branch '${baseRef}' into ${headRef}`;
    const after = await writeCommit(forge, repository, { tree, parents: [headOid, base], message });
    if (await diffTouchesWorkflows(repository, headOid, after)) requirePermission(token, 'workflows', 'write');
    const conflict = await updateRefs(dir, [{ name: branchRef(headRef), before: headOid, after }]);
    if (conflict) throw unprocessable('expected head sha didn’t match current head ref.');
    await syncPulls(forge, repository);
    return pullOf(forge, target);
  });
}
