import { ticketCommands } from '#capabilities/common/commands.ts';
import { findHidden } from '#capabilities/common/hidden-characters.ts';
import { hiddenFlag, unshownFlag } from '#capabilities/common/hidden-flags.ts';
import { scanFlags } from '#capabilities/common/scan-flags.ts';
import { shorten } from '#capabilities/common/text.ts';
import type { CommentAudience, TicketRef } from '#capabilities/ticket/types.ts';
import type { Description, Flag, Restoring } from '#shared/tools/index.ts';
import { audienceOf, customerFlag, leavesOrganisation, notifies, runsAutomation } from '../reaches.ts';
import { commentsResource } from '../tool.ts';
import type { AddPlan, CommentPlan, CommentState, RewordPlan } from './plan.ts';
import { plain, withdrawn } from './text.ts';

const lost = {
  told: 'Notifications cannot be called back: whoever follows the ticket has the text, by e-mail too.',
  set: 'What the text set off in automation, bots and other software cannot be called back.',
  stays: 'The comment itself stays, with its author and its time.',
  history: 'Where the tracker keeps earlier texts, it goes on showing them.',
} as const;

export const commentRestoring: Restoring = {
  kept: ['The text of the comment, its address and who sees it.'],
  back: [
    `The text is replaced by "${withdrawn}" Comments are never deleted.`,
    'A restore of that restore puts the text back, in the same comment.',
  ],
  cannot: [lost.told, lost.set, lost.stays, lost.history],
};

export const rewordRestoring: Restoring = {
  kept: ['The text of the comment, in the form that the tracker has it.'],
  back: ['That text, in the same comment, unless somebody else changed it since.'],
  cannot: [lost.told, lost.set, lost.history],
};

export function describeComment(plan: CommentPlan, before: CommentState): Description {
  return plan.kind === 'add' ? describeAdd(plan, before) : describeReword(plan, before);
}

function describeAdd(plan: AddPlan, before: CommentState): Description {
  const { ticket, body, visibleTo } = plan;
  return {
    summary: `Comment on ${ticket.key}${forWhom(visibleTo)}: ${firstLine(body.text)}`,
    effects: effectsOf(ticket, null, body.text),
    touches: [commentsResource(ticket)],
    ...warnings({ ticket, text: body.text, visibleTo, known: '' }),
    reversible: { kind: 'partial', lost: [...commentRestoring.cannot] },
    assigned: before.at.standing.assigned,
    ...audienceOf(ticket.project),
  };
}

export function describeReword(plan: RewordPlan, before: CommentState): Description {
  const { ticket, comment, from, body } = plan;
  const { visibleTo } = comment;
  const said = warnings({ ticket, text: body.text, visibleTo, known: from.text });
  return {
    summary: `${verbOf(plan)} on ${ticket.key}${forWhom(visibleTo)}: ${firstLine((isWithdrawal(plan) ? from : body).text)}`,
    effects: effectsOf(ticket, from.text, body.text),
    touches: [`${commentsResource(ticket)}/${comment.id}`],
    flags: [...said.flags, ...overwriteFlag(plan)],
    reaches: said.reaches,
    reversible: { kind: 'partial', lost: [...rewordRestoring.cannot] },
    assigned: before.at.standing.assigned,
    ...audienceOf(ticket.project),
  };
}

function verbOf(plan: RewordPlan): string {
  if (isWithdrawal(plan)) return 'Withdraw a comment';
  return plain(plan.from.text) === withdrawn ? 'Bring back a withdrawn comment' : 'Change a comment';
}

function isWithdrawal({ body }: RewordPlan): boolean {
  return plain(body.text) === withdrawn;
}

function forWhom(visibleTo: CommentAudience): string {
  return visibleTo === 'customers' ? ', for customers' : '';
}

/** The first line of a text that says anything, cut. */
function firstLine(text: string): string {
  return shorten(text.split('\n').find((line) => line.trim() !== '') ?? '', 120);
}

function effectsOf({ key }: TicketRef, before: string | null, after: string): Description['effects'] {
  return [{ kind: 'field', target: `ticket ${key}`, field: 'comment', before, after }];
}

/** What the text is to others, and sets off; `known` lines were there before. */
function warnings({
  ticket,
  text,
  visibleTo,
  known,
}: {
  readonly ticket: TicketRef;
  readonly text: string;
  readonly visibleTo: CommentAudience;
  readonly known: string;
}): Pick<Description, 'flags' | 'reaches'> {
  const name = 'the comment';
  const found = ticketCommands([{ name, text }]);
  const before = new Set(known.split(/\r?\n/u));
  const toCustomers = visibleTo === 'customers';
  return {
    flags: [
      ...hiddenFlag(name, findHidden(text, before)),
      ...unshownFlag({ name, text }, before),
      ...scanFlags({ name, text }, known),
      ...found.flags,
      ...customerFlag('The comment', toCustomers),
    ],
    reaches: [notifies(ticket), runsAutomation, ...found.reaches, ...leavesOrganisation(ticket.project, toCustomers)],
  };
}

function overwriteFlag({ overwrites }: RewordPlan): readonly Flag[] {
  if (!overwrites) return [];
  return [{ code: 'overwrites_others', message: 'The text goes with what somebody else made of it.' }];
}
