import * as z from 'zod';

/** What people can review on the backend itself: a pull request, at one commit. */
export const reviewable = z.strictObject({
  /** A name that never becomes another's, such as `pull_request:PR_…`. */
  thing: z.string().min(1),
  /** As people name it: `pull request 7 of acme/web`. */
  name: z.string().min(1),
  url: z.string().min(1),
  /** The commit that a review has to be of. */
  head: z.string().min(1),
});
export type Reviewable = z.infer<typeof reviewable>;

/** What a reviewer last said there, as an answer and not only as a remark. */
export type BackendReview = {
  /** By the backend's immutable id. */
  readonly id: string;
  readonly state: 'approved' | 'changes_requested' | 'dismissed';
  /** The commit that it is of. */
  readonly head: string;
  /** The reviewer's account by its immutable id, and what it is called now. */
  readonly account: string;
  readonly login: string;
  /** Whether the backend lets the reviewer write there. */
  readonly mayWrite: boolean;
  /** ISO 8601. */
  readonly submittedAt: string;
};

/** How a tool's changes can be reviewed on the backend itself. */
export type ReviewedThere<State, Plan, R> = {
  /** Pure: null where there is nothing that a review there could be of. */
  readonly of: (plan: Plan, before: State) => Reviewable | null;
  /** The last answer of each reviewer. */
  readonly read: (plan: Plan, reader: R) => Promise<readonly BackendReview[]>;
};
