import type { DoneBy, Part, Refusal, RestoreChoice, Side } from '#shared/tools/index.ts';
import { named } from '../names.ts';
import { shownPlace } from '../places.ts';
import {
  type BringBackPlan,
  type BringBackState,
  bringBackPlan,
  type DoneBringBack,
  type Look,
  type PageBackPlan,
  sameLook,
  sameWords,
} from './plan.ts';
import { feasible } from './untouched.ts';

type Standing = Pick<Part, 'standing' | 'why'>;

/** Each page: before, as the change left it, and now. */
export function compareBringBack({ plan }: DoneBringBack, now: BringBackState): readonly Part[] {
  return plan.pages.map((each, index) => {
    const is = now.pages[index]?.now ?? null;
    const side = (look: Look | null) => look && sideOf(look, sameWords(each.from, each.to));
    return {
      name: nameOf(each),
      before: side(each.from),
      left: side(each.to),
      now: side(is),
      ...standingOf(each, is),
      later: [],
    };
  });
}

function nameOf({ page }: Pick<PageBackPlan, 'page'>): string {
  return `page ${named(page)} (${page.id})`;
}

function sideOf({ trashed, place, title, body }: Look, isMoved: boolean): Side {
  if (trashed) return { text: 'in the trash' };
  if (isMoved) return { text: `${named({ title })}, ${shownPlace(place)}` };
  return { file: { content: body.text, mode: '100644', binary: false } };
}

/** Where a page stands; the one judgement that the view and the restore share. */
function standingOf({ from, to }: PageBackPlan, now: Look | null): Standing {
  if (now === null) return { standing: 'cannot', why: 'The page is gone, or in another namespace.' };
  if (sameLook(now, from)) return { standing: 'back', why: null };
  if (sameLook(now, to)) return { standing: 'as_left', why: null };
  return { standing: 'changed', why: 'Somebody changed it since.' };
}

/** Makes the pages what they were before; those that others changed since only where that is wanted. */
export function restoreBringBack(
  { plan }: DoneBringBack,
  now: BringBackState,
  choice: RestoreChoice,
): { readonly plan: BringBackPlan } | Refusal {
  const wanted: PageBackPlan[] = [];
  const conflicts: string[] = [];
  for (const [index, each] of plan.pages.entries()) {
    const there = now.pages[index];
    const { standing, why } = standingOf(each, there?.now ?? null);
    if (standing === 'back') continue;
    const isTaken = standing === 'as_left' || (standing === 'changed' && choice === 'overwrite');
    if (!isTaken || !there?.now) conflicts.push(`${nameOf(each)}: ${why}`);
    else wanted.push(backOf(each, there.page, there.now, standing === 'changed'));
  }
  const pages = feasible(wanted, now);
  for (const each of wanted) {
    if (!pages.includes(each)) conflicts.push(`${nameOf(each)}: What others changed since stands in its way.`);
  }
  if (wanted.length === 0 && conflicts.length === 0)
    return { refused: 'There is nothing left to undo.', conflicts: [] };
  if (pages.length === 0 || (choice === 'refuse' && conflicts.length > 0)) {
    return { refused: 'Pages are no longer as this change left them.', conflicts };
  }
  const taken = new Set(pages.map(({ page }) => page.id));
  const stays = plan.pages
    .filter(
      (each, index) => !taken.has(each.page.id) && standingOf(each, now.pages[index]?.now ?? null).standing !== 'back',
    )
    .map(({ page: { id, title } }) => ({ page: { id, title }, why: 'Others changed it since.' }));
  return { plan: { namespace: now.namespace, at: null, pages: [...pages], stays } };
}

function backOf(
  { from }: PageBackPlan,
  page: PageBackPlan['page'],
  now: PageBackPlan['from'],
  overwrites: boolean,
): PageBackPlan {
  const { place, title, body, trashed } = from;
  return { page, from: now, to: { place: trashed ? now.place : place, title, body, trashed }, overwrites };
}

/** Its own undo leaves nothing to undo. */
export function combineBringBack(older: DoneBringBack, by: DoneBy): DoneBringBack | null {
  const plan = bringBackPlan.safeParse(by.plan).data;
  if (by.tool !== 'bring_back_namespace' || plan === undefined || plan.pages.length !== older.plan.pages.length)
    return null;
  const isUndo = older.plan.pages.every((each) => {
    const undone = plan.pages.find(({ page }) => page.id === each.page.id);
    return undone !== undefined && sameLook(undone.from, each.to) && sameLook(undone.to, each.from);
  });
  return isUndo ? older : null;
}
