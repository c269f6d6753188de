import * as z from 'zod';
import { idempotencyKeyInput, reasonInput } from '#capabilities/inputs.ts';
import { changeId, queueTool } from './inputs.ts';
import { changeView } from './ports.ts';

export const proposeRestore = queueTool({
  name: 'propose_restore',
  title: 'Propose to undo a change',
  description:
    'Proposes to put back what was there before a change of yours that is applied. The restore is a change of its own, which a person decides; wait_for_change tells how it goes. If someone changed the same things since, it is refused unless `choice` says otherwise.',
  input: z.strictObject({
    change_id: changeId.describe('The id of the change to undo.'),
    choice: z
      .enum(['refuse', 'untouched', 'overwrite'])
      .default('refuse')
      .describe(
        'What to do if someone changed parts of it since: "refuse" (unless given), restore only the "untouched" parts, or "overwrite" what they did.',
      ),
    reason: reasonInput,
    idempotency_key: idempotencyKeyInput,
  }),
  output: changeView,
  readOnly: false,
  run: (input, queue) =>
    queue.proposeRestore({
      changeId: input.change_id,
      choice: input.choice,
      reason: input.reason,
      idempotencyKey: input.idempotency_key,
    }),
});
