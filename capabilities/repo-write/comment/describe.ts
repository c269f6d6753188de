import { commandReaches } from '#capabilities/common/commands.ts';
import { shorten } from '#capabilities/common/text.ts';
import type { ContentReader, Description, Restoring } from '#shared/tools/index.ts';
import { fieldEffects } from '../effects.ts';
import { flagsOf } from '../flags.ts';
import { audienceOf, leavesOrganisation } from '../reaches.ts';
import { placeOfThread } from '../thread/look.ts';
import { pullRequestKey } from '../tool.ts';
import { type AddPlan, type CommentPlan, type DeletePlan, wordsOf } from './plan.ts';

export const commentRestoring: Restoring = {
  kept: ['The text of the comment, and its address.'],
  back: ['The comment is deleted.', 'A restore of that restore writes the same text again, as a new comment.'],
  cannot: [
    'Notifications cannot be called back: whoever follows the pull request has the text, by e-mail too.',
    'What the comment sets off in workflows and other software cannot be called back.',
    'A deleted comment is written again as a new one: at the end, under another address, without its reactions.',
  ],
};

export function describeComment(plan: CommentPlan, contents: ContentReader): Description {
  return plan.kind === 'add' ? describeAdd(plan, contents) : describeDelete(plan);
}

function describeAdd(plan: AddPlan, contents: ContentReader): Description {
  const { repository, pullRequest, body } = plan;
  const texts = [{ name: 'the comment', text: body }];
  return {
    summary: `${plan.thread === undefined ? 'Comment' : `Reply at ${placeOfThread(plan.thread)}`} on ${nameOf(plan)}: ${firstLine(body)}`,
    effects: commentEffects(plan, [null, body]),
    touches: [conversationKey(plan)],
    flags: flagsOf({ effects: [], texts, contents }),
    reaches: [
      { code: 'notifies', message: `Whoever follows pull request ${pullRequest.number} is notified.` },
      workflows,
      ...commandReaches(texts),
      ...leavesOrganisation(repository),
    ],
    reversible: { kind: 'partial', lost: commentRestoring.cannot.slice(0, 2) },
    ...audienceOf(repository),
  };
}

/** GitHub runs them on the default branch, where they have the secrets, whoever wrote the comment. */
const workflows = {
  code: 'runs_ci',
  message: 'Workflows that wait for comments run, with the secrets of the repository.',
} as const;

function describeDelete(plan: DeletePlan): Description {
  const { repository, comment, overwrites } = plan;
  return {
    summary: `Delete a ${plan.thread === undefined ? 'comment' : `reply at ${placeOfThread(plan.thread)}`} on ${nameOf(plan)}: ${firstLine(wordsOf(comment))}`,
    effects: commentEffects(plan, [wordsOf(comment), null]),
    touches: [conversationKey(plan)],
    flags:
      overwrites === null
        ? []
        : [
            {
              code: 'overwrites_others',
              message: `The comment goes with what ${overwrites.editor ?? 'somebody unknown'} made of it.`,
            },
          ],
    reaches: [workflows],
    reversible: { kind: 'partial', lost: commentRestoring.cannot.slice(1) },
    ...audienceOf(repository),
  };
}

function nameOf({ repository, pullRequest }: CommentPlan): string {
  return `pull request ${pullRequest.number} of ${repository.name}`;
}

function commentEffects(
  { pullRequest: { number }, thread }: CommentPlan,
  sides: readonly [before: string | null, after: string | null],
): Description['effects'] {
  const target = `pull request ${number}`;
  if (thread === undefined) return fieldEffects(target, { comment: sides });
  return fieldEffects(`${target}, thread at ${placeOfThread(thread)}`, { reply: sides });
}

/** The first line of a text that says anything, cut. */
export function firstLine(text: string): string {
  return shorten(text.split('\n').find((line) => line.trim() !== '') ?? '', 120);
}

/** Comments do not wait for what is done to the pull request itself, and are not shown as at odds with it. */
function conversationKey(plan: CommentPlan): string {
  return `${pullRequestKey(plan)}/comments`;
}
