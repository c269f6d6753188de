import * as z from 'zod';
import { changeId, queueTool } from './inputs.ts';
import { changeView } from './ports.ts';

export const getChange = queueTool({
  name: 'get_change',
  title: 'Get a change',
  description:
    'Shows one change that you proposed: its state, why it is in it, what it left (commit, pull request), and what to do next.',
  input: z.strictObject({ change_id: changeId.describe('The id of the change.') }),
  output: changeView,
  readOnly: true,
  run: (input, queue) => queue.get(input.change_id),
});
