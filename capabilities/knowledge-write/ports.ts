import type { PageComment, PageDocument, PageRef, Place, Revision } from '#capabilities/knowledge/types.ts';
import type { Mark, Origin } from '#shared/tools/index.ts';

/** A page as it has to be until a write: nothing else is written over. */
export type Expected = { readonly page: PageRef; readonly revision: string };

/** A page that is made at a place. */
export type NewPage = { readonly place: Place; readonly title: string; readonly body: PageDocument };

/** Another title or text of a page, or both; what is not there stays. */
export type PageText = Expected & {
  readonly from: { readonly title: string; readonly body: PageDocument };
  readonly title?: string;
  readonly body?: PageDocument;
};

/**
 * A page that comes to another place, with all that is under it. It must be under the last of `from` until then, and `to`
 * neither it nor under it: what is above the last of `to` may have changed.
 */
export type PageMove = { readonly page: PageRef; readonly from: Place; readonly to: Place };

/** A page without any under it goes to the trash: nothing that nobody saw goes with it. */
export type PageTrash = Expected & { readonly place: Place };

/** A page comes out of the trash, to a place that is there. */
export type PageUntrash = { readonly page: PageRef; readonly place: Place };

export type NewPageComment = {
  readonly page: PageRef;
  readonly body: PageDocument;
  readonly replyTo: string | null;
};

/** Another text of a comment of ours, which must be as expected until then. */
export type PageCommentText = {
  readonly page: PageRef;
  readonly comment: Pick<PageComment, 'id' | 'url' | 'replyTo'>;
  readonly expect: PageDocument;
  readonly body: PageDocument;
};

/**
 * A revision that waits, by the change that wrote it: the page's newest until then. `unaccept`: it is what everybody
 * sees until then, and others see again what they saw before.
 */
export type Acceptance = Expected & { readonly waiting: Revision; readonly change: string };

/** The same for a comment that waits, which must say what is expected. */
export type CommentAcceptance = {
  readonly page: PageRef;
  readonly comment: Pick<PageComment, 'id' | 'url' | 'replyTo'>;
  readonly expect: PageDocument;
  readonly change: string;
};

/**
 * What becomes of one page of a namespace that is brought to an earlier state. They take effect in order. A text is written
 * on what everybody sees: `revision` is that of the published state, and of a draft that waits nothing is left waiting.
 */
export type PageBack =
  | ({ readonly kind: 'text' } & PageText)
  | ({ readonly kind: 'move' } & PageMove)
  | ({ readonly kind: 'trash' } & PageTrash)
  | ({ readonly kind: 'untrash' } & PageUntrash);

/** One write, as the executor sends it and as it is looked for again. */
export type KnowledgeWrite =
  | ({ readonly kind: 'create' } & NewPage)
  | ({ readonly kind: 'update' } & PageText)
  | ({ readonly kind: 'move' } & PageMove)
  | ({ readonly kind: 'trash' } & PageTrash)
  | ({ readonly kind: 'untrash' } & PageUntrash)
  | ({ readonly kind: 'comment' } & NewPageComment)
  | ({ readonly kind: 'edit_comment' } & PageCommentText)
  /** Lets others find a revision that waits in quarantine, and takes that back. */
  | ({ readonly kind: 'accept' | 'unaccept' } & Acceptance)
  | ({ readonly kind: 'accept_comment' | 'unaccept_comment' } & CommentAcceptance)
  /** All of it or nothing. */
  | { readonly kind: 'bring_back'; readonly namespace: PageRef['namespace']; readonly pages: readonly PageBack[] };

/**
 * What a write answered: the page or comment that it is about, and the revision that it left; null where it makes none.
 * `differs` names what was not as written when it was read back.
 */
export type Written = {
  readonly id: string;
  readonly url: string | null;
  readonly revision: string | null;
  readonly differs: readonly string[];
};

/**
 * What the knowledge tools write. Nothing here deletes a page or a comment for good. Each write is one request that
 * changes something, made under the backend's own precondition or right after what it expects was read again with the
 * same credential. What no person decided stays in quarantine. It throws `NotDone` stale when what it expects is no longer
 * so, `NotDone` when the answer proves that nothing was done, and any other error when that is not known.
 */
export type KnowledgeWriter = {
  readonly write: (wanted: KnowledgeWrite, mark: Mark, origin: Origin) => Promise<Written>;
};
