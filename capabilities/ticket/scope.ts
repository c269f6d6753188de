import * as z from 'zod';
import { oneLine } from '#capabilities/common/text.ts';
import type { Denial } from '#shared/tools/index.ts';
import { projectKey, sameName } from './keys.ts';
import type { TicketAsk } from './types.ts';

/** The name of a type, a label, a status or a field, as a scope has it. */
export const scopeName = oneLine(256);

/** What the scopes of all ticket capabilities begin with. */
export const ticketScope = {
  /** By their keys; there are no others for the agent. */
  projects: z.array(projectKey).min(1),
  /** Only tickets of these types; all unless given. */
  types: z.array(scopeName).min(1).optional(),
  /** Only tickets that have at least one of these labels; all unless given. */
  labels: z.array(scopeName).min(1).optional(),
  /** Only tickets that the account of the server made, or that are assigned to it; all unless given. */
  only: z
    .array(z.enum(['created', 'assigned']))
    .min(1)
    .optional(),
};
const scope = z.strictObject(ticketScope);
type TicketScope = z.infer<typeof scope>;

/** What the scopes of all ticket capabilities say of where an ask leads; null when they cover it. */
export function deniesPlace(granted: TicketScope, { want, project, type, ticket }: TicketAsk): Denial | null {
  const doing = want === 'read' ? 'Reading' : 'Writing to';
  if (!granted.projects.some((key) => sameName(key, project))) {
    return { denied: `${doing} ${project} is not granted.` };
  }
  const types = [type, ticket?.type].filter((name) => name !== undefined);
  const outside = types.find((name) => !names(granted.types, name));
  if (outside !== undefined)
    return { denied: `${doing} tickets of the type ${JSON.stringify(outside)} is not granted.` };
  if (ticket === undefined) return null;
  if (granted.labels !== undefined && !ticket.labels.some((label) => names(granted.labels, label))) {
    return { denied: `${doing} a ticket without a label that is granted is not granted.` };
  }
  if (granted.only !== undefined && !granted.only.some((what) => ticket[what])) {
    return {
      denied: `${doing} a ticket that is not ${granted.only.join(' or ')} by or to this account is not granted.`,
    };
  }
  return null;
}

function names(granted: readonly string[] | undefined, name: string): boolean {
  return granted === undefined || granted.some((each) => sameName(each, name));
}

/** What a search that names no project is opened with. */
export function opensProjects({ projects, types, labels, only }: TicketScope): readonly TicketAsk[] {
  const within = {
    ...(types !== undefined && { types }),
    ...(labels !== undefined && { labels }),
    ...(only !== undefined && { only }),
  };
  return projects.map((project) => ({ want: 'read', project, within }));
}
