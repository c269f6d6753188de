import { lookUpPage } from '#capabilities/knowledge/asks.ts';
import type { Place } from '#capabilities/knowledge/types.ts';
import type { KnowledgeReader } from '#capabilities/knowledge-read/ports.ts';
import { AppError } from '#shared/errors.ts';
import type { Contents, StillHolds } from '#shared/tools/index.ts';
import { kept } from '../kept.ts';
import { nearestPlace, placeNow, samePlace } from '../places.ts';
import { atOf, pageStill, placeOf, revisionStill } from '../tool.ts';
import { countedPages, countUnder } from '../under.ts';
import type { TrashPlan, TrashState } from './plan.ts';

/** `was` is where the page was before it went to the trash. */
export async function lookAtTrash(
  page: string,
  was: Place | null,
  reader: KnowledgeReader,
  contents: Contents,
): Promise<TrashState> {
  const found = await lookUpPage(reader, page);
  const [under, place] = await Promise.all([
    countUnder(reader, found, 1),
    found.trashed ? nearestPlace(reader, was ?? placeOf(found)) : placeOf(found),
  ]);
  const { published } = found;
  const others = published && kept(published.body, contents);
  return {
    at: atOf(found),
    body: kept(found.body, contents),
    ...(others !== undefined && { others }),
    under,
    place,
  };
}

/** Throws AppError `conflict` for a page that has others under it: whoever may read it may read those. */
export function assertNoneUnder({ at, under }: TrashState): void {
  if (under.pages === 0) return;
  const message = `The page ${at.ref.id} has ${countedPages(under)} under it: it is not put away with them.`;
  throw new AppError('conflict', message, {
    next: 'Move them elsewhere, or to the trash, one by one; list_pages shows them.',
  });
}

export async function trashStill(plan: TrashPlan, before: TrashState, reader: KnowledgeReader): Promise<StillHolds> {
  if (plan.kind === 'trash') {
    const still = await revisionStill(before.at, reader);
    if (still !== 'holds') return still;
    const [found, { pages }] = await Promise.all([reader.page(plan.page.id), countUnder(reader, plan.page, 1)]);
    if (found !== null && !samePlace(placeOf(found), plan.place))
      return { stale: 'The page is at another place by now.' };
    return pages === 0 ? 'holds' : { stale: 'There are pages under the page by now.' };
  }
  const there = await pageStill(before.at, reader);
  if ('stale' in there) return there;
  if (!there.found.trashed) return { stale: 'The page is back by now.' };
  return (await placeNow(reader, plan.place)) === null
    ? { stale: 'The place that it is to come to is gone.' }
    : 'holds';
}
