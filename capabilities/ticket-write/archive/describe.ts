import type { Description, Flag, Restoring } from '#shared/tools/index.ts';
import { audienceOf, customerFlag, leavesOrganisation, notifies, runsAutomation } from '../reaches.ts';
import { ticketResource } from '../tool.ts';
import type { ArchivePlan, ArchiveState } from './plan.ts';

export const archiveRestoring: Restoring = {
  kept: ['Whether the ticket was archived.'],
  back: ['The ticket is brought back out of the archive, with all that is on it.'],
  cannot: [
    'Notifications cannot be called back, nor what automation and connected software did on it.',
    'Who looked for the ticket meanwhile did not find it.',
  ],
};

export function describeArchive(plan: ArchivePlan, before: ArchiveState): Description {
  const { kind, ticket } = plan;
  const { project } = ticket;
  const isPutAway = kind === 'archive';
  return {
    summary: isPutAway ? `Archive ${ticket.key}` : `Bring ${ticket.key} back out of the archive`,
    effects: [
      {
        ...{ kind: 'field', target: `ticket ${ticket.key}`, field: 'archived' },
        before: isPutAway ? 'no' : 'yes',
        after: isPutAway ? 'yes' : 'no',
      },
    ],
    touches: [ticketResource(ticket)],
    flags: [...closes(plan, before), ...customerFlag(`What becomes of ${ticket.key}`, project.customers)],
    reaches: [notifies(ticket), runsAutomation, ...leavesOrganisation(project, project.customers)],
    reversible: { kind: 'partial', lost: [...archiveRestoring.cannot] },
    assigned: before.at.standing.assigned,
    ...audienceOf(project),
  };
}

/** As a flag it is what no rule and no task grant covers that does not name it. */
function closes({ kind, ticket }: ArchivePlan, { links }: ArchiveState): readonly Flag[] {
  if (kind === 'unarchive') return [];
  const linked = links === 0 ? '' : ` It has ${links === 1 ? 'one link' : `${links} links`} to other tickets.`;
  return [
    {
      code: 'closes',
      message: `Searches do not find ${ticket.key} any more, and nobody can work on it.${linked}`,
    },
  ];
}
