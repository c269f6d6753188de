import type { GivenFields } from '../people/hands.ts';

type Later =
  | { readonly comment: string; readonly toCustomers?: true }
  | { readonly transition: string }
  | { readonly edit: GivenFields }
  | { readonly link: readonly [words: string, other: string] };

/** What happened to a ticket after it was made: when (UTC), by whom, what. */
export type Step = readonly [at: string, by: string, what: Later];

/** One ticket of the demo and its life. All times are fixed, so that each tracker begins with the same. */
export type Script = {
  readonly key: string;
  readonly type: string;
  readonly by: string;
  /** UTC. */
  readonly at: string;
  readonly fields: GivenFields & { readonly title: string };
  readonly life?: readonly Step[];
};
