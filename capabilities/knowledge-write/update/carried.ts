import type { PageAt } from '../tool.ts';
import type { DoneUpdate, UpdatePlan, UpdateState } from './plan.ts';
import { sameWords, withWords } from './words.ts';

/** The states of a page whose words are there once a restore was carried out: one alone, where it is that to the letter. */
export function carriedBack({ before, first }: DoneUpdate, now: UpdateState, plan: UpdatePlan): readonly PageAt[] {
  const left = withWords(now.words, plan.to);
  const is = ({ words }: UpdateState): boolean => sameWords('title', left, words) && sameWords('text', left, words);
  const whole = [before, first].find(is);
  return whole === undefined ? [now.at, before.at, first.at] : [whole.at];
}
