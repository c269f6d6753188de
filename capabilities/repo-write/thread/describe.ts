import type { ContentReader, Description, Flag, Restoring } from '#shared/tools/index.ts';
import { describeComment, firstLine } from '../comment/describe.ts';
import { fieldEffects } from '../effects.ts';
import { audienceOf } from '../reaches.ts';
import { pullRequestKey } from '../tool.ts';
import { placeOfThread } from './look.ts';
import { commentIn, type SettlePlan, type SettleState } from './plan.ts';

export const settleRestoring: Restoring = {
  kept: ['Whether the thread was resolved, and the text and address of the answer.'],
  back: ['The thread is open, or resolved, as it was.', 'The answer is deleted.'],
  cannot: [
    'Notifications cannot be called back: whoever follows the pull request has the answer, by e-mail too.',
    'What it sets off in workflows and other software cannot be called back, nor a merge that waited for the thread.',
    'A deleted answer is written again as a new one: at the end, under another address, without its reactions.',
  ],
};

export function describeSettle(plan: SettlePlan, before: SettleState, contents: ContentReader): Description {
  const { repository, pullRequest, resolved } = plan;
  const { cannot } = settleRestoring;
  const place = placeOfThread(plan.thread);
  const target = `pull request ${pullRequest.number}, thread at ${place}`;
  const said = commentIn(plan);
  const comment = said && describeComment(said, contents);
  const begins = firstLine(before.thread?.begins.body ?? '');
  const verb = resolved === true ? 'Resolve' : 'Open again';
  return {
    summary:
      resolved === null
        ? (comment?.summary ?? '')
        : `${verb} the thread at ${place} on pull request ${pullRequest.number} of ${repository.name}: ${begins}`,
    effects: [
      ...(comment?.effects ?? []),
      ...(resolved === null ? [] : fieldEffects(target, { resolved: [yesOrNo(!resolved), yesOrNo(resolved)] })),
    ],
    touches: [`${pullRequestKey(plan)}/threads/${plan.thread.nodeId}`],
    flags: [...settles(plan, before), ...(comment?.flags ?? [])],
    reaches: [
      ...(comment?.reaches ?? [
        { code: 'runs_ci', message: 'Workflows that wait for reviews may run, with the secrets of the repository.' },
      ]),
    ],
    reversible: { kind: 'partial', lost: plan.removes === null ? cannot.slice(0, 2) : cannot.slice(1) },
    ...audienceOf(repository),
  };
}

/** A ruleset can want every thread resolved before a merge: then this is a part of what lets it through. */
function settles({ resolved, thread }: SettlePlan, before: SettleState): readonly Flag[] {
  if (resolved !== true) return [];
  const who = before.thread?.begins.author ?? 'somebody unknown';
  return [{ code: 'closes', message: `Settles what ${who} said at ${placeOfThread(thread)}.` }];
}

function yesOrNo(value: boolean): string {
  return value ? 'yes' : 'no';
}
