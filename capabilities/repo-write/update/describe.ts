import { commandReaches } from '#capabilities/common/commands.ts';
import type { NamedText } from '#capabilities/common/hidden-flags.ts';
import { shorten } from '#capabilities/common/text.ts';
import type { ContentReader, Description, Flag, Restoring } from '#shared/tools/index.ts';
import { fieldEffects } from '../effects.ts';
import { flagsOf } from '../flags.ts';
import { audienceOf, leavesOrganisation } from '../reaches.ts';
import { pullRequestKey } from '../tool.ts';
import { changedFields, type FieldName, partName, shown, type UpdatePlan } from './plan.ts';

export const updateRestoring: Restoring = {
  kept: ['The title, text, base branch and state of the pull request, and whether it is a draft.'],
  back: ['Each of these that the change set, as it was, unless somebody else changed it since.'],
  cannot: [
    'Notifications, requests for review and CI runs that it sets off cannot be called back.',
    'The history of the pull request shows the change and the restore.',
    'A pull request that was merged since keeps everything but its title and text.',
    'A closed pull request is reopened only while its branch is where it was.',
  ],
};

const names: Readonly<Record<FieldName, string>> = {
  ...{ title: 'title', body: 'text', base: 'to', draft: 'draft', state: 'state' },
};

export function describeUpdate(plan: UpdatePlan, contents: ContentReader): Description {
  const { repository, pullRequest } = plan;
  const texts = textsOf(plan);
  const fields = changedFields(plan);
  const effects = fields.flatMap((field) => {
    const { from, to } = plan[field] ?? { from: '', to: '' };
    const both = [shown(field, from), shown(field, to)] as const;
    return fieldEffects(`pull request ${pullRequest.number}`, { [names[field]]: both });
  });
  return {
    summary: `Pull request ${pullRequest.number} of ${repository.name}: ${partsOf(plan).join(', ')}`,
    effects,
    touches: [pullRequestKey(plan)],
    flags: [...turningFlags(plan), ...flagsOf({ effects: [], texts, contents }), ...overwriteFlags(plan)],
    reaches: [
      {
        code: 'runs_ci',
        message: 'Workflows that wait for changes of pull requests may run, with the secrets of the repository.',
      },
      { code: 'notifies', message: 'Who takes part in the pull request, and who is to review it, may be notified.' },
      ...commandReaches(texts),
      ...(texts.length === 0 ? [] : leavesOrganisation(repository)),
    ],
    reversible: { kind: 'partial', lost: [...updateRestoring.cannot] },
    ...audienceOf(repository),
  };
}

function textsOf({ title, body }: UpdatePlan): readonly NamedText[] {
  return [
    ...(title === undefined ? [] : [{ name: 'the title', text: title.to }]),
    ...(body === undefined ? [] : [{ name: 'the pull request’s text', text: shown('body', body.to) }]),
  ];
}

function partsOf({ title, body, base, draft, state }: UpdatePlan): readonly string[] {
  return [
    ...(state?.to === 'open' ? ['reopen it'] : []),
    ...(base === undefined ? [] : [`merge it into ${base.to} instead of ${base.from}`]),
    ...(title === undefined ? [] : [`call it ${JSON.stringify(shorten(title.to, 120))}`]),
    ...(body === undefined ? [] : ['change its text']),
    ...(draft === undefined ? [] : [draft.to ? 'make it a draft' : 'mark it ready for review']),
    ...(state?.to === 'closed' ? ['close it'] : []),
  ];
}

/**
 * More than words: what other people meet, and what a merge would do. As flags they are what no rule and no task grant
 * covers that does not name them.
 */
function turningFlags({ pullRequest: { number }, base, draft, state }: UpdatePlan): readonly Flag[] {
  return [
    ...(state?.to === 'open' ? [{ code: 'publishes' as const, message: `Reopens pull request ${number}.` }] : []),
    ...(draft?.to === false
      ? [{ code: 'publishes' as const, message: `Asks people to review pull request ${number}.` }]
      : []),
    ...(base === undefined
      ? []
      : [
          { code: 'retargets' as const, message: `Pull request ${number} goes to ${base.to} instead of ${base.from}.` },
        ]),
    ...(state?.to === 'closed' ? [{ code: 'closes' as const, message: `Closes pull request ${number}.` }] : []),
  ];
}

function overwriteFlags(plan: UpdatePlan): readonly Flag[] {
  if (plan.overwrites.length === 0) return [];
  const parts = plan.overwrites.map((field) => partName(plan, field)).join(', ');
  return [{ code: 'overwrites_others', message: `Takes back what others did since to the ${parts}.` }];
}
