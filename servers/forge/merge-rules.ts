import { ownersOf, parseCodeOwners } from '#capabilities/repo/code-owners.ts';
import { outcomesOf } from './ci.ts';
import type { Forge } from './forge.ts';
import { mustReadCommit } from './git/commits.ts';
import { diffFiles } from './git/diff.ts';
import { mergeBase } from './git/history.ts';
import { readObject } from './git/objects.ts';
import { findEntry } from './git/trees.ts';
import type { Pull } from './pulls.ts';
import { permissionOf, type Repository, roleOf } from './repositories.ts';
import { latestOpinions } from './reviews.ts';
import { rulesOf, violation } from './rules.ts';

/**
 * Refuses to merge what the rules of the base branch, which is at `base`, do not let in: without the reviews that they
 * ask for, or the checks.
 * @throws Refusal UNPROCESSABLE
 */
export async function checkMergeRules(forge: Forge, repository: Repository, pull: Pull, base: string): Promise<void> {
  if (pull.baseRef !== repository.defaultBranch) return;
  for (const rule of rulesOf(repository)) {
    if (rule.type === 'pull_request') await checkReviews(forge, repository, pull, base);
    if (rule.type !== 'required_status_checks') continue;
    for (const { context } of rule.parameters.required_status_checks) {
      if (!hasPassed(forge, repository, pull.headOid, context)) {
        throw violation(`Required status check "${context}" is expected.`);
      }
    }
  }
}

async function checkReviews(forge: Forge, repository: Repository, pull: Pull, base: string): Promise<void> {
  const counted = latestOpinions(forge, repository, pull).filter(
    ({ by }) => by !== pull.author && ['admin', 'write'].includes(permissionOf(roleOf(forge, repository, by))),
  );
  if (counted.some(({ state }) => state === 'CHANGES_REQUESTED')) {
    throw violation('Changes were requested by a reviewer with write access.');
  }
  const approved = counted.filter(({ state }) => state === 'APPROVED').map(({ by }) => `@${by.toLowerCase()}`);
  if (approved.length === 0) throw violation('At least 1 approving review is required by reviewers with write access.');
  const waiting = await unapproved(forge, repository, { pull, base, approved });
  if (waiting !== undefined) throw violation(`Waiting on code owner review from ${waiting.join(' or ')}.`);
}

/** The owners of a file that none of them has approved. */
async function unapproved(
  forge: Forge,
  { git }: Repository,
  { pull, base, approved }: { pull: Pull; base: string; approved: readonly string[] },
): Promise<readonly string[] | undefined> {
  const entry = await findEntry(git, (await mustReadCommit(git, base)).tree, '.github/CODEOWNERS');
  const file = entry && parseCodeOwners(((await readObject(git, entry.oid))?.content ?? '').toString());
  if (!file) return undefined;
  const parted = (await mergeBase(git, base, pull.headOid)) ?? base;
  const files = await diffFiles(forge.path, git.dir, parted, pull.headOid);
  const owned = files.map(({ path }) => ownersOf(file, path)).filter((owners) => owners.length > 0);
  return owned.find((owners) => owners.every((owner) => !approved.includes(owner.toLowerCase())));
}

const passing = ['success', 'neutral', 'skipped'];

/** Whether the newest check or status of that name lets it pass. */
function hasPassed(forge: Forge, repository: Repository, commit: string, context: string): boolean {
  const found = outcomesOf(forge, repository).filter((each) => each.commit === commit);
  const check = found.flatMap(({ checks }) => checks).findLast(({ name }) => name === context);
  if (check) return check.conclusion !== null && passing.includes(check.conclusion);
  return found.flatMap(({ statuses }) => statuses).findLast((each) => each.context === context)?.state === 'success';
}
