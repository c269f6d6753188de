import * as z from 'zod';
import { reasonInput } from '#capabilities/inputs.ts';
import { changeId, queueTool } from './inputs.ts';
import { changeView } from './ports.ts';

export const withdrawChange = queueTool({
  name: 'withdraw_change',
  title: 'Withdraw a change',
  description:
    'Takes back a change that you proposed and that is not carried out yet. One that is already applied is undone with propose_restore.',
  input: z.strictObject({ change_id: changeId.describe('The id of the change.'), reason: reasonInput }),
  output: changeView,
  readOnly: false,
  run: (input, queue) => queue.withdraw(input.change_id, input.reason),
});
