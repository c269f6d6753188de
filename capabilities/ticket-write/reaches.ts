import type { ProjectRef, TicketRef } from '#capabilities/ticket/types.ts';
import type { Description, Flag, Reach } from '#shared/tools/index.ts';

/** What nobody can call back once it was read: what is everybody's, and what customers are told. */
export function leavesOrganisation(
  { name, audience }: Pick<ProjectRef, 'name' | 'audience'>,
  toCustomers: boolean,
): readonly Reach[] {
  const code = 'leaves_organisation';
  return [
    ...(audience === 'public' ? [{ code, message: `${name} is public: everybody can read it.` } as const] : []),
    ...(toCustomers ? [{ code, message: `Customers of ${name} are told.` } as const] : []),
  ];
}

/** What tells an approver that customers see what is written. */
export function customerFlag(what: string, toCustomers: boolean): readonly Flag[] {
  return toCustomers ? [{ code: 'customer_visible', message: `${what} is shown to customers.` }] : [];
}

/** Who is told of whatever is done to a ticket. */
export function notifies({ key }: Pick<TicketRef, 'key'>): Reach {
  return { code: 'notifies', message: `Whoever follows ${key} is notified.` };
}

/** No tracker tells which rules people made in it. */
export const runsAutomation: Reach = {
  code: 'triggers_software',
  message: 'Automation in the tracker, and what is connected to it, may act on it.',
};

/** Who can see a project, where that is known. */
export function audienceOf({ audience }: Pick<ProjectRef, 'audience'>): Pick<Description, 'audience'> {
  return audience === undefined ? {} : { audience };
}
