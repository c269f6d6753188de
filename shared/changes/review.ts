import type { Review, ReviewConditions, ReviewRule } from '#shared/blueprints/blueprint.ts';
import { endOfReview } from '#shared/blueprints/review-time.ts';
import { globMatcher } from '#shared/tools/glob.ts';
import { compilePathGlob } from '#shared/tools/path-glob.ts';
import type { SealedBody } from './sealed.ts';

/** What rules are about: the part of a change that is sealed of its plan, and whether it builds on its agent's own work. */
export type ReviewFacts = Pick<SealedBody, 'tool' | 'target' | 'effects' | 'flags' | 'reaches'> & {
  readonly own: boolean;
};

/** Who has to decide a change, as it is sealed. */
export type SealedReview = SealedBody['review'];

/** Who decides a change under a blueprint, and when its time is over. */
export function termsOf(review: Review, facts: ReviewFacts, now: Date): Pick<SealedBody, 'review' | 'expires_at'> {
  const { rule, sealed } = decidedBy(review, facts);
  return { review: sealed, expires_at: endOfReview(rule, now).toISOString() };
}

/** Who decides a change: the first rule of which every condition holds, or else the default. */
export function reviewOf(review: Review, facts: ReviewFacts): SealedReview {
  return decidedBy(review, facts).sealed;
}

function decidedBy(review: Review, facts: ReviewFacts): { readonly rule: ReviewRule; readonly sealed: SealedReview } {
  const rules = review.rules ?? [];
  const index = rules.findIndex(({ when }) => holds(when, facts));
  const found = rules[index];
  const rule = found ?? review;
  const sealed: SealedReview = {
    by: [...rule.by],
    quorum: rule.quorum,
    ...(rule.exclude && rule.exclude.length > 0 && { exclude: [...rule.exclude] }),
    ...(found && { rule: { index, ...(found.name !== undefined && { name: found.name }) } }),
  };
  return { rule, sealed };
}

function holds(when: ReviewConditions, facts: ReviewFacts): boolean {
  const { tools, repositories, paths, flags, reaches, draft, own } = when;
  return (
    (tools === undefined || tools.includes(facts.tool)) &&
    (repositories === undefined || isOneOf(repositories, repositoryOf(facts))) &&
    (paths === undefined || areAllWithin(paths, pathsOf(facts))) &&
    (flags === undefined || facts.flags.every(({ code }) => flags.includes(code))) &&
    (reaches === undefined || facts.reaches.every(({ code }) => reaches.includes(code))) &&
    (draft === undefined || draft === draftOf(facts)) &&
    (own === undefined || own === facts.own)
  );
}

/** The repository that is written to, where the target is in one. */
function repositoryOf({ target }: ReviewFacts): string | null {
  if (typeof target !== 'object' || target === null || !('repository' in target)) return null;
  const { repository } = target;
  return typeof repository === 'string' ? repository : null;
}

/** GitHub takes names that differ in case for the same. */
function isOneOf(patterns: readonly string[], repository: string | null): boolean {
  const name = repository?.toLowerCase();
  return name !== undefined && patterns.some((pattern) => globMatcher(pattern.toLowerCase())(name));
}

/** Every file that is written, deleted, or moved from. */
function pathsOf({ effects }: ReviewFacts): readonly string[] {
  return effects.flatMap((effect) => {
    if (effect.kind !== 'file') return [];
    return effect.movedFrom === undefined ? [effect.path] : [effect.path, effect.movedFrom];
  });
}

/** A change that writes no file is inside of nothing. */
function areAllWithin(patterns: readonly string[], paths: readonly string[]): boolean {
  const globs = patterns.map(compilePathGlob);
  return paths.length > 0 && paths.every((path) => globs.some(({ names }) => names(path)));
}

/** What a change says of a pull request that it opens; null when it opens none. */
function draftOf({ effects }: ReviewFacts): boolean | null {
  for (const effect of effects) {
    if (effect.kind === 'field' && effect.field === 'draft' && effect.before === null) return effect.after === 'yes';
  }
  return null;
}
