import { parentOf } from '../places.ts';
import type { BringBackState, PageBackPlan } from './plan.ts';

/** Those of some pages that can become what they are to be while all others stay as they are. */
export function feasible(wanted: readonly PageBackPlan[], now: BringBackState): readonly PageBackPlan[] {
  let some = wanted;
  for (;;) {
    const left = some.filter((each) => fits(each, some, now));
    if (left.length === some.length) return left;
    some = left;
  }
}

function fits(each: PageBackPlan, some: readonly PageBackPlan[], now: BringBackState): boolean {
  const byId = new Map(some.map((one) => [one.page.id, one]));
  const there = new Map(now.pages.map((one) => [one.page.id, one]));
  if (each.to.trashed) {
    const under = there.get(each.page.id)?.under ?? [];
    return under.every((id) => {
      const child = byId.get(id);
      return child !== undefined && (child.to.trashed || parentOf(child.to.place)?.id !== each.page.id);
    });
  }
  const passed = new Set([each.page.id]);
  for (let parent = parentOf(each.to.place)?.id; parent !== undefined; ) {
    if (passed.has(parent)) return false;
    passed.add(parent);
    const next = byId.get(parent)?.to ?? there.get(parent)?.now;
    // Of a page that is not among them nothing has changed, as far as is known.
    if (next === undefined) return true;
    if (next === null || next.trashed) return false;
    parent = parentOf(next.place)?.id;
  }
  return true;
}
