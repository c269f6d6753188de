import * as z from 'zod';
import { queueTool } from './inputs.ts';
import { changeStatus, changeSummary } from './ports.ts';

export const listChanges = queueTool({
  name: 'list_changes',
  title: 'List your changes',
  description:
    'Lists the changes that you proposed, newest first, with the state each is in. get_change shows one in full.',
  input: z.strictObject({
    status: changeStatus.optional().describe('Only those in this state.'),
    limit: z.number().int().min(1).max(20).default(10).describe('How many at most; 10 unless given.'),
    cursor: z.string().max(500).optional().describe('The `next_cursor` of the page before, to go on from there.'),
  }),
  output: z.strictObject({ changes: z.array(changeSummary), next_cursor: z.string().nullable() }),
  readOnly: true,
  run: async (input, queue) => {
    const page = await queue.list(input);
    return { changes: [...page.changes], next_cursor: page.cursor };
  },
});
