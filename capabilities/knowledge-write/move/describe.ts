import type { NamespaceRef } from '#capabilities/knowledge/types.ts';
import type { Description, Flag, Restoring } from '#shared/tools/index.ts';
import { named } from '../names.ts';
import { parentOf, shownPlace } from '../places.ts';
import { audienceOf, leavesOrganisation, notifies } from '../reaches.ts';
import { placeResource } from '../tool.ts';
import { countedPages } from '../under.ts';
import type { MovePlan } from './plan.ts';

export const moveRestoring: Restoring = {
  kept: ['Where the page was: its namespace and the pages above it.'],
  back: ['The page, with all that is under it, to the page that it was under, as long as that is there.'],
  cannot: [
    'Notifications cannot be called back.',
    'Its order among the pages beside it is not kept.',
    'Who could see it at the other place may have read it.',
  ],
};

export function describeMove(plan: MovePlan): Description {
  const { page, from, to, under } = plan;
  const along = under.pages === 0 && !under.more ? '' : `, with ${countedPages(under)} under it`;
  return {
    summary: `Move ${named(page)} ${whereTo(plan)}${along}`,
    effects: [
      { ...targetOf(plan), field: 'place', before: shownPlace(from), after: shownPlace(to) },
      ...(along === ''
        ? []
        : [{ ...targetOf(plan), field: 'pages that come along', before: null, after: countedPages(under) }]),
    ],
    touches: [placeResource(page)],
    flags: [...goesElsewhere(plan), ...overwriteFlag(plan)],
    reaches: [notifies(page), ...leavesOrganisation(to.namespace)],
    reversible: { kind: 'partial', lost: [...moveRestoring.cannot] },
    ...audienceOf(widest(from.namespace, to.namespace)),
  };
}

function targetOf({ page }: MovePlan) {
  return { kind: 'field', target: `page ${named(page)}` } as const;
}

/** The parent alone: what is above it may be nothing that the agent may read. */
function whereTo({ from, to }: MovePlan): string {
  const parent = parentOf(to);
  const isOther = from.namespace.id !== to.namespace.id;
  if (parent === undefined) return `to the top of ${to.namespace.key}`;
  return `under ${named(parent)}${isOther ? ` in ${to.namespace.key}` : ''}`;
}

/** Another namespace has other readers and other writers. */
function goesElsewhere({ from, to, page }: MovePlan): readonly Flag[] {
  const [was, is] = [from.namespace, to.namespace];
  if (was.id === is.id) return [];
  const says = `${named(page)} goes from ${was.key} (${toWhom(was)}) to ${is.key} (${toWhom(is)})`;
  return isWider(was, is)
    ? [{ code: 'publishes', message: `${says}: others may see it there, with all that is under it.` }]
    : [{ code: 'retargets', message: `${says}.` }];
}

function toWhom({ audience }: NamespaceRef): string {
  return audience ?? 'nobody says who sees it';
}

const rank = { private: 0, internal: 1, public: 2 } as const;

/** Two private namespaces are private to different people. */
function isWider({ audience: was }: NamespaceRef, { audience: is }: NamespaceRef): boolean {
  return was === undefined || is === undefined || is === 'private' || rank[is] > rank[was];
}

/** The one that most people can see; where nobody says it of one of them, it is not known. */
function widest(one: NamespaceRef, other: NamespaceRef): Pick<NamespaceRef, 'audience'> {
  if (one.audience === undefined || other.audience === undefined) return {};
  return { audience: rank[one.audience] > rank[other.audience] ? one.audience : other.audience };
}

function overwriteFlag({ overwrites, page }: MovePlan): readonly Flag[] {
  if (!overwrites) return [];
  return [{ code: 'overwrites_others', message: `Somebody else moved ${named(page)} since.` }];
}
