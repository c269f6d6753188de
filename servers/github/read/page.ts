import * as z from 'zod';

/** GraphQL's page information, as the cursor of the next page: null on the last one. */
export const pageInfo = z
  .object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() })
  .transform(({ hasNextPage, endCursor }) => (hasNextPage ? endCursor : null));
