import type { KnowledgePage, KnowledgeReader } from '#capabilities/knowledge-read/ports.ts';
import type { Contents, StillHolds } from '#shared/tools/index.ts';
import { parentOf, samePlace } from '../places.ts';
import { placeOf, refOf } from '../tool.ts';
import { idsUnder } from './listing.ts';
import { lookOf } from './look.ts';
import type { BringBackPlan, BringBackState, LookNow } from './plan.ts';

/** The pages of a plan as they are now. */
export async function observePages(
  plan: BringBackPlan,
  reader: KnowledgeReader,
  contents: Contents,
): Promise<BringBackState> {
  const { namespace, pages } = plan;
  const found: BringBackState['pages'] = [];
  for (const { page, from } of pages) {
    const is = await reader.page(page.id);
    const isHere = is !== null && is.namespace.id === namespace.id;
    // Only what came out of the trash can go back into it.
    const under = isHere && from.trashed && !is.trashed ? await idsUnder(reader, is) : [];
    const now = isHere ? lookOf(is, contents) : null;
    found.push({ page: is === null ? page : refOf(is), now, to: null, overwrites: false, under });
  }
  return { namespace, pages: found, stays: [], around: await pagesAround(plan, reader) };
}

/** What an undo goes by beside the pages of the plan: those that they were right under. */
async function pagesAround(
  { namespace, pages }: BringBackPlan,
  reader: KnowledgeReader,
): Promise<BringBackState['around']> {
  const known = new Set(pages.map(({ page }) => page.id));
  const parents = new Set(pages.flatMap(({ from }) => (from.trashed ? [] : (parentOf(from.place)?.id ?? []))));
  const around: BringBackState['around'] = [];
  for (const id of parents) {
    if (known.has(id)) continue;
    const page = await reader.page(id);
    const isThere = page !== null && !page.trashed && page.namespace.id === namespace.id;
    around.push({ id, above: isThere ? page.above.map((each) => each.id) : null });
  }
  return around;
}

/** Whether each page is as it was when the plan was made; what is not in the plan has changed as it may. */
export async function pagesStill(plan: BringBackPlan, reader: KnowledgeReader): Promise<StillHolds> {
  const namespace = await reader.namespace(plan.namespace.key);
  if (namespace === null || namespace.archived || namespace.id !== plan.namespace.id) {
    return { stale: 'Nothing can be written to the namespace any more, or it has another key.' };
  }
  for (const { page, from } of plan.pages) {
    const now = await reader.page(page.id);
    if (now === null || !isAsIn(from, now)) return { stale: `The page ${page.id} is not as it was shown any more.` };
  }
  return 'holds';
}

/** A revision says what a page says: its text need not be compared. */
function isAsIn(from: LookNow, now: KnowledgePage): boolean {
  const isSame = (now.published ?? now).revision.id === from.revision && now.revision.id === from.seen;
  return isSame && now.trashed === from.trashed && (now.trashed || samePlace(placeOf(now), from.place));
}
