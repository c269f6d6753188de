import type { LinkType, Person, ProjectRef, TicketComment, TicketDocument } from '#capabilities/ticket/types.ts';
import type { Project, Ticket, TicketBackend, TicketEvent, TicketReader } from '#capabilities/ticket-read/ports.ts';
import type { TicketWriter, Written } from '#capabilities/ticket-write/ports.ts';
import { fakeReader } from './reading.ts';
import { people, seedBackend, seedProjects, statuses } from './seed.ts';
import { fakeWriter } from './writing.ts';

/** What the tracker keeps of a ticket: its links and comments are counted when it is read. */
export type KeptTicket = Omit<Ticket, 'links' | 'comments'>;
type KeptLink = { readonly id: string; readonly type: LinkType; readonly outward: string; readonly inward: string };

/** What goes wrong with the next write: lost on its way there, or its answer on the way back; or it is not taken. */
export type Fault = 'request_lost' | 'answer_lost' | 'unavailable' | 'refused';

/** A tracker in memory that behaves: projects with a workflow, history, links, marks and preconditions. */
export class FakeTracker {
  readonly backend: TicketBackend;
  readonly projects = new Map<string, Project>(seedProjects().map((each) => [each.key, each]));
  readonly tickets = new Map<string, KeptTicket>();
  /** Every key that a ticket has or had. */
  readonly keys = new Map<string, string>();
  /** By ticket, oldest first. */
  readonly said = new Map<string, TicketComment[]>();
  readonly events = new Map<string, TicketEvent[]>();
  links: readonly KeptLink[] = [];
  /** Writes that took effect, by mark and content. */
  readonly applied = new Map<string, Written>();
  /** Every call to the reader, and every write, by method or kind. */
  readonly reads: string[] = [];
  readonly writes: string[] = [];
  fault: Fault | null = null;
  /** Labels that are not there, and that nobody makes by putting them on; every other one is. */
  readonly noLabels = new Set<string>();
  /** Runs once, between the look at what a write expects and the call: what somebody else does in between. */
  inBetween: (() => void) | null = null;
  #minutes = 0;
  #ids = 0;

  constructor(backend: Partial<TicketBackend> = {}) {
    this.backend = { ...seedBackend, ...backend };
  }

  reader(): TicketReader {
    return fakeReader(this);
  }

  writer(): TicketWriter {
    return fakeWriter(this);
  }

  id(prefix: string): string {
    this.#ids += 1;
    return `${prefix}${this.#ids}`;
  }

