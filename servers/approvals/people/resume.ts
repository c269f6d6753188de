import type { Handler } from 'hono';
import * as z from 'zod';
import { parseArguments } from '#shared/changes/arguments.ts';
import { requestResume } from '#shared/changes/resume.ts';
import type { ConsoleOptions } from './app.ts';
import type { SignedIn } from './authenticate.ts';
import { bodyOf } from './body.ts';
import { changeId, givenReason } from './inputs.ts';

const resume = z.strictObject({ reason: givenReason });

/** Asks that what is left of a partial change be carried out. Whether it may is checked by the executor, anew. */
export function resumeRoute({ ledger, now }: ConsoleOptions): Handler<SignedIn> {
  return async (context) => {
    const id = parseArguments(changeId, context.req.param('id'));
    const { reason } = await bodyOf(context, resume);
    await requestResume({ ledger, now }, { changeId: id, reason, person: context.get('approver') });
    return context.json({ change_id: id }, 202);
  };
}
