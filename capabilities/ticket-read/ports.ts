import type { Page, PageRequest } from '#capabilities/common/page.ts';
import type {
  CustomKind,
  CustomValue,
  FieldName,
  LinkType,
  Named,
  Person,
  ProjectRef,
  Status,
  TicketComment,
  TicketDocument,
  TicketRef,
  Transition,
} from '#capabilities/ticket/types.ts';
import type { TicketWrite } from '#capabilities/ticket-write/ports.ts';
import type { Landed, Mark } from '#shared/tools/index.ts';

/** What a backend is and can, the same for as long as the server runs. */
export type TicketBackend = {
  /** As people call it: "Jira". */
  readonly name: string;
  /** The form that its texts have. */
  readonly documents: TicketDocument['format'];
  /** Tools that it cannot serve; agents are not shown them. */
  readonly lacks: readonly string[];
  /** The common fields that its tickets have. */
  readonly fields: readonly FieldName[];
  /** How many people one ticket can be assigned to. */
  readonly maxAssignees: number;
  /** How long a description or a comment may be, in UTF-16 code units. */
  readonly maxText: number;
  /** Whether it lets a step of a change take effect once at most, so that a step whose answer was lost may be repeated. */
  readonly once: boolean;
};

/** A field that tickets of a type can have, as the project made it up. */
export type CustomField = {
  readonly id: string;
  readonly name: string;
  readonly kind: CustomKind;
  readonly required: boolean;
  /** What an `option` may be; empty for other kinds. */
  readonly options: readonly string[];
};

export type Project = ProjectRef & {
  readonly url: string;
  /** Nothing can be written to it any more. */
  readonly archived: boolean;
  readonly types: readonly (Named & { readonly custom: readonly CustomField[] })[];
  readonly priorities: readonly Named[];
  readonly statuses: readonly Status[];
};

/** A ticket in a list. */
export type TicketSummary = TicketRef & {
  readonly type: Named;
  readonly title: string;
  readonly status: Status;
  readonly labels: readonly string[];
  readonly assignees: readonly Person[];
  readonly reporter: Person | null;
  readonly priority: Named | null;
  readonly archived: boolean;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly updatedAt: string;
};

/** A link as seen from one ticket. */
export type TicketLink = {
  readonly id: string;
  readonly type: LinkType;
  /** Whether the ticket that was asked about is the one that blocks, or the one that is blocked. */
  readonly end: 'outward' | 'inward';
  /** The ticket at the other end; its project may be outside every scope. */
  readonly other: TicketRef & { readonly title: string };
};

export type Ticket = TicketSummary & {
  readonly description: TicketDocument | null;
  readonly parent: TicketRef | null;
  /** A day, as 2026-11-22. */
  readonly due: string | null;
  readonly custom: readonly CustomValue[];
  readonly links: readonly TicketLink[];
  /** How many comments it has; null where the backend does not say. */
  readonly comments: number | null;
};

/** One thing that was changed of a ticket, as the backend tells it. */
export type TicketEvent = {
  readonly id: string;
  /** ISO 8601. */
  readonly at: string;
  readonly by: Person | null;
  readonly changes: readonly {
    readonly field: string;
    readonly before: string | null;
    readonly after: string | null;
  }[];
};

/** What is searched for; every part must hold. Each value is data: an adapter quotes it, or passes it as a variable. */
export type TicketQuery = {
  /** Keys of projects; only their tickets are looked at. At least one. */
  readonly projects: readonly string[];
  /** Words and phrases that must be in the title, the description or a comment. */
  readonly text: readonly string[];
  /** Names, any of which will do; empty lists say nothing. */
  readonly types: readonly string[];
  readonly statuses: readonly string[];
  readonly categories: readonly Status['category'][];
  readonly priorities: readonly string[];
  /** All of these, and none of those. */
  readonly labels: readonly string[];
  readonly withoutLabels: readonly string[];
  /** `me` is the account that acts here, `none` nobody; else a person's id or name. Null says nothing. */
  readonly assignee: string | null;
  readonly reporter: string | null;
  /** Days (UTC), both included: 2026-11-22. */
  readonly updated: { readonly from: string | null; readonly to: string | null };
  readonly created: { readonly from: string | null; readonly to: string | null };
  /** Newest first. */
  readonly sort: 'updated' | 'created';
};

/**
 * What the ticket tools read. Null where there is nothing, or nothing that the account may see. Throws AppError
 * `backend_unavailable` (also when a limit of the backend is reached), `backend_refused` (the credential is not taken),
 * `not_found` only where it says so.
 */
export type TicketReader = {
  readonly backend: TicketBackend;
  /** The account that acts here. */
  readonly self: () => Promise<Person>;
  readonly project: (key: string) => Promise<Project | null>;
  /** One page of what is found, archived tickets left out. A project that is not there has no tickets. */
  readonly search: (query: TicketQuery, page: PageRequest) => Promise<Page<TicketSummary>>;
  /** The ticket that a key leads to now, wherever it has moved. */
  readonly ticket: (key: string) => Promise<Ticket | null>;
  readonly ticketById: (id: string) => Promise<Ticket | null>;
  /** Newest first. */
  readonly comments: (ticket: TicketRef, page: PageRequest) => Promise<Page<TicketComment>>;
  readonly comment: (ticket: TicketRef, id: string) => Promise<TicketComment | null>;
  /** What can be done from the status that the ticket has. */
  readonly transitions: (ticket: TicketRef) => Promise<readonly Transition[]>;
  /**
   * Whether a ticket that was brought from one status to another can be brought back: by a transition that the backend
   * shows. `unknown` where it shows only what leads on from where the ticket is now.
   */
  readonly wayBack: (ticket: TicketRef, from: Status, to: Status) => Promise<'yes' | 'no' | 'unknown'>;
  /** Newest first. */
  readonly history: (ticket: TicketRef, page: PageRequest) => Promise<Page<TicketEvent>>;
  /** Somebody that a ticket of a project can be assigned to, by id, user name, e-mail address or full name; exactly one. */
  readonly assignable: (project: ProjectRef, who: string) => Promise<Person | null>;
  /**
   * Those of the names that no ticket of a project can get as a label: there is none that is called so, and none is made.
   * None of them where putting a label on makes it.
   */
  readonly unknownLabels: (project: ProjectRef, names: readonly string[]) => Promise<readonly string[]>;
  readonly linkTypes: () => Promise<readonly LinkType[]>;
  /**
   * Whether a write whose answer was lost took effect, by our mark or, where the backend keeps none, by its own record of
   * what our account did. What it answers with is what the writer would have.
   */
  readonly landed: (wanted: TicketWrite, mark: Mark) => Promise<Landed>;
};
