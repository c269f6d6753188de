import * as z from 'zod';
import type { Json } from '#shared/tools/index.ts';

/** What steps of any backend answer, as far as people and agents can go on from it. Other fields stay here. */
const receipt = z.object({
  oid: z.string().optional(),
  /** Whether the backend says that the signature of what was made is good. */
  verified: z.boolean().optional(),
  number: z.number().int().optional(),
  /** Null where what was written has no page. */
  url: z.string().nullish(),
  /** What was written of tickets and pages: a ticket by its key, anything else by its id. */
  id: z.string().optional(),
  key: z.string().nullish(),
  /** The state in which a page was left; null where what was written has none. */
  revision: z.string().nullish(),
  /** What was not as written when it was read back. */
  differs: z.array(z.string()).optional(),
});

/** The known parts of what a step answered; none when it is something else. */
export function readReceipt(answer: Json): z.infer<typeof receipt> {
  return receipt.safeParse(answer).data ?? {};
}
