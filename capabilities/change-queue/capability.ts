import * as z from 'zod';
import { getChange } from './get_change.ts';
import { listChanges } from './list_changes.ts';
import { proposeRestore } from './propose_restore.ts';
import { waitForChange } from './wait_for_change.ts';
import { withdrawChange } from './withdraw_change.ts';

/** What an agent may do with its own changes. It reads and writes no backend, so there is nothing to scope. */
export const changeQueue = Object.freeze({
  name: 'change-queue',
  description: 'Follow, withdraw and undo one’s own changes.',
  scope: z.strictObject({}),
  tools: [listChanges, getChange, waitForChange, withdrawChange, proposeRestore],
});
