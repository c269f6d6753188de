import type { Handler } from 'hono';
import * as z from 'zod';
import { parseArguments } from '#shared/changes/arguments.ts';
import { settleByPerson } from '#shared/changes/settle-by-person.ts';
import type { ConsoleOptions } from './app.ts';
import type { SignedIn } from './authenticate.ts';
import { bodyOf } from './body.ts';
import { changeId, givenReason } from './inputs.ts';

const settle = z.strictObject({
  step: z.string().min(1).max(200),
  answer: z.enum(['happened', 'did_not_happen']),
  seal: z.string().max(200),
  reason: givenReason,
});

/** Takes the word of a signed-in person on a step whose answer was lost. The executor goes on with it by itself. */
export function settleRoute({ ledger, key, now }: ConsoleOptions): Handler<SignedIn> {
  return async (context) => {
    const id = parseArguments(changeId, context.req.param('id'));
    const asked = await bodyOf(context, settle);
    await settleByPerson({ ledger, key, now }, { changeId: id, person: context.get('approver'), ...asked });
    return context.json({ change_id: id, answer: asked.answer }, 202);
  };
}
