import * as z from 'zod';
import { audience } from '#shared/tools/index.ts';

/** Text with its form on the backend, so that an edit can keep what Markdown cannot say. */
export const ticketDocument = z.discriminatedUnion('format', [
  z.strictObject({ format: z.literal('markdown'), text: z.string() }),
  /** Atlassian Document Format: `native` is its JSON, `text` what it reads as in Markdown. */
  z.strictObject({ format: z.literal('adf'), text: z.string(), native: z.string() }),
]);
export type TicketDocument = z.infer<typeof ticketDocument>;

/** Somebody as a backend names them. */
export const person = z.strictObject({
  id: z.string(),
  /** As people know them; anybody can choose it. */
  name: z.string(),
  /**
   * What they are there, as far as the backend tells. `customer`: let in to ask for help, not to work; `unknown`: nobody
   * says, so that they count as a stranger.
   */
  standing: z.enum(['member', 'app', 'guest', 'customer', 'unknown']),
});
export type Person = z.infer<typeof person>;

/** Something that a backend keeps a list of: a type, a priority. */
export const named = z.strictObject({ id: z.string(), name: z.string() });
export type Named = z.infer<typeof named>;

/** `category` is what a status means, whatever it is called. */
export const status = z.strictObject({
  id: z.string(),
  name: z.string(),
  category: z.enum(['todo', 'in_progress', 'done']),
});
export type Status = z.infer<typeof status>;

/** A project by its immutable id, with the key it had when it was looked up. */
export const projectRef = z.strictObject({
  id: z.string(),
  /** As scopes name it: `WEB`, the key of a team, `owner/repository`. */
  key: z.string(),
  name: z.string(),
  /** Who can see its tickets; absent where the backend does not say. */
  audience: audience.exactOptional(),
  /** Whether customers see what is said to them on its tickets. */
  customers: z.boolean(),
});
export type ProjectRef = z.infer<typeof projectRef>;

/** A ticket by its immutable id, with what it was called when it was looked up. */
export const ticketRef = z.strictObject({
  id: z.string(),
  /** `WEB-12`, `ENG-7`, `owner/repository#3`. It may become another's name, and lead to a ticket that moved. */
  key: z.string(),
  url: z.string(),
  project: projectRef,
});
export type TicketRef = z.infer<typeof ticketRef>;

/** What a field that a project made up can hold; `other` can be read but not written here. */
export const customKind = z.enum(['text', 'number', 'date', 'option', 'other']);
export type CustomKind = z.infer<typeof customKind>;

/** A field that a project made up, and what is in it, as text. */
export const customValue = z.strictObject({
  id: z.string(),
  name: z.string(),
  kind: customKind,
  value: z.string().nullable(),
});
export type CustomValue = z.infer<typeof customValue>;

/** The fields that every backend may have. */
export const fieldNames = ['title', 'description', 'labels', 'assignees', 'priority', 'parent', 'due'] as const;
export type FieldName = (typeof fieldNames)[number];

/** Some fields of a ticket: what is not there is not meant, null and the empty list are an empty field. */
export const fieldValues = z.strictObject({
  title: z.string().exactOptional(),
  description: ticketDocument.nullable().exactOptional(),
  /** Sorted, without one twice. */
  labels: z.array(z.string()).exactOptional(),
  /** Sorted by id. */
  assignees: z.array(person).exactOptional(),
  priority: named.nullable().exactOptional(),
  parent: ticketRef.nullable().exactOptional(),
  /** A day, as 2026-11-22. */
  due: z.iso.date().nullable().exactOptional(),
  /** Sorted by id. */
  custom: z.array(customValue).exactOptional(),
});
export type FieldValues = z.infer<typeof fieldValues>;

/** A step from one status to another that a workflow allows. */
export const transition = z.strictObject({
  id: z.string(),
  name: z.string(),
  to: status,
  /** Names of fields that must be filled in with it, which no tool here does. */
  requires: z.array(z.string()),
});
export type Transition = z.infer<typeof transition>;

/** A kind of link, said from either end: `blocks`, `is blocked by`. The same words where it has no direction. */
export const linkType = z.strictObject({ id: z.string(), outward: z.string(), inward: z.string() });
export type LinkType = z.infer<typeof linkType>;

/** Who sees a comment: those who work there, or the customers of the project too. */
export const commentAudience = z.enum(['team', 'customers']);
export type CommentAudience = z.infer<typeof commentAudience>;

/** A comment without any mark of ours in its text. */
export const ticketComment = z.strictObject({
  id: z.string(),
  url: z.string(),
  author: person.nullable(),
  body: ticketDocument,
  visibleTo: commentAudience,
  /** ISO 8601. */
  createdAt: z.string(),
  updatedAt: z.string(),
});
export type TicketComment = z.infer<typeof ticketComment>;

/** What a write to a ticket is narrowed to; `ticketId` is null where the ticket is still to be made. */
export type TicketTarget = { readonly projectId: string; readonly project: string; readonly ticketId: string | null };

/** What a scope of a ticket capability is asked: one aspect of one call at a time. */
export type TicketAsk = {
  readonly want: 'read' | 'write';
  /** The key of the project, as the arguments say or, for a ticket, as the backend says where it is now. */
  readonly project: string;
  /** The ticket itself, once the backend has told: its type, its labels and what it is to the account that acts here. */
  readonly ticket?: {
    readonly type: string;
    readonly labels: readonly string[];
    readonly created: boolean;
    readonly assigned: boolean;
  };
  /** What a search is opened with beside the project: all that a scope says of the tickets that it covers. */
  readonly within?: {
    readonly types?: readonly string[];
    readonly labels?: readonly string[];
    readonly only?: readonly ('created' | 'assigned')[];
  };
  /** The type of a ticket that is made. */
  readonly type?: string;
  /** A label that is put on or taken off. */
  readonly label?: string;
  /** The field that is written, by its name: a common one, or one that a project made up. */
  readonly field?: string;
  /** The status that a ticket is brought to, by its name. */
  readonly toStatus?: string;
  /** That customers see what is written. */
  readonly customers?: true;
};
