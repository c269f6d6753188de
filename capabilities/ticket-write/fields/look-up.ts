import * as z from 'zod';
import { listed } from '#capabilities/common/listed.ts';
import { sameName } from '#capabilities/ticket/keys.ts';
import {
  customKind,
  type FieldValues,
  fieldNames,
  named,
  type ProjectRef,
  person,
} from '#capabilities/ticket/types.ts';
import type { Project, TicketReader } from '#capabilities/ticket-read/ports.ts';
import type { StillHolds } from '#shared/tools/index.ts';
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
  /** Labels that cannot be put on, since they are not there and none is made; absent where there is none of these. */
  unknownLabels: z.array(z.string()).min(1).exactOptional(),
  /** The ticket that it is to be a part of, and the one that it is a part of where that is to change. */
  parent: ticketAt.nullable(),
  formerParent: ticketAt.nullable(),
});
export type LookedUp = z.infer<typeof lookedUp>;

type Asked = {
  readonly project: Project;
  readonly type: string | null;
  readonly wanted: WantedFields;
  /** The labels that the ticket has; none unless given. */
  readonly labels?: readonly string[];
  readonly formerParent?: string | null;
};

/** Looks up what a call names. It tells nothing: only `prepare` does, once all that was found is known to be granted. */
export async function lookUpNames(reader: TicketReader, asked: Asked): Promise<LookedUp> {
  const { project, type, wanted, labels = [], formerParent = null } = asked;
  const { name, documents, fields, maxAssignees, maxText } = reader.backend;
  const [people, parent, former, unknown] = await Promise.all([
    Promise.all((wanted.assignees ?? []).map((who) => personFor(reader, project, who))),
    wanted.parent ? ticketAtKey(reader, wanted.parent) : null,
    wanted.parent === undefined || formerParent === null ? null : ticketAtKey(reader, formerParent),
    unknownLabels(reader, project, labels, wanted.labels),
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
    ...(unknown.length > 0 && { unknownLabels: [...unknown] }),
    parent,
    formerParent: former,
  };
}

/** Those of the labels which a ticket is to have, beside the ones that it has, that are not there and that nothing makes. */
async function unknownLabels(
  reader: TicketReader,
  project: ProjectRef,
  has: readonly string[],
  wanted: readonly string[] = [],
): Promise<readonly string[]> {
  const added = wanted.filter((label) => !has.some((each) => sameName(each, label)));
  return added.length === 0 ? [] : reader.unknownLabels(project, added);
}

/** Whether each label can be put on yet that a plan puts on. */
export async function labelsStill(
  reader: TicketReader,
  project: ProjectRef,
  from: FieldValues,
  to: FieldValues,
): Promise<StillHolds> {
  const gone = await unknownLabels(reader, project, from.labels ?? [], to.labels);
  return gone.length === 0 ? 'holds' : { stale: `The label ${listed(gone)} is not there any more.` };
}

async function personFor(reader: TicketReader, project: ProjectRef, who: string): Promise<LookedUp['people'][number]> {
  const found = await reader.assignable(project, who === 'me' ? (await reader.self()).id : who);
  return { who, found: found && { id: found.id, name: found.name, standing: found.standing } };
}

async function ticketAtKey(reader: TicketReader, key: string): Promise<LookedUp['parent']> {
  const [found, self] = await Promise.all([reader.ticket(key), reader.self()]);
  return found && atOf(found, self);
}
