import { byReview } from './approvers.ts';
import type { Grantable } from './blueprint.ts';

type Written = {
  readonly tools?: readonly string[] | undefined;
  readonly grant?: unknown;
};

/** Says what is wrong with a rule that goes by reviews on the backend itself; `own` is the rule with what it takes over. */
export function checkReviewed(
  rule: Written,
  own: { readonly by: readonly string[]; readonly step_up: string },
  capabilities: readonly Pick<Grantable, 'tools'>[],
  say: (key: string, message: string) => void,
): void {
  if (!own.by.includes(byReview)) return;
  const able = capabilities.flatMap(({ tools }) => tools.flatMap(({ name, reviews }) => (reviews ? [name] : [])));
  const isForThese = rule.tools?.every((name) => able.includes(name)) ?? false;
  if (!isForThese) {
    say(
      'by',
      `GitHub reviews pull requests that are to be merged: ${byReview} is for tools: [${able.join(', ')}] alone.`,
    );
  }
  if (own.by.includes('local')) {
    say(
      'by',
      'Whoever signs in at this machine’s console is nobody who could review on GitHub: name people or groups.',
    );
  }
  if (own.step_up !== 'none') say('by', 'A review on GitHub comes with no passkey of ours: say step_up: none here.');
  if (rule.grant !== undefined) say('grant', 'Whoever reviews on GitHub is offered nothing here: leave this out.');
}

/** Says so where `default`, which is for everything, goes by reviews on the backend itself. */
export function checkDefaultReviewed({ by }: { readonly by: readonly string[] }, say: (message: string) => void): void {
  if (by.includes(byReview)) say(`${byReview} is for merges alone: say it in a rule with tools: [merge_pull_request].`);
}
