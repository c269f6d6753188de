import * as z from 'zod';
import { changeId, queueTool } from './inputs.ts';
import { changeView } from './ports.ts';

export const waitForChange = queueTool({
  name: 'wait_for_change',
  title: 'Wait for changes',
  description:
    'Waits up to 45 seconds for changes to be decided and carried out, and answers with their state; one that still waits for a person is no error. If it still waits after two calls, end your turn: the change stays, and is carried out when it is approved.',
  input: z.strictObject({
    change_ids: z
      .array(changeId)
      .min(1)
      .max(10)
      .refine((ids) => new Set(ids).size === ids.length, { error: 'must not name a change twice' })
      .describe('The ids of the changes, one to ten.'),
  }),
  output: z.strictObject({
    changes: z.array(changeView),
    /** True when none of them waits for anything any more. */
    settled: z.boolean(),
    next: z.string(),
  }),
  readOnly: true,
  run: async (input, queue, context) => {
    const outcome = await queue.wait(input.change_ids, context);
    return { changes: [...outcome.changes], settled: outcome.settled, next: outcome.next };
  },
});
