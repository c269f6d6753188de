import type { Blueprint } from '#shared/blueprints/blueprint.ts';
import { AppError } from '#shared/errors.ts';
import type { Capability, Json } from '#shared/tools/index.ts';
import { entriesOf } from './code-owners.ts';
import type { SealedReview } from './review.ts';
import { mayAsk } from './scope.ts';
import type { SealedBody } from './sealed.ts';

/** What is asked for about a change is decided as that would be: by as many, by whom, and with what. */
function ruleOfChange({ review }: Pick<SealedBody, 'review'>): SealedReview {
  const { quorum, exclude, step_up: stepUp } = review;
  return { ...named(entriesOf(review)), quorum, ...(exclude && { exclude }), ...(stepUp && { step_up: stepUp }) };
}

/**
 * What lets several changes through is decided as the strictest of these: by those alone who could decide each, as many as
 * any of them wants. Throws AppError `not_permitted` where there is nobody.
 */
export function ruleOfChanges([first, ...others]: readonly [Decided, ...Decided[]]): SealedReview {
  const [rule, ...rules] = [ruleOfChange(first), ...others.map(ruleOfChange)] as const;
  const all = [rule, ...rules];
  const by = rule.by.filter((entry) => rules.every((one) => one.by.includes(entry)));
  const exclude = all.find((one) => one.exclude)?.exclude;
  const isSteppedUp = all.some((one) => one.step_up !== undefined);
  // Only one sponsor can be left out.
  if (by.length === 0 || (exclude && others.some(({ sponsor }) => sponsor !== first.sponsor))) throw nobodyForAll();
  return {
    ...{ by, quorum: Math.max(...all.map(({ quorum }) => quorum)) },
    ...(exclude && { exclude }),
    ...(isSteppedUp && { step_up: 'passkey' }),
  };
}

type Decided = Pick<SealedBody, 'review' | 'sponsor'>;

function nobodyForAll(): AppError {
  return new AppError(
    'not_permitted',
    'It was made on what others decide, and what lets all of it through is nobody’s.',
    {
      next: 'Put it back, and accept what it was made on; or have it written anew, as one change that a person decides.',
    },
  );
}

/**
 * One of those who decide what agents write there, whoever's blueprint says so, decides what a person asks for; with a
 * passkey where any of these blueprints wants one. Throws AppError `not_permitted` where no blueprint lets an agent write
 * there, and so nobody is named.
 */
export function ruleOfPlace<R, W, A, T extends Json>(
  blueprints: readonly Blueprint[],
  capability: Capability<R, W, A, T>,
  asks: readonly A[],
): SealedReview {
  const reviews = blueprints
    .filter((one) => one.grants.has(capability.name) && asks.every((ask) => mayAsk(one, capability, ask).may))
    .map(({ review }) => review);
  const isSteppedUp = reviews.some(({ stepUp }) => stepUp === 'passkey');
  return {
    ...named(reviews.flatMap(({ by }) => by)),
    quorum: 1,
    ...(isSteppedUp && { step_up: 'passkey' }),
  };
}

/** Code owners and reviews on the backend are of what agents propose. */
function named(entries: readonly string[]): Pick<SealedReview, 'by'> {
  const by = [...new Set(entries)].filter((entry) => entry !== 'codeowners' && entry !== 'github_review');
  if (by.length > 0) return { by };
  throw new AppError('not_permitted', 'No blueprint that covers this names anybody who could decide it.', {
    next: 'Give a blueprint that lets an agent write there, and says in its review who decides.',
  });
}
