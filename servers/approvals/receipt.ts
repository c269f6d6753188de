import * as z from 'zod';
import type { Json } from '#shared/tools/index.ts';

/** What steps of any backend answer, as far as people and agents can go on from it. Other fields stay here. */
const receipt = z.object({
  oid: z.string().optional(),
  /** Whether the backend says that the signature of what was made is good. */
  verified: z.boolean().optional(),
  number: z.number().int().optional(),
  url: z.string().optional(),
});

/** The known parts of what a step answered; none when it is something else. */
export function readReceipt(answer: Json): z.infer<typeof receipt> {
  return receipt.safeParse(answer).data ?? {};
}
