import { ticketCommands } from '#capabilities/common/commands.ts';
import { shorten } from '#capabilities/common/text.ts';
import type { PageComment, PageRef } from '#capabilities/knowledge/types.ts';
import type { Description, Effect, Flag, Restoring } from '#shared/tools/index.ts';
import { named } from '../names.ts';
import { audienceOf, leavesOrganisation, notifies } from '../reaches.ts';
import { commentsResource, quarantineOf } from '../tool.ts';
import { flagsOf } from '../warnings.ts';
import type { AddPlan, CommentPlan, CommentState, RewordPlan } from './plan.ts';
import { isWithdrawn, withdrawn } from './text.ts';

const lost = {
  told: 'Notifications cannot be called back: whoever follows the page has the text, by e-mail too.',
  stays: 'The comment itself stays, with its author and its time.',
  history: 'Where the backend keeps earlier texts, it goes on showing them.',
} as const;
const never = 'Where a backend gives no comment another text, nothing takes one back.';

export const commentRestoring: Restoring = {
  kept: ['The text of the comment, its address and what it answers.'],
  back: [
    `The text is replaced by "${withdrawn}" Comments are never deleted.`,
    'A restore of that restore puts the text back, in the same comment.',
  ],
  cannot: [lost.told, lost.stays, lost.history, never],
};

export function describeComment(plan: CommentPlan, before: CommentState): Description {
  return plan.kind === 'add' ? describeAdd(plan, before) : describeReword(plan, before);
}

function describeAdd({ page, body }: AddPlan, { answered, backend }: CommentState): Description {
  return {
    summary: `${answered === null ? 'Comment' : 'Answer'} on ${named(page)}: ${firstLine(body.text)}`,
    effects: [...answeredEffect(page, answered), effectOf(page, null, body.text)],
    touches: [commentsResource(page)],
    flags: warnings(body.text, null),
    reaches: [notifies(page), ...leavesOrganisation(page.namespace)],
    reversible: backend.rewordsComments
      ? { kind: 'partial', lost: Object.values(lost) }
      : { kind: 'irreversible', why: never },
    ...quarantineOf(backend),
    ...audienceOf(page.namespace),
  };
}

function describeReword(plan: RewordPlan, { backend }: CommentState): Description {
  const { page, comment, from, body } = plan;
  const shown = isWithdrawn(plan.body) ? from : body;
  return {
    summary: `${verbOf(plan)} on ${named(page)}: ${firstLine(shown.text)}`,
    effects: [effectOf(page, from.text, body.text)],
    touches: [`${commentsResource(page)}/${comment.id}`],
    flags: [...warnings(body.text, from.text), ...overwriteFlag(plan)],
    reaches: [notifies(page), ...leavesOrganisation(page.namespace)],
    reversible: { kind: 'partial', lost: Object.values(lost) },
    ...quarantineOf(backend),
    ...audienceOf(page.namespace),
  };
}

function verbOf(plan: RewordPlan): string {
  return isWithdrawn(plan.body) ? 'Withdraw a comment' : 'Bring back a comment';
}

/** The first line of a text that says anything, cut. */
function firstLine(text: string): string {
  return shorten(text.split('\n').find((line) => line.trim() !== '') ?? '', 120);
}

function effectOf(page: PageRef, before: string | null, after: string): Effect {
  return { kind: 'field', target: `page ${named(page)}`, field: 'comment', before, after };
}

/** What is answered is not changed: it is told, since the answer goes with it. */
function answeredEffect(page: PageRef, answered: PageComment | null): readonly Effect[] {
  if (answered === null) return [];
  const says = answered.body.text;
  return [{ kind: 'field', target: `page ${named(page)}`, field: 'in answer to', before: null, after: says }];
}

/** What the text is to others, and to bots that read along; lines that are `known` were there before. */
function warnings(text: string, known: string | null): readonly Flag[] {
  const name = 'the comment';
  const commands = ticketCommands([{ name, text }]).flags.filter(
    ({ code }) => code === 'commands' || code === 'smart_commits',
  );
  return [...flagsOf([{ name, text, known }]), ...(text === known ? [] : commands)];
}

function overwriteFlag({ overwrites }: RewordPlan): readonly Flag[] {
  if (!overwrites) return [];
  return [{ code: 'overwrites_others', message: 'The text goes with what somebody else made of it.' }];
}
