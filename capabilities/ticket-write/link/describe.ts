import { shownText } from '#capabilities/common/shown-text.ts';
import type { Description, Restoring } from '#shared/tools/index.ts';
import { audienceOf, customerFlag, leavesOrganisation, notifies, runsAutomation } from '../reaches.ts';
import { ticketResource } from '../tool.ts';
import { type LinkPlan, type LinkState, saidOf, saidThere } from './plan.ts';

export const linkRestoring: Restoring = {
  kept: ['Whether the two tickets were linked so, and the id of the link.'],
  back: ['The link is removed.', 'A restore of that restore makes it again, as a new link.'],
  cannot: [
    'Notifications cannot be called back, nor what automation and connected software did on it.',
    'The history of both tickets shows the link and its removal.',
  ],
};

export function describeLink(plan: LinkPlan, before: LinkState): Description {
  const { kind, ticket, other } = plan;
  const isAdded = kind === 'add';
  const side = (said: string) => (isAdded ? { before: null, after: said } : { before: said, after: null });
  const projects = [ticket.project, ...(other.project.id === ticket.project.id ? [] : [other.project])];
  return {
    summary: `${isAdded ? 'Link' : 'Remove the link'}: ${ticket.key} ${shownText(saidOf(plan)).text}`,
    effects: [
      { kind: 'field', target: `ticket ${ticket.key}`, field: 'link', ...side(saidOf(plan)) },
      { kind: 'field', target: `ticket ${other.key}`, field: 'link', ...side(saidThere(plan)) },
    ],
    touches: [ticketResource(ticket), ticketResource(other)],
    flags: projects.flatMap(({ name, customers }) => customerFlag(`A link on a ticket of ${name}`, customers)),
    reaches: [
      notifies(ticket),
      notifies(other),
      runsAutomation,
      ...projects.flatMap((project) => leavesOrganisation(project, project.customers)),
    ],
    reversible: { kind: 'partial', lost: [...linkRestoring.cannot] },
    assigned: before.at.standing.assigned,
    ...audienceOf(widest(projects)),
  };
}

/** The project that most people can see; one of which nobody says makes both unknown. */
function widest<P extends Parameters<typeof audienceOf>[0]>(projects: readonly P[]): Parameters<typeof audienceOf>[0] {
  const audiences = projects.map(({ audience }) => audience);
  const known = (['public', 'internal', 'private'] as const).find((one) => audiences.includes(one));
  return known === undefined || audiences.includes(undefined) ? {} : { audience: known };
}
