import { listed } from '#capabilities/common/listed.ts';
import { noProject } from '#capabilities/ticket/asks.ts';
import type { TicketAsk } from '#capabilities/ticket/types.ts';
import { AppError } from '#shared/errors.ts';
import { assertComplete } from '../fields/custom.ts';
import type { WantedFields } from '../fields/input.ts';
import { resolveFields } from '../fields/resolve.ts';
import type { CreateState, MakePlan } from './plan.ts';

export type WantedTicket = WantedFields & {
  readonly project: string;
  readonly type: string;
  readonly title: string;
  readonly parent?: string | undefined;
};

/** The plan of a new ticket. Throws AppError where the project has not what is wanted, naming only what `may` covers. */
export function planTicket(wanted: WantedTicket, before: CreateState, may: (ask: TicketAsk) => boolean): MakePlan {
  const { project, type, found, once } = before;
  if (found.archived) {
    throw new AppError('conflict', `${project.key} is archived: no ticket can be made in it.`);
  }
  if (type === null) throw noType(wanted, before, may);
  const fields = resolveFields(wanted, { found, absent: () => noneOf(wanted) });
  assertComplete(fields.custom ?? [], found);
  const { custom, ...common } = fields;
  // What is empty is not written: a new ticket has nothing there.
  const given = Object.entries(common).filter(
    ([, value]) => value !== null && !(Array.isArray(value) && value.length === 0),
  );
  const filled = custom?.filter(({ value }) => value !== null) ?? [];
  return {
    ...{ kind: 'create', project, type, once },
    fields: { title: wanted.title.trim(), ...Object.fromEntries(given), ...(filled.length > 0 && { custom: filled }) },
  };
}

function noType({ type }: WantedTicket, { project, types }: CreateState, may: (ask: TicketAsk) => boolean): AppError {
  const granted = types.filter((name) => may({ want: 'write', project: project.key, type: name }));
  const there = granted.length === 0 ? 'it has none that is granted' : `it has ${listed(granted)}`;
  return new AppError('invalid_arguments', `${project.key} has no type ${JSON.stringify(type)}: ${there}.`);
}

/** The one answer where the project, or what the ticket shall be a part of, is not there or outside what is granted. */
export function noneOf({ project, parent }: Pick<WantedTicket, 'project' | 'parent'>): AppError {
  if (!parent) return noProject(project);
  const message = `There is no project ${project}, or no ticket ${parent}, or none that you may use so.`;
  return new AppError('not_found', message, { next: 'search_tickets shows tickets that you may read.' });
}
