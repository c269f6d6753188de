import type { Description, Effect, Flag, Restoring } from '#shared/tools/index.ts';
import { named } from '../names.ts';
import { samePlace, shownPlace } from '../places.ts';
import { audienceOf, leavesOrganisation, notifies } from '../reaches.ts';
import { pageResource, placeResource } from '../tool.ts';
import type { TrashPlan } from './plan.ts';

const place =
  'Where the page that it was under is gone, it comes under the nearest above that is there, or to the top.';

export const trashRestoring: Restoring = {
  kept: ['The text of the page, in the form that the backend has it, and where the page was.'],
  back: ['The page comes out of the trash, with its comments and its history, to where it was.', place],
  cannot: [
    'Notifications cannot be called back.',
    'Who looked for the page meanwhile did not find it, and links to it led nowhere.',
    'Its order among the pages beside it is not kept.',
    'Somebody may have removed it from the trash for good.',
  ],
};

export function describeTrash(plan: TrashPlan): Description {
  const { kind, page } = plan;
  const isPutAway = kind === 'trash';
  return {
    summary: isPutAway ? `Put ${named(page)} into the trash` : `Bring ${named(page)} back out of the trash`,
    effects: effectsOf(plan),
    touches: [pageResource(page), placeResource(page)],
    flags: [...deletion(plan), ...overwriteFlag(plan)],
    reaches: [notifies(page), ...(isPutAway ? [] : leavesOrganisation(page.namespace))],
    reversible: { kind: 'partial', lost: [...trashRestoring.cannot] },
    ...audienceOf(page.namespace),
  };
}

/** With the text: nobody shall have to look elsewhere for what goes, or comes back. */
function effectsOf(plan: TrashPlan): readonly Effect[] {
  const { kind, page, was, body, others } = plan;
  const isPutAway = kind === 'trash';
  const target = `page ${named(page)}`;
  const side = <T>(value: T) => (isPutAway ? { before: value, after: null } : { before: null, after: value });
  const isElsewhere = !samePlace(was, plan.place);
  return [
    { kind: 'field', target, field: 'in the trash', before: isPutAway ? 'no' : 'yes', after: isPutAway ? 'yes' : 'no' },
    isElsewhere
      ? { kind: 'field', target, field: 'place', before: `was: ${shownPlace(was)}`, after: shownPlace(plan.place) }
      : { kind: 'field', target, field: 'place', ...side(shownPlace(was)) },
    ...(others == null ? [] : [{ kind: 'text', target, field: 'text that others see', ...side(others.text) } as const]),
    { kind: 'text', target, field: others === undefined ? 'text' : 'text that waits', ...side(body.text) },
  ];
}

/** As a flag it is what no rule and no task grant covers that does not name it. */
function deletion({ kind, page }: TrashPlan): readonly Flag[] {
  if (kind === 'untrash') return [];
  return [{ code: 'deletion', message: `Searches do not find ${named(page)} any more, and links to it lead nowhere.` }];
}

function overwriteFlag({ overwrites, page }: TrashPlan): readonly Flag[] {
  if (!overwrites) return [];
  return [{ code: 'overwrites_others', message: `Somebody wrote to ${named(page)} since.` }];
}
