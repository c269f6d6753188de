import type { CiSecret, Requirements, Safeguards } from './safeguards.ts';

/** One thing that can be required of a default branch, and how people speak of it. */
export type Aspect = {
  readonly name: keyof Requirements;
  /** Null where that cannot be seen. */
  readonly holds: (found: Safeguards, wanted: Requirements) => boolean | null;
  /** As in "main has …". */
  readonly is: (wanted: Requirements) => string;
  /** What a person switches on, in the words of GitHub's rulesets. */
  readonly remedy: (wanted: Requirements) => string;
};

const missingChecks = ({ checks }: Safeguards, wanted: Requirements): boolean | null =>
  checks && (wanted.checks ?? []).every((name) => checks.includes(name));

/** Everything that can be required, in the order in which it matters. */
export const aspects: readonly Aspect[] = [
  {
    name: 'pull_requests',
    holds: ({ pullRequests }) => pullRequests,
    is: () => 'a rule that wants pull requests',
    remedy: () => '"Require a pull request before merging"',
  },
  {
    name: 'no_force_push',
    holds: ({ noForcePush }) => noForcePush,
    is: () => 'a rule against force pushes',
    remedy: () => '"Block force pushes"',
  },
  {
    name: 'no_deletion',
    holds: ({ noDeletion }) => noDeletion,
    is: () => 'a rule against its deletion',
    remedy: () => '"Restrict deletions"',
  },
  {
    name: 'signatures',
    holds: ({ signatures }) => signatures,
    is: () => 'a rule that wants signed commits',
    remedy: () => '"Require signed commits"',
  },
  {
    name: 'reviews',
    holds: ({ reviews }, wanted) => (reviews === null ? null : reviews >= (wanted.reviews ?? 1)),
    is: ({ reviews = 1 }) => `a rule that wants ${reviews === 1 ? 'an approval' : `${reviews} approvals`}`,
    remedy: ({ reviews = 1 }) => `"Required approvals: ${reviews}"`,
  },
  {
    name: 'checks',
    holds: missingChecks,
    is: ({ checks = [] }) => `a rule that wants ${checks.length === 0 ? 'checks' : `the checks ${checks.join(', ')}`}`,
    remedy: ({ checks = [] }) => ['"Require status checks to pass"', ...checks].join(': '),
  },
  {
    name: 'no_ci_secrets',
    holds: ({ ciSecrets }) => ciSecrets && ciSecrets.length === 0,
    is: () => 'workflows that keep secrets from what a branch brings',
    remedy: () => 'workflows that use secrets only where nothing of a branch runs, such as after a merge',
  },
];

/** A sentence about a workflow that gives secrets away. */
export function ciSecretWords({ workflow, on, secrets }: CiSecret): string {
  const what = secrets.length === 0 ? 'a token that may write' : secretNames(secrets);
  const how = on === 'pull_request_target' ? 'pull_request_target, forks included' : on;
  return `${workflow} (on ${how}) gives ${what} to what the branch brings`;
}

function secretNames(secrets: readonly string[]): string {
  return secrets.includes('*') ? 'all secrets' : secrets.join(', ');
}
