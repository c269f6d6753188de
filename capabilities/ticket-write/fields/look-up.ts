import * as z from 'zod';
import { customKind, fieldNames, named, type ProjectRef, person } from '#capabilities/ticket/types.ts';
import type { Project, TicketReader } from '#capabilities/ticket-read/ports.ts';
import { atOf, ticketAt } from '../tool.ts';
import type { WantedFields } from './input.ts';

/** A field that a project made up. */
const customField = z.strictObject({
  id: z.string(),
  name: z.string(),
  kind: customKind,
  required: z.boolean(),
  options: z.array(z.string()),
});
export type CustomFieldThere = z.infer<typeof customField>;

/** What is known of the names that a call uses, as it was when the plan was made. */
export const lookedUp = z.strictObject({
  backend: z.strictObject({
    name: z.string(),
    documents: z.enum(['markdown', 'adf']),
    fields: z.array(z.enum(fieldNames)),
    maxAssignees: z.number(),
    maxText: z.number(),
  }),
  /** Nothing can be written to the project then. */
  archived: z.boolean(),
  /** The fields that tickets of the type have; empty while it is not known. */
  custom: z.array(customField),
  priorities: z.array(named),
  /** Each of those who are to be assigned, as the call names them; null for nobody, or several. */
  people: z.array(z.strictObject({ who: z.string(), found: person.nullable() })),
  /** The ticket that it is to be a part of, and the one that it is a part of where that is to change. */
  parent: ticketAt.nullable(),
  formerParent: ticketAt.nullable(),
});
export type LookedUp = z.infer<typeof lookedUp>;

type Asked = {
  readonly project: Project;
  readonly type: string | null;
  readonly wanted: WantedFields;
  readonly formerParent?: string | null;
};

/** Looks up what a call names. It tells nothing: only `prepare` does, once all that was found is known to be granted. */
export async function lookUpNames(reader: TicketReader, asked: Asked): Promise<LookedUp> {
  const { project, type, wanted, formerParent = null } = asked;
  const { name, documents, fields, maxAssignees, maxText } = reader.backend;
  const [people, parent, former] = await Promise.all([
    Promise.all((wanted.assignees ?? []).map((who) => personFor(reader, project, who))),
    wanted.parent ? ticketAtKey(reader, wanted.parent) : null,
    wanted.parent === undefined || formerParent === null ? null : ticketAtKey(reader, formerParent),
  ]);
  const custom = project.types.find(({ id }) => id === type)?.custom ?? [];
  return {
    backend: { name, documents, fields: [...fields], maxAssignees, maxText },
    archived: project.archived,
    custom: custom.map(({ id, name: called, kind, required, options }) => {
      return { id, name: called, kind, required, options: [...options] };
    }),
    priorities: project.priorities.map(({ id, name: called }) => ({ id, name: called })),
    people,
    parent,
    formerParent: former,
  };
}

async function personFor(reader: TicketReader, project: ProjectRef, who: string): Promise<LookedUp['people'][number]> {
  const found = await reader.assignable(project, who === 'me' ? (await reader.self()).id : who);
  return { who, found: found && { id: found.id, name: found.name, standing: found.standing } };
}

async function ticketAtKey(reader: TicketReader, key: string): Promise<LookedUp['parent']> {
  const [found, self] = await Promise.all([reader.ticket(key), reader.self()]);
  return found && atOf(found, self);
}
