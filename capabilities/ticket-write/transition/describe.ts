import type { Description, Flag, Restoring, Reversible } from '#shared/tools/index.ts';
import { quoted } from '../names.ts';
import { audienceOf, customerFlag, leavesOrganisation, notifies, runsAutomation } from '../reaches.ts';
import { ticketResource } from '../tool.ts';
import type { TransitionPlan, TransitionState } from './plan.ts';

const lost = {
  told: 'Notifications cannot be called back, nor what automation and connected software did on it.',
  more: 'What the workflow itself changes along with the status, such as a resolution or an assignee, stays.',
  way: 'The status comes back only by a transition that leads from the one to the other; there may be none, and a tracker may tell that only then.',
  history: 'The history of the ticket shows the change and the restore.',
} as const;

export const transitionRestoring: Restoring = {
  kept: ['The status of the ticket, and what could be done from there.'],
  back: ['The status, by the transition that leads back to it, unless somebody else changed it since.'],
  cannot: [lost.told, lost.more, lost.way, lost.history],
};

export function describeTransition(plan: TransitionPlan, before: TransitionState): Description {
  const { ticket, from, transition } = plan;
  const { to, name } = transition;
  const { project } = ticket;
  const by = name === to.name ? '' : ` by ${quoted(name)}`;
  return {
    summary: `Bring ${ticket.key} to ${quoted(to.name)}${by}`,
    effects: [{ kind: 'field', target: `ticket ${ticket.key}`, field: 'status', before: from.name, after: to.name }],
    touches: [ticketResource(ticket)],
    flags: [
      ...endFlag(plan),
      ...customerFlag(`The status of ${ticket.key}`, project.customers),
      ...overwriteFlag(plan),
    ],
    reaches: [notifies(ticket), runsAutomation, ...leavesOrganisation(project, project.customers)],
    reversible: reversibleOf(plan, before),
    assigned: before.at.standing.assigned,
    ...audienceOf(project),
  };
}

/** Told before the decision: a workflow may have no way back. */
function reversibleOf({ from, transition: { to } }: TransitionPlan, { back }: TransitionState): Reversible {
  const way = back?.from.id === to.id ? back.way : 'unknown';
  if (way === 'no') {
    return {
      kind: 'irreversible',
      why: `No transition leads from ${quoted(to.name)} back to ${quoted(from.name)}.`,
    };
  }
  const { told, more, way: uncertain, history } = lost;
  return { kind: 'partial', lost: way === 'yes' ? [told, more, history] : [told, more, uncertain, history] };
}

/** As a flag it is what no rule and no task grant covers that does not name it. */
function endFlag({ ticket, from, transition: { to } }: TransitionPlan): readonly Flag[] {
  if (to.category !== 'done' || from.category === 'done') return [];
  return [{ code: 'closes', message: `${ticket.key} counts as done then.` }];
}

function overwriteFlag({ ticket, overwrites }: TransitionPlan): readonly Flag[] {
  if (!overwrites) return [];
  return [{ code: 'overwrites_others', message: `Takes back what others did since to the status of ${ticket.key}.` }];
}
