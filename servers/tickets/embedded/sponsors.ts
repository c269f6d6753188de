import type { TicketAsk } from '#capabilities/ticket/types.ts';
import type { SponsorAccess } from '#shared/changes/sponsors.ts';
import { absent } from '../absent.ts';
import { answer } from './tracker/answering.ts';
import type { Tracker } from './tracker/tracker.ts';

/**
 * What the tracker says that people may do, by their user names: as members of projects. A customer may work on nothing:
 * they see their own tickets and not the rest of a project.
 */
export function embeddedSponsors(
  tracker: Tracker,
  accountOf: (sponsor: string) => string | null,
): SponsorAccess<TicketAsk> {
  return {
    accountOf,
    about: ({ project, want }) => ({ thing: project, wants: want }),
    levelOf: (account, project) =>
      answer(tracker, () => {
        const row = tracker.one<{ access: 'read' | 'write' }>(
          `select access from member join person on person.id = member.person join project on project.id = member.project
         where person.login = ? and project.key = ? and standing <> 'customer'`,
          account,
          project,
        );
        return row?.access ?? 'none';
      }),
    absent,
  };
}
