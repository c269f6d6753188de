import type * as z from 'zod';

/**
 * One request of Linear's GraphQL API. The text is a constant: whatever comes from outside goes into its variables.
 */
export type Document<T> = {
  /** The root field that is asked for. */
  readonly field: string;
  readonly text: string;
  /** What `data` holds. */
  readonly answer: z.ZodType<T>;
};
