import { isOverwritten, type PartNow, partsBack, refusalOf, standingOf } from '#capabilities/common/put-back.ts';
import type { DoneBy, Part, Refusal, RestoreChoice, Side } from '#shared/tools/index.ts';
import { acceptPlan } from '../accept/plan.ts';
import { named } from '../names.ts';
import { writtenBy } from '../tool.ts';
import {
  type DoneUpdate,
  type UpdatePlan,
  type UpdateState,
  updatePlan,
  updateState,
  updateStep,
  type Words,
} from './plan.ts';
import { keysOf, pick, sameWords, type WordsKey, withWords } from './words.ts';

/** The title and the text, as far as the change set them: before, as it left them, and now. */
export function compareUpdate(done: DoneUpdate, now: UpdateState): readonly Part[] {
  return keysOf(done.plan.to).map((key) => ({
    name: partName(done.plan, key),
    before: side(key, done.first.words),
    left: side(key, leftOf(done, key)),
    now: side(key, now.words),
    ...standingOf(wordsNow(done, key, now)),
    later: [],
  }));
}

function side(key: WordsKey, { title, body }: Words): Side {
  return key === 'title' ? { text: title } : { file: { content: body.text, mode: '100644', binary: false } };
}

function partName({ page }: UpdatePlan, key: WordsKey): string {
  return `${key} of ${named(page)}`;
}

/** The plan says what was left; what was read afterwards only where the backend made something else of it. */
function leftOf({ plan, after, receipts }: Pick<DoneUpdate, 'plan' | 'after' | 'receipts'>, key: WordsKey): Words {
  const differs = writtenBy(receipts, updateStep)?.differs ?? [];
  return differs.includes(key) ? after.words : withWords(plan.from, plan.to);
}

/** How a part is now. */
function wordsNow(done: DoneUpdate, key: WordsKey, { at, words }: UpdateState): PartNow {
  const is = (other: Words) => sameWords(key, words, other);
  return {
    isBack: is(done.first.words) && is(done.before.words),
    isLeft: is(leftOf(done, key)),
    isBetween: done.between.includes(partName(done.plan, key)),
    obstacle: at.trashed ? 'The page is in the trash.' : null,
  };
}

/** Puts back what is as the change left it; what somebody changed since, only where that is to be overwritten. */
export function restoreUpdate(
  done: DoneUpdate,
  now: UpdateState,
  choice: RestoreChoice,
): { readonly plan: UpdatePlan } | Refusal {
  const wanted = (choice === 'overwrite' ? done.first : done.before).words;
  const parts = keysOf(done.plan.to).map((key) => ({
    ...{ key, name: `${key} of the page`, isWanted: sameWords(key, now.words, wanted) },
    ...wordsNow(done, key, now),
  }));
  const { back, conflicts } = partsBack(parts, choice);
  const refusal = refusalOf('page', { back, conflicts }, choice);
  if (refusal !== null) return refusal;
  const to = pick(
    wanted,
    back.map(({ key }) => key),
  );
  const overwrites = back.filter((part) => isOverwritten(part, choice)).map(({ key }) => key);
  const { ref: page, revision } = now.at;
  return { plan: { page, revision, from: now.words, to, overwrites } };
}

/** What an update is about, what it found there, and what it left. */
export function leftBy(by: DoneBy): { readonly page: UpdatePlan['page']; readonly from: Words; readonly left: Words } {
  const done = { ...states(by), plan: updatePlan.parse(by.plan), receipts: by.receipts };
  return { page: done.plan.page, from: done.before.words, left: withWords(done.plan.from, leftWords(done)) };
}

/**
 * A revision that waited and was accepted since is one change of what everybody sees. One that was made on what waited
 * already is not: what others saw before is no text that a page can be given while that waits again.
 */
function withAcceptance(older: DoneUpdate, by: DoneBy): DoneUpdate | null {
  const plan = acceptPlan.parse(by.plan);
  if (plan.of !== 'page' || plan.kind !== 'accept' || plan.page.id !== older.plan.page.id) return null;
  const isOfIt = plan.waiting.revision.id === older.after.at.revision;
  return isOfIt && older.first.published === undefined && older.before.published === undefined ? older : null;
}

/** Two changes of one page as one: each part from before the older to after the newer. */
export function combineUpdate(older: DoneUpdate, by: DoneBy): DoneUpdate | null {
  if (by.tool === 'accept_page') return withAcceptance(older, by);
  const plan = updatePlan.safeParse(by.plan).data;
  if (by.tool !== updateStep || plan?.page.id !== older.plan.page.id) return null;
  const newer = { ...states(by), plan, receipts: by.receipts };
  const [olderKeys, newerKeys] = [keysOf(older.plan.to), keysOf(plan.to)];
  const foreign = newerKeys.filter(
    (key) => olderKeys.includes(key) && !sameWords(key, newer.before.words, leftOf(older, key)),
  );
  const ours = olderKeys.filter((key) => !foreign.includes(key));
  return {
    plan: { ...older.plan, to: { ...leftWords(older), ...leftWords(newer) } },
    before: {
      ...older.before,
      words: withWords(newer.before.words, pick(older.before.words, ours)),
      at: mixedAt(older.before, newer.before, ours),
    },
    first: {
      ...older.first,
      words: withWords(newer.first.words, pick(older.first.words, olderKeys)),
      at: mixedAt(older.first, newer.first, olderKeys),
    },
    after: newer.after,
    // What the backend made of either is in the plan by now.
    receipts: {},
    between: [...new Set([...older.between, ...by.between, ...foreign.map((key) => partName(older.plan, key))])],
  };
}

/** Where the older was; relied on no further than the newer where words of that are in it, too. */
function mixedAt(older: UpdateState, newer: UpdateState, ours: readonly WordsKey[]): UpdateState['at'] {
  const isMixed = (['title', 'text'] as const).some(
    (key) => !ours.includes(key) && !sameWords(key, newer.words, older.words),
  );
  return { ...older.at, ...(isMixed && newer.at.trust !== undefined && { trust: newer.at.trust }) };
}

function leftWords(done: Pick<DoneUpdate, 'plan' | 'after' | 'receipts'>): UpdatePlan['to'] {
  const left = { title: leftOf(done, 'title').title, body: leftOf(done, 'text').body };
  return pick(left, keysOf(done.plan.to));
}

function states({ before, after, first }: DoneBy): Pick<DoneUpdate, 'before' | 'after' | 'first'> {
  return { before: updateState.parse(before), after: updateState.parse(after), first: updateState.parse(first) };
}