  /** The time of what happens now: a minute after what happened before. */
  at(): string {
    this.#minutes += 1;
    return new Date(Date.UTC(2026, 10, 1) + this.#minutes * 60_000).toISOString();
  }

  /** Somebody makes a ticket. */
  add(key: string, about: Partial<KeptTicket> & { readonly text?: string } = {}): Ticket {
    const { text, ...given } = about;
    const project = this.project(key);
    const [type, [, priority]] = [project.types[0], project.priorities];
    if (type === undefined || priority === undefined) throw new Error('a project without types or priorities');
    const at = this.at();
    const id = this.id('T');
    this.tickets.set(id, {
      ...{ id, key: this.#nextKey(project), url: '', project: refOf(project), type: { id: type.id, name: type.name } },
      ...{ title: 'A title', status: statuses.toDo, labels: [], assignees: [], reporter: people.alice, priority },
      ...{ archived: false, createdAt: at, updatedAt: at, parent: null, due: null, custom: [] },
      description: text === undefined ? null : this.document(text),
      ...given,
    });
    this.#name(id);
    return this.ticket(id);
  }

  /** A ticket by its id, or by a key that it has or had. */
  ticket(name: string): Ticket {
    const found = this.tickets.get(this.keys.get(name) ?? name);
    if (found === undefined) throw new Error(`no ticket ${name}`);
    return { ...found, links: [...this.#linksOf(found.id)], comments: (this.said.get(found.id) ?? []).length };
  }

  project(key: string): Project {
    const found = this.projects.get(key);
    if (found === undefined) throw new Error(`no project ${key}`);
    return found;
  }

  /** Somebody changes a ticket. */
  edit(name: string, edit: Partial<KeptTicket>, by: Person = people.bob): void {
    const { links: _links, comments: _comments, ...before } = this.ticket(name);
    const at = this.at();
    this.tickets.set(before.id, { ...before, ...edit, updatedAt: at });
    const changes = Object.entries(edit).map(([field, value]) => {
      return { field, before: asText(before[field as keyof KeptTicket]), after: asText(value) };
    });
    const known = this.events.get(before.id) ?? [];
    this.events.set(before.id, [...known, { id: this.id('E'), at, by, changes }]);
  }

  /** Somebody moves a ticket to another project: it gets a new key, and the old one leads to it. */
  move(name: string, key: string): Ticket {
    const project = this.project(key);
    this.edit(name, { project: refOf(project), key: this.#nextKey(project) });
    const { id } = this.ticket(name);
    this.#name(id);
    return this.ticket(id);
  }

  /** Somebody comments on a ticket. */
  say(name: string, text: string, about: Partial<TicketComment> = {}): TicketComment {
    const { id, url } = this.ticket(name);
    const at = this.at();
    const comment: TicketComment = {
      ...{ id: this.id('C'), url, author: people.bob, body: this.document(text), visibleTo: 'team' },
      ...{ createdAt: at, updatedAt: at, ...about },
    };
    const known = this.said.get(id);
    if (known === undefined) this.said.set(id, [comment]);
    else known.push(comment);
    return comment;
  }

  /** Somebody changes a comment. */
  reword(name: string, id: string, body: TicketDocument): void {
    const comments = this.said.get(this.ticket(name).id) ?? [];
    const index = comments.findIndex((each) => each.id === id);
    const found = comments[index];
    if (found === undefined) throw new Error(`no comment ${id}`);
    comments[index] = { ...found, body, updatedAt: this.at() };
  }

  /** Somebody links two tickets; answers with the id of the link. */
  link(type: LinkType, outward: string, inward: string): string {
    const link = { id: this.id('L'), type, outward: this.ticket(outward).id, inward: this.ticket(inward).id };
    this.links = [...this.links, link];
    return link.id;
  }

  /** Text in the form that texts have here. Its native form is made up: it holds the text and nothing else. */
  document(text: string): TicketDocument {
    if (this.backend.documents === 'markdown') return { format: 'markdown', text };
    const content = text === '' ? [] : [{ type: 'paragraph', content: [{ type: 'text', text }] }];
    return { format: 'adf', text, native: JSON.stringify({ version: 1, type: 'doc', content }) };
  }

  *#linksOf(id: string): Generator<Ticket['links'][number]> {
    for (const link of this.links) {
      if (link.outward !== id && link.inward !== id) continue;
      const end = link.outward === id ? 'outward' : 'inward';
      const other = this.tickets.get(end === 'outward' ? link.inward : link.outward);
      if (other === undefined) continue;
      const { key, url, project, title } = other;
      yield { id: link.id, type: link.type, end, other: { id: other.id, key, url, project, title } };
    }
  }

  #nextKey({ key }: Project): string {
    const numbers = [...this.keys.keys()]
      .filter((each) => each.startsWith(`${key}-`))
      .map((each) => each.split('-')[1]);
    return `${key}-${Math.max(0, ...numbers.map(Number)) + 1}`;
  }

  #name(id: string): void {
    const { links: _links, comments: _comments, ...ticket } = this.ticket(id);
    this.keys.set(ticket.key, id);
    this.tickets.set(id, { ...ticket, url: `https://tickets.example/${ticket.key}` });
  }
}

/** A project as tickets name it. */
function refOf({ id, key, name, audience, customers }: ProjectRef): ProjectRef {
  return { id, key, name, ...(audience !== undefined && { audience }), customers };
}

/** How a field reads in the history. */
function asText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(asText).join(', ');
  const { text, name, key } = value as { text?: string; name?: string; key?: string };
  return text ?? name ?? key ?? JSON.stringify(value);
}
