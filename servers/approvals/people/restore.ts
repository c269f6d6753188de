import type { Handler } from 'hono';
import * as z from 'zod';
import { parseArguments } from '#shared/changes/arguments.ts';
import { requestRestore } from '#shared/changes/request-restore.ts';
import type { ConsoleOptions } from './app.ts';
import type { SignedIn } from './authenticate.ts';
import { bodyOf } from './body.ts';
import { changeId, choice, givenReason, reason } from './inputs.ts';

const restore = z.discriminatedUnion('dry_run', [
  z.strictObject({ dry_run: z.literal(false).default(false), reason: givenReason, choice }),
  // What is only tried out needs no reason.
  z.strictObject({ dry_run: z.literal(true), reason: reason.default(''), choice }),
]);

/** Asks to put back what was there before a change, or only to compare it with what is there now. */
export function restoreRoute({ ledger, now }: ConsoleOptions): Handler<SignedIn> {
  return async (context) => {
    const id = parseArguments(changeId, context.req.param('id'));
    const { dry_run: isDry, ...asked } = await bodyOf(context, restore);
    const request = { change_id: id, ...asked, ...(isDry && { dry_run: true as const }) };
    const made = await requestRestore({ ledger, now }, { person: context.get('approver') }, request);
    return context.json({ change_id: made }, 202);
  };
}
