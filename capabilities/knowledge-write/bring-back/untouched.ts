import { parentOf } from '../places.ts';
import type { BringBackState, PageBackPlan } from './plan.ts';

/** Those of some pages that can become what they are to be while all others stay as they are. */
export function feasible(wanted: readonly PageBackPlan[], now: BringBackState): readonly PageBackPlan[] {
  const there = new Map(now.pages.map((one) => [one.page.id, one]));
  const around = parentsAround(now);
  let some = wanted;
  for (;;) {
    const byId = new Map(some.map((one) => [one.page.id, one]));
    const left = some.filter((each) => fits(each, { byId, there, around }));
    if (left.length === some.length) return left;
    some = left;
  }
}

type Pages = {
  /** Those that would be changed. */
  readonly byId: ReadonlyMap<string, PageBackPlan>;
  /** All that are known, as they are. */
  readonly there: ReadonlyMap<string, BringBackState['pages'][number]>;
  /** What is right above others; null at the top. */
  readonly around: ReadonlyMap<string, string | null>;
};

function fits(each: PageBackPlan, { byId, there, around }: Pages): boolean {
  if (each.to.trashed) {
    const under = there.get(each.page.id)?.under ?? [];
    return under.every((id) => {
      const child = byId.get(id);
      return child !== undefined && (child.to.trashed || parentOf(child.to.place)?.id !== each.page.id);
    });
  }
  const passed = new Set([each.page.id]);
  for (let parent = parentOf(each.to.place)?.id ?? null; parent !== null; ) {
    if (passed.has(parent)) return false;
    passed.add(parent);
    const look = byId.get(parent)?.to ?? there.get(parent)?.now;
    // Null where it is gone; undefined where nothing of the plan is about it.
    if (look === null || look?.trashed) return false;
    const next = look === undefined ? around.get(parent) : (parentOf(look.place)?.id ?? null);
    if (next === undefined) return false;
    parent = next;
  }
  return true;
}

/** What is right above each page around, and above those above it; null at the top. */
function parentsAround({ around }: BringBackState): ReadonlyMap<string, string | null> {
  const chains = around.flatMap(({ id, above }) => (above === null ? [] : [[...above, id]]));
  return new Map(chains.flatMap((chain) => chain.map((id, index) => [id, chain[index - 1] ?? null] as const)));
}
