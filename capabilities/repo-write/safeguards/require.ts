import { aspects } from '#capabilities/repo/safeguard-words.ts';
import type { Requirements } from '#capabilities/repo/safeguards.ts';
import type { RepoAsk } from '#capabilities/repo/types.ts';
import type { Denial } from '#shared/tools/index.ts';

/** Why a repository is not as a scope requires it; null when it is, or when the ask is not about that. */
export function deniesUnmet(
  wanted: Requirements | undefined,
  { repository, defaultBranch, safeguards }: RepoAsk,
): Denial | null {
  if (wanted === undefined || safeguards === undefined) return null;
  const place = `${defaultBranch ?? 'The default branch'} of ${repository}`;
  if (safeguards === null) {
    return {
      denied: `Whether ${place} has what this blueprint requires was not looked at.`,
      remedy: 'Propose it again.',
    };
  }
  const unmet = aspects.filter(({ name, holds }) => wanted[name] !== undefined && holds(safeguards, wanted) !== true);
  if (unmet.length === 0) return null;
  const parts = unmet.map(({ is, holds }) =>
    holds(safeguards, wanted) === null ? `${is(wanted)} (cannot be seen)` : is(wanted),
  );
  return {
    denied: `${place} is not as this blueprint requires; it lacks ${parts.join(', ')}.`,
    remedy: `Nothing is written there before a person switches on, in the repository’s rules: ${unmet.map(({ remedy }) => remedy(wanted)).join(', ')}.`,
  };
}
