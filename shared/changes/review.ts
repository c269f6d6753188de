import type { Review, ReviewConditions, ReviewRule } from '#shared/blueprints/blueprint.ts';
import { endOfReview } from '#shared/blueprints/review-time.ts';
import { globMatcher } from '#shared/tools/glob.ts';
import { compilePathGlob } from '#shared/tools/path-glob.ts';
import { type CodeOwners, hasUnowned } from './code-owners.ts';
import { termsOffered } from './grant-terms.ts';
import type { SealedBody } from './sealed.ts';

/** What rules are about: the part of a change that is sealed of its plan, and whether it builds on its agent's own work. */
export type ReviewFacts = Pick<
  SealedBody,
  'tool' | 'target' | 'effects' | 'flags' | 'reaches' | 'audience' | 'assigned'
> & {
  readonly own: boolean;
  /** Who owns its files; nobody knows unless a rule asked. */
  readonly owners?: CodeOwners | undefined;
};

/** Who has to decide a change, as it is sealed. */
export type SealedReview = SealedBody['review'];

/** Finds out who owns the files of a change. */
export type AskOwners = () => Promise<CodeOwners>;

/** Who decides a change under a blueprint, and when its time is over. */
export async function termsOf(
  review: Review,
  facts: ReviewFacts,
  now: Date,
  owners: AskOwners,
): Promise<Pick<SealedBody, 'review' | 'expires_at'>> {
  const { rule } = decidedBy(review, facts);
  const span = { created_at: now.toISOString(), expires_at: endOfReview(rule, now).toISOString() };
  return restoreTermsOf(review, facts, span, owners);
}

/** The same for a restore that was asked for at a time, and whose end is fixed. */
export async function restoreTermsOf(
  review: Review,
  facts: ReviewFacts,
  { created_at, expires_at }: { readonly created_at: string; readonly expires_at: string },
  owners: AskOwners,
): Promise<Pick<SealedBody, 'review' | 'expires_at'>> {
  const { rule } = decidedBy(review, facts);
  const sealed = await reviewWith(review, facts, owners);
  return { review: { ...sealed, ...timesOf(rule, new Date(created_at), expires_at) }, expires_at };
}

/** When those who decide are told again; nothing that would come after the end. */
function timesOf({ remind, escalate }: ReviewRule, from: Date, end: string) {
  const reminded = remind && endOfReview(remind, from).toISOString();
  const escalated = escalate && endOfReview(escalate.after, from).toISOString();
  return {
    ...(reminded !== undefined && reminded < end && { remind_at: reminded }),
    ...(escalate && escalated !== undefined && escalated < end
      ? { escalate: { at: escalated, to: [...escalate.to] } }
      : {}),
  };
}

/** Who decides a change; its owners are asked for only when the rule wants them. */
async function reviewWith(review: Review, facts: ReviewFacts, owners: AskOwners): Promise<SealedReview> {
  const { rule } = decidedBy(review, facts);
  return reviewOf(review, rule.by.includes('codeowners') ? { ...facts, owners: await owners() } : facts);
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
  const { by, quorum, exclude = [], owners } = withOwners(rule, review, facts.owners);
  const sealed: SealedReview = {
    by: [...by],
    quorum,
    ...(exclude.length > 0 && { exclude: [...exclude] }),
    ...(owners && { owners }),
    ...(rule.stepUp && { step_up: rule.stepUp }),
    ...(found && { rule: { index, ...(found.name !== undefined && { name: found.name }) } }),
    ...(found?.grant && { grant: termsOffered(found.grant, pathsOf(facts)) }),
    ...(found?.decide && { decide: found.decide }),
  };
  return { rule, sealed };
}

type Approvers = Pick<ReviewRule, 'by' | 'quorum' | 'exclude'> & { readonly owners?: CodeOwners | undefined };

/**
 * What nobody owns is for those who are named beside the owners. Where nobody is, the default decides it as well, so
 * that it has to be met too.
 */
function withOwners(rule: ReviewRule, fallback: ReviewRule, owners: CodeOwners | undefined): Approvers {
  if (owners === undefined || !rule.by.includes('codeowners')) return rule;
  const isCovered = !hasUnowned(owners) || rule.by.some((entry) => entry !== 'codeowners');
  if (isCovered || rule === fallback) return { ...rule, owners };
  return {
    by: [...new Set([...rule.by, ...fallback.by])],
    quorum: Math.max(rule.quorum, fallback.quorum),
    exclude: [...new Set([...(rule.exclude ?? []), ...(fallback.exclude ?? [])])],
    owners,
  };
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
    (own === undefined || own === facts.own) &&
    isAbout(when, facts)
  );
}

/** The conditions about fields, and about what the tool states. */
function isAbout(when: ReviewConditions, facts: ReviewFacts): boolean {
  const { paths, fields, to_status: statuses, assigned, visibility } = when;
  return (
    (fields === undefined || (areAllOf(fields, fieldsOf(facts)) && (paths !== undefined || !writesFiles(facts)))) &&
    (statuses === undefined || areAllOf(statuses, statusesOf(facts))) &&
    (assigned === undefined || assigned === facts.assigned) &&
    (visibility === undefined || (facts.audience !== undefined && visibility.includes(facts.audience)))
  );
}

/** Of nothing, nothing is said. */
function areAllOf(given: readonly string[], found: readonly string[]): boolean {
  return found.length > 0 && found.every((one) => given.includes(one));
}

function writesFiles({ effects }: ReviewFacts): boolean {
  return effects.some(({ kind }) => kind === 'file');
}

function fieldsOf({ effects }: ReviewFacts): readonly string[] {
  return effects.flatMap((effect) => (effect.kind === 'field' ? [effect.field] : []));
}

/** Every status that is set; none is '', which no rule can name. */
function statusesOf({ effects }: ReviewFacts): readonly string[] {
  return effects.flatMap((effect) =>
    effect.kind === 'field' && effect.field === 'status' ? [effect.after ?? ''] : [],
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
export function pathsOf({ effects }: Pick<ReviewFacts, 'effects'>): readonly string[] {
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
