import type { ContentReader } from '#shared/tools/index.ts';
import { documentIn } from '../kept.ts';
import { samePlace } from '../places.ts';
import type { KnowledgeWrite, PageBack } from '../ports.ts';
import { type BringBackPlan, type PageBackPlan, sameWords } from './plan.ts';

/** One write, which has all of it. */
export function bringBackWrite({ namespace, pages }: BringBackPlan, contents: ContentReader): KnowledgeWrite {
  return { kind: 'bring_back', namespace, pages: inOrder(pages, contents) };
}

/**
 * What becomes of each page, in an order in which each of them can be done: from the top of what it will be, so that a
 * page comes under one that is at its place already, and never under itself; then texts; then the trash, from the
 * bottom.
 */
function inOrder(pages: readonly PageBackPlan[], contents: ContentReader): readonly PageBack[] {
  const stays = pages.filter(({ to }) => !to.trashed).toSorted((one, other) => depthOf(one.to) - depthOf(other.to));
  const ends = pages.filter(({ to }) => to.trashed).toSorted((one, other) => depthOf(other.from) - depthOf(one.from));
  return [
    ...stays.flatMap(placed),
    ...stays.flatMap((each) => worded(each, contents)),
    ...ends.map(({ page, from: { place, seen: revision } }) => ({ kind: 'trash', page, place, revision }) as const),
  ];
}

function depthOf({ place }: { readonly place: PageBackPlan['to']['place'] }): number {
  return place.above.length;
}

function placed({ page, from, to }: PageBackPlan): readonly PageBack[] {
  if (from.trashed) return [{ kind: 'untrash', page, place: to.place }];
  return samePlace(from.place, to.place) ? [] : [{ kind: 'move', page, from: from.place, to: to.place }];
}

function worded({ page, from, to }: PageBackPlan, contents: ContentReader): readonly PageBack[] {
  if (sameWords(from, to)) return [];
  const [was, body] = [documentIn(from.body, contents), documentIn(to.body, contents)];
  return [
    {
      ...{ kind: 'text', page, revision: from.revision, from: { title: from.title, body: was } },
      ...(from.title !== to.title && { title: to.title }),
      ...(from.body.text.sha256 !== to.body.text.sha256 && { body }),
    },
  ];
}
