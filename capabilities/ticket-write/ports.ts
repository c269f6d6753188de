import type {
  CommentAudience,
  FieldValues,
  LinkType,
  Named,
  ProjectRef,
  Status,
  TicketComment,
  TicketDocument,
  TicketRef,
  Transition,
} from '#capabilities/ticket/types.ts';
import type { Mark } from '#shared/tools/index.ts';

/** A ticket that is made. */
export type NewTicket = {
  readonly project: ProjectRef;
  readonly type: Named;
  readonly fields: FieldValues & { readonly title: string };
};

/** Some fields of a ticket, which must be as expected until then; nothing is said of the others. */
export type FieldsOfTicket = { readonly ticket: TicketRef; readonly expect: FieldValues; readonly set: FieldValues };

/** A ticket that goes on from the status it has. */
export type Move = { readonly ticket: TicketRef; readonly from: Status; readonly transition: Transition };

export type NewComment = {
  readonly ticket: TicketRef;
  readonly body: TicketDocument;
  readonly visibleTo: CommentAudience;
};

/** Another text of a comment, which must be as expected until then. */
export type CommentText = {
  readonly ticket: TicketRef;
  readonly comment: Pick<TicketComment, 'id' | 'url' | 'visibleTo'>;
  readonly expect: TicketDocument;
  readonly body: TicketDocument;
};

export type NewLink = { readonly type: LinkType; readonly outward: TicketRef; readonly inward: TicketRef };
export type OldLink = NewLink & { readonly id: string };

/** One write, as the executor sends it and as it is looked for again. */
export type TicketWrite =
  | ({ readonly kind: 'create' } & NewTicket)
  | ({ readonly kind: 'update' } & FieldsOfTicket)
  | ({ readonly kind: 'transition' } & Move)
  | ({ readonly kind: 'comment' } & NewComment)
  | ({ readonly kind: 'edit_comment' } & CommentText)
  | ({ readonly kind: 'link' } & NewLink)
  | ({ readonly kind: 'unlink' } & OldLink)
  | { readonly kind: 'archive' | 'unarchive'; readonly ticket: TicketRef };

/**
 * What a write answered: the ticket, comment or link that it is about. `differs` names the fields that were not as
 * written when they were read back.
 */
export type Written = {
  readonly id: string;
  /** `WEB-12` where it is a ticket. */
  readonly key: string | null;
  readonly url: string | null;
  readonly differs: readonly string[];
};

/**
 * What the ticket tools write. Nothing here deletes a ticket or a comment. Each write is one request that changes
 * something, made right after what it expects was read again with the same credential, or under the backend's own
 * precondition. It throws `NotDone` stale when that is no longer so, `NotDone` when the answer proves that nothing was
 * done, and any other error when that is not known.
 */
export type TicketWriter = { readonly write: (wanted: TicketWrite, mark: Mark) => Promise<Written> };
