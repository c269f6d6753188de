import { newDocument } from '#capabilities/ticket/document.ts';
import type {
  FieldValues,
  Named,
  Person,
  ProjectRef,
  TicketDocument,
  TicketTarget,
} from '#capabilities/ticket/types.ts';
import type { Project, Ticket, TicketReader } from '#capabilities/ticket-read/ports.ts';
import type { TicketWrite, Written } from '#capabilities/ticket-write/ports.ts';
import type { Mark } from '#shared/tools/index.ts';
import { newRun, settledAt, withPermit } from '#test/contracts/bench.ts';
import { newMark, present } from '#test/contracts/common.ts';
import { patient, patientReader } from '#test/contracts/patient.ts';
import type { TicketPlace } from './place.ts';

/** What the tests of the contract share. */
export type Bench = {
  readonly place: TicketPlace;
  readonly reader: TicketReader;
  readonly self: Person;
  readonly project: Project;
  readonly type: Named;
  /** A word that only tickets of this run have in their titles. */
  readonly run: string;
  /** Writes as the executor does: with a permit for this one write, and the mark of its change. */
  readonly write: (wanted: TicketWrite, mark?: Mark) => Promise<Written>;
  /** A new ticket in the project, or in another one. */
  readonly newTicket: (fields?: Partial<FieldValues>, project?: Project) => Promise<Ticket>;
  /** The ticket as it is now. */
  readonly now: (ticket: { readonly id: string }) => Promise<Ticket>;
  /** The project `elsewhere`; null where there is none. */
  readonly other: Project | null;
  /** Text in the form that texts have there. */
  readonly text: (markdown: string) => TicketDocument;
  /** Waits until what was written is found. */
  readonly settled: <T>(check: () => Promise<T>) => Promise<T>;
};

/** Looks the place up; nothing is written yet. Throws when what it says of itself is not so. */
export async function openBench(place: TicketPlace): Promise<Bench> {
  const reader = patientReader(place.backend.reader, place.paceMs);
  const other = place.elsewhere === null ? null : present(await reader.project(place.elsewhere));
  const [self, project] = await Promise.all([reader.self(), reader.project(place.project)]);
  const type = project?.types.find(({ name }) => name === place.type);
  if (project === null || type === undefined) throw new Error('the place has no such project, or no such type there');
  const run = newRun();
  const text = (markdown: string): TicketDocument => newDocument(reader.backend.documents, markdown);
  const write: Bench['write'] = (wanted, mark = newMark()) =>
    patient(() => writeOnce(place.backend, wanted, { mark }), place.paceMs);
  const now: Bench['now'] = async ({ id }) => present(await reader.ticketById(id));
  let made = 0;
  const newTicket: Bench['newTicket'] = async (fields = {}, into = project) => {
    made += 1;
    const title = `countersign-contract ${run} ${made}`;
    const ofType = into.types.find(({ name }) => name === place.type) ?? type;
    const wanted = {
      kind: 'create',
      project: refOf(into),
      type: nameOf(ofType),
      fields: { title, ...fields },
    } as const;
    return now(await write(wanted));
  };
  const settled = settledAt(place);
  return { place, reader, self, project, other, type: nameOf(type), run, write, newTicket, now, text, settled };
}

/** The title that somebody else gives a ticket. */
export const theirs = ({ title }: { readonly title: string }): string => `${title} theirs`;

/** A project as tickets name it. */
export const refOf = ({ id, key, name, audience, customers }: ProjectRef): ProjectRef => {
  return { id, key, name, ...(audience !== undefined && { audience }), customers };
};
const nameOf = ({ id, name }: Named): Named => ({ id, name });

const toolOf = {
  create: 'create_ticket',
  update: 'update_ticket',
  transition: 'transition_ticket',
  comment: 'add_comment',
  edit_comment: 'update_comment',
  link: 'link_tickets',
  unlink: 'link_tickets',
  archive: 'archive_ticket',
  unarchive: 'archive_ticket',
} as const satisfies Record<TicketWrite['kind'], string>;

/** One write, with a permit for it alone, to the ticket that it names unless another is given. */
export function writeOnce(
  { door }: Pick<TicketPlace['backend'], 'door'>,
  wanted: TicketWrite,
  { mark = newMark(), target = targetOf(wanted) }: { readonly mark?: Mark; readonly target?: TicketTarget } = {},
): Promise<Written> {
  const permit = { tool: toolOf[wanted.kind], step: wanted.kind, target, mark };
  return withPermit(door, permit, (writer) => writer.write(wanted, mark));
}

function targetOf(wanted: TicketWrite): TicketTarget {
  if (wanted.kind === 'create') return { projectId: wanted.project.id, project: wanted.project.key, ticketId: null };
  const { id, project } = 'outward' in wanted ? wanted.outward : wanted.ticket;
  return { projectId: project.id, project: project.key, ticketId: id };
}
