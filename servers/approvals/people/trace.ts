import type { Handler } from 'hono';
import * as z from 'zod';
import { parseArguments } from '#shared/changes/arguments.ts';
import { AppError } from '#shared/errors.ts';
import { readsView, traceView } from '../view/trace.ts';
import type { ConsoleOptions } from './app.ts';
import type { SignedIn } from './authenticate.ts';
import { changeId, time } from './inputs.ts';
import { sightOf } from './sight.ts';

const query = z.strictObject({ entry: z.string().min(1).max(2000), since: time });

/** What the agent of a change had read before it, for whoever may see the change. */
export function readsRoute({ ledger }: ConsoleOptions): Handler<SignedIn> {
  return async (context) => context.json(await readsView(ledger.db, parseArguments(changeId, context.req.param('id'))));
}

/** What an entry may have influenced: that is about agents and changes of all, so it is for those who see everything. */
export function traceRoute(options: ConsoleOptions): Handler<SignedIn> {
  return async (context) => {
    if (!sightOf(options, context.get('principal')).everything) {
      throw new AppError('not_permitted', 'Who read an entry is told to those who see everything.', {
        next: 'Ask an auditor or a responder; what was read before a change is on its page.',
      });
    }
    return context.json(await traceView(options.ledger.db, parseArguments(query, context.req.query())));
  };
}
