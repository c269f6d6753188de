import type { ReviewConditions } from '#shared/blueprints/blueprint.ts';
import { globMatcher } from '#shared/tools/glob.ts';
import { compilePathGlob } from '#shared/tools/path-glob.ts';
import type { CodeOwners } from './code-owners.ts';
import type { SealedBody } from './sealed.ts';

/** What rules are about: the part of a change that is sealed of its plan, and whether it builds on its agent's own work. */
export type ReviewFacts = Pick<
  SealedBody,
  'tool' | 'target' | 'effects' | 'flags' | 'reaches' | 'audience' | 'assigned' | 'reviewable'
> & {
  readonly own: boolean;
  /** Who owns its files; nobody knows unless a rule asked. */
  readonly owners?: CodeOwners | undefined;
};

/** Whether every condition of a rule holds for a change. */
export function holds(when: ReviewConditions, facts: ReviewFacts): boolean {
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
  return effects.flatMap((effect) => (effect.kind === 'file' ? [] : [effect.field]));
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
