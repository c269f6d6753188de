import type { Forge } from './forge.ts';
import { isAncestor } from './git/history.ts';
import { Refusal } from './refusal.ts';
import { fullName, type Repository } from './repositories.ts';

/** Every repository of forge has one ruleset, on its default branch, which nobody bypasses; a test can arrange another. */
export const rulesetId = (repository: Repository): number => repository.id + 7_000_000;

const rulesetName = 'Changes reach the default branch by pull request';

const reviewParameters = {
  allowed_merge_methods: ['merge', 'squash', 'rebase'],
  dismiss_stale_reviews_on_push: false,
  require_code_owner_review: true,
  require_last_push_approval: false,
  required_approving_review_count: 1,
  required_review_thread_resolution: false,
};

const usual = [{ type: 'deletion' }, { type: 'non_fast_forward' }, { type: 'pull_request' }] as const;

/** The rules of the ruleset, as REST lists them. */
export function rulesOf(repository: Repository) {
  return (repository.arrangedRules() ?? usual).map((rule) =>
    rule.type === 'pull_request' ? { ...rule, parameters: reviewParameters } : rule,
  );
}

/** The rules that hold on a branch, with the ruleset they come from. The branch need not exist. */
export function rulesOn(repository: Repository, branch: string) {
  if (branch !== repository.defaultBranch) return [];
  const source = {
    ruleset_source_type: 'Repository',
    ruleset_source: fullName(repository),
    ruleset_id: rulesetId(repository),
  };
  return rulesOf(repository).map((rule) => ({ ...rule, ...source }));
}

const hasRule = (repository: Repository, type: string): boolean =>
  rulesOf(repository).some((rule) => rule.type === type);

export const violation = (text: string): Refusal =>
  new Refusal('UNPROCESSABLE', `Repository rule violations found\n\n${text}\n\n`);

/**
 * Refuses what the rules of a branch forbid. `after` is null for a deletion.
 * @throws Refusal UNPROCESSABLE
 */
export function checkRules(repository: Repository, ref: string, after: string | null): void {
  if (ref !== `refs/heads/${repository.defaultBranch}`) return;
  if (after === null && hasRule(repository, 'deletion')) throw violation('Cannot delete this branch');
  if (after !== null && hasRule(repository, 'pull_request')) {
    throw violation('Changes must be made through a pull request.');
  }
}

/** @throws Refusal UNPROCESSABLE where the update would drop commits and is not forced. */
export async function checkFastForward(repository: Repository, before: string, after: string): Promise<void> {
  if (!(await isAncestor(repository.git, before, after))) {
    throw new Refusal('UNPROCESSABLE', 'Update is not a fast forward');
  }
}

/** The ruleset as `GET /repos/{owner}/{repo}/rulesets` lists it. */
export function viewRuleset(forge: Forge, repository: Repository) {
  const id = rulesetId(repository);
  return {
    id,
    name: rulesetName,
    target: 'branch',
    source_type: 'Repository',
    source: fullName(repository),
    enforcement: 'active',
    created_at: repository.createdAt,
    updated_at: repository.createdAt,
    _links: { self: { href: `${forge.site.url}/api/v3/repos/${fullName(repository)}/rulesets/${id}` } },
  };
}
