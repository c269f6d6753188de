import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { ContentReader, Description, Restoring } from '#shared/tools/index.ts';
import { textIn } from '../kept.ts';
import { named } from '../names.ts';
import { parentOf, shownPlace } from '../places.ts';
import { audienceOf, leavesOrganisation, notifies } from '../reaches.ts';
import { pageResource, placeResource, quarantineOf } from '../tool.ts';
import { countedPages } from '../under.ts';
import { flagsOf } from '../warnings.ts';
import type { BackPlan, CreatePlan, CreateState, MakePlan } from './plan.ts';

const lost = {
  told: 'Notifications cannot be called back.',
  read: 'Who has read it has read it.',
  under: 'A page that others were put under is not trashed; neither is what is under it.',
} as const;

export const createRestoring: Restoring = {
  kept: ['That there was no such page, and the id of the one that is made.'],
  back: ['The page goes to the trash.', 'A restore of that restore brings it back to where it was.'],
  cannot: [lost.told, lost.read, lost.under],
};

export function describeCreate(plan: CreatePlan, before: CreateState, contents: ContentReader): Description {
  return plan.kind === 'create' ? describeMake(plan, before, contents) : describeBack(plan, before);
}

/** The agent may write under a page that it may not read: the summary, which it is told, does not name that page. */
function describeMake(
  { place, title, body }: MakePlan,
  { backend }: CreateState,
  contents: ContentReader,
): Description {
  const { namespace } = place;
  const target = { kind: 'field', target: `new page in ${namespace.key}`, before: null } as const;
  return {
    summary: `Make the page ${named({ title })} in ${namespace.key}`,
    effects: [
      { ...target, field: 'place', after: shownPlace(place) },
      { ...target, field: 'title', after: title },
      { ...target, kind: 'text', field: 'text', after: body.text },
    ],
    touches: [newResource({ place, title })],
    flags: flagsOf([
      { name: 'the title', text: title, known: null },
      { name: 'the text', text: textIn(body, contents), known: null },
    ]),
    reaches: [
      { code: 'notifies', message: `Whoever follows ${namespace.key} is notified.` },
      ...leavesOrganisation(namespace),
    ],
    reversible: { kind: 'partial', lost: [...createRestoring.cannot] },
    ...audienceOf(namespace),
    ...quarantineOf(backend),
  };
}

function counted({ length: pages }: readonly string[]): string {
  return countedPages({ pages, more: false });
}

/** New pages do not wait for one another; two of the same title at one place are shown as at odds. */
function newResource({ place, title }: Pick<MakePlan, 'place' | 'title'>): string {
  const digest = bytesToHex(sha256(utf8ToBytes(JSON.stringify([parentOf(place)?.id ?? null, title])))).slice(0, 16);
  return `namespace/${place.namespace.id}/new/${digest}`;
}

function describeBack({ kind, page, place, under, overwrites }: BackPlan, { backend }: CreateState): Description {
  const [before, after] = kind === 'trash' ? ['no', 'yes'] : ['yes', 'no'];
  const target = { kind: 'field', target: `page ${named(page)}` } as const;
  return {
    summary: kind === 'trash' ? `Put the page ${named(page)} into the trash` : `Bring the page ${named(page)} back`,
    effects: [
      { ...target, field: 'in the trash', before, after },
      ...(kind === 'untrash' ? [{ ...target, field: 'place', before: null, after: shownPlace(place) }] : []),
      ...(under === undefined
        ? []
        : [{ ...target, field: 'pages under it, gone by then', before: counted(under), after: null }]),
    ],
    touches: [pageResource(page), placeResource(page)],
    flags: [
      ...(kind === 'trash' ? [{ code: 'deletion', message: `Nobody finds ${named(page)} any more.` } as const] : []),
      ...(overwrites
        ? [{ code: 'overwrites_others', message: `Others have worked on ${named(page)} since it was made.` } as const]
        : []),
    ],
    reaches: [notifies(page), ...leavesOrganisation(place.namespace)],
    reversible: { kind: 'partial', lost: [lost.told] },
    ...audienceOf(place.namespace),
    ...(kind === 'untrash' && quarantineOf(backend)),
  };
}
