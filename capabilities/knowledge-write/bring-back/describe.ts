import { listed } from '#capabilities/common/listed.ts';
import type { PageRef } from '#capabilities/knowledge/types.ts';
import type { ContentReader, Description, Effect, Flag, Restoring } from '#shared/tools/index.ts';
import { textIn } from '../kept.ts';
import { named } from '../names.ts';
import { samePlace, shownPlace } from '../places.ts';
import { audienceOf, leavesOrganisation } from '../reaches.ts';
import { pageResource, placeResource } from '../tool.ts';
import { countedPages } from '../under.ts';
import { flagsOf } from '../warnings.ts';
import { type BringBackPlan, type PageBackPlan, sameWords } from './plan.ts';

export const bringBackRestoring: Restoring = {
  kept: ['Each page that is not as it was: its title, its text, where it is, and whether it is in the trash.'],
  back: ['Each of these pages as it was before it was brought back, unless somebody changed it since.'],
  cannot: [
    'Notifications cannot be called back.',
    'The order of pages beside each other is not kept, nor what was said on them.',
    'What waited on a page to be accepted, when the page got another text, waits no more.',
    'Pages that are gone for good, and pages that came from or went to another namespace, stay as they are.',
  ],
};

export function describeBringBack(plan: BringBackPlan, _before: unknown, contents: ContentReader): Description {
  const { namespace, at } = plan;
  // By their names, as people look for them.
  const pages = plan.pages.toSorted((one, other) => (one.page.title < other.page.title ? -1 : 1));
  return {
    summary: `Bring ${namespace.key} back to ${at === null ? 'what it was before' : momentOf(at)}: ${countsOf(pages)}`,
    effects: [...pages.flatMap(effectsOf), ...plan.stays.map(stayEffect)],
    touches: [
      `namespace/${namespace.id}`,
      ...plan.pages.flatMap(({ page }) => [pageResource(page), placeResource(page)]),
    ],
    flags: [...deletion(pages), ...overwriteFlag(pages), ...wordFlags(pages, contents)],
    reaches: [
      { code: 'notifies', message: `Whoever follows pages of ${namespace.key} is notified.` },
      ...leavesOrganisation(namespace),
    ],
    reversible: { kind: 'partial', lost: [...bringBackRestoring.cannot] },
    ...audienceOf(namespace),
  };
}

/** `2026-11-22 08:00:00 UTC`, to the millisecond where it is not a whole second. */
function momentOf(at: string): string {
  return `${at.replace('T', ' ').replace(/(?:\.000)?Z$/, '')} UTC`;
}

const isEnd = ({ from, to }: PageBackPlan): boolean => to.trashed && !from.trashed;
const isReturn = ({ from, to }: PageBackPlan): boolean => from.trashed && !to.trashed;
const isReworded = ({ from, to }: PageBackPlan): boolean => !to.trashed && !sameWords(from, to);
const isMoved = ({ from, to }: PageBackPlan): boolean =>
  !from.trashed && !to.trashed && !samePlace(from.place, to.place);

function countsOf(pages: readonly PageBackPlan[]): string {
  const counts = [
    [isReworded, 'with another text'],
    [isMoved, 'moved'],
    [isReturn, 'out of the trash'],
    [isEnd, 'into the trash'],
  ] as const;
  const said = counts.flatMap(([is, what]) => {
    const count = pages.filter(is).length;
    return count === 0 ? [] : [`${countedPages({ pages: count, more: false })} ${what}`];
  });
  return said.join(', ');
}

const targetOf = (page: Pick<PageRef, 'id' | 'title'>): string => `page ${named(page)} (${page.id})`;

/** A page that comes or goes is shown with all that it says. */
function effectsOf(each: PageBackPlan): readonly Effect[] {
  const { from, to } = each;
  const target = targetOf(each.page);
  const [isGone, isBack] = [isEnd(each), isReturn(each)];
  const [was, is] = [from, to].map(({ place }) => shownPlace(place));
  const trash = [isGone, isBack].some(Boolean)
    ? [
        {
          kind: 'field',
          target,
          field: 'in the trash',
          before: isGone ? 'no' : 'yes',
          after: isGone ? 'yes' : 'no',
        } as const,
      ]
    : [];
  const place = {
    kind: 'field',
    target,
    field: 'place',
    before: isBack ? null : was,
    after: isGone ? null : is,
  } as const;
  const [before, after] = [isBack ? null : from.body.text, isGone ? null : to.body.text];
  return [
    ...trash,
    ...(trash.length > 0 || isMoved(each)
      ? [{ ...place, before: place.before ?? null, after: place.after ?? null }]
      : []),
    ...(from.title === to.title
      ? []
      : [{ kind: 'field', target, field: 'title', before: from.title, after: to.title } as const]),
    ...(before?.sha256 === after?.sha256 ? [] : [{ kind: 'text', target, field: 'text', before, after } as const]),
  ];
}

function stayEffect({ page, why }: BringBackPlan['stays'][number]): Effect {
  return { kind: 'field', target: targetOf(page), field: 'stays as it is', before: null, after: why };
}

function deletion(pages: readonly PageBackPlan[]): readonly Flag[] {
  const gone = pages.filter(isEnd).map(({ page }) => page.title);
  return gone.length === 0 ? [] : [{ code: 'deletion', message: `Go to the trash: ${listed(gone)}.` }];
}

function overwriteFlag(pages: readonly PageBackPlan[]): readonly Flag[] {
  const others = pages.filter(({ overwrites }) => overwrites).map(({ page }) => page.title);
  if (others.length === 0) return [];
  const message = `People changed these since, or nobody can tell who moved them or put them away: ${listed(others)}.`;
  return [{ code: 'overwrites_others', message }];
}

/** An old text is not a good one because it is old. */
function wordFlags(pages: readonly PageBackPlan[], contents: ContentReader): readonly Flag[] {
  const coming = pages.filter((each) => isReworded(each) || isReturn(each));
  return flagsOf(
    coming.map((each) => ({
      name: `the text of ${named(each.page)}`,
      text: textIn(each.to.body, contents),
      known: isReturn(each) ? null : textIn(each.from.body, contents),
    })),
  );
}
