import { ciSecretWords } from '#capabilities/repo/safeguard-words.ts';
import type { RepositoryRef } from '#capabilities/repo/types.ts';
import type { Flag } from '#shared/tools/index.ts';

/** What an approver of new commits should know of where they go: nothing is said of what cannot be seen. */
export function safeguardFlags({ name, defaultBranch, safeguards }: RepositoryRef): readonly Flag[] {
  if (safeguards === undefined) return [];
  const { pullRequests, noForcePush, noDeletion, ciSecrets } = safeguards;
  const open = [
    ...(pullRequests === false ? ['be written without a pull request'] : []),
    ...(noForcePush === false ? ['be overwritten by a force push'] : []),
    ...(noDeletion === false ? ['be deleted'] : []),
  ];
  const given = ciSecrets ?? [];
  return [
    ...(open.length === 0
      ? []
      : [
          {
            code: 'base_unprotected' as const,
            message: `${defaultBranch}, the default branch of ${name}, can ${open.join(', and can ')}.`,
          },
        ]),
    ...(given.length === 0
      ? []
      : [{ code: 'ci_secrets' as const, message: `CI of ${name}: ${given.map(ciSecretWords).join('; ')}.` }]),
  ];
}
