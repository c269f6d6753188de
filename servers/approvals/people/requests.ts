import type { Handler } from 'hono';
import * as z from 'zod';
import { parseArguments } from '#shared/changes/arguments.ts';
import { isNamed } from '#shared/changes/entitled.ts';
import { requestByPerson } from '#shared/changes/request-by-person.ts';
import { AppError } from '#shared/errors.ts';
import { findChange } from '#shared/ledger/changes.ts';
import { quarantineOf, thingsLeftBy } from '#shared/ledger/quarantine.ts';
import type { JsonObject } from '#shared/tools/index.ts';
import type { Askable } from '../askables.ts';
import type { ConsoleOptions } from './app.ts';
import type { SignedIn } from './authenticate.ts';
import { bodyOf } from './body.ts';
import { changeId, givenReason } from './inputs.ts';
import type { Principal } from './principal.ts';
import { handlesOf, whoIs } from './sight.ts';

const request = z.strictObject({ tool: z.string().max(200), arguments: z.record(z.string(), z.json()) });
const acceptance = z.strictObject({ reason: givenReason });

/** Asks for a change by a tool that people alone call: planned by its server, and decided like any other. */
export function requestRoute(options: ConsoleOptions): Handler<SignedIn> {
  return async (context) => {
    const { tool, arguments: args } = await bodyOf(context, request);
    const askable = options.askables.find((one) => one.tool === tool);
    if (!askable) throw new AppError('not_found', `People cannot ask for ${JSON.stringify(tool)} here.`);
    const id = await ask(options, context.get('principal'), askable, args as JsonObject);
    return context.json({ change_id: id }, 202);
  };
}

/** Asks that others find what a change wrote that waits in quarantine. */
export function acceptRoute(options: ConsoleOptions): Handler<SignedIn> {
  const { ledger, askables } = options;
  return async (context) => {
    const id = parseArguments(changeId, context.req.param('id'));
    const { reason } = await bodyOf(context, acceptance);
    const [row, quarantine, left] = await Promise.all([
      findChange(ledger.db, id),
      quarantineOf(ledger.db, id),
      thingsLeftBy(ledger.db, id),
    ]);
    if (!quarantine?.waits) throw new AppError('wrong_state', 'Nothing of this change waits in quarantine.');
    for (const askable of askables) {
      const args = askable.server === row?.server ? askable.accepts({ id, left }) : null;
      if (args === null) continue;
      const made = await ask(options, context.get('principal'), askable, { ...args, reason });
      return context.json({ change_id: made }, 202);
    }
    throw new AppError('unsupported', 'What this change left cannot be accepted here.');
  };
}

/** Enters a request of somebody who may decide what it is about; to others, that does not exist. */
async function ask(options: ConsoleOptions, principal: Principal, askable: Askable, args: JsonObject): Promise<string> {
  const { ledger, now, blueprints } = options;
  const { server, tool } = askable;
  const looked = askable.look(args, blueprints());
  if (looked.about !== null) {
    const about = parseArguments(changeId, looked.about);
    if (!(await handlesOf(options, principal, about))) throw new AppError('not_found', 'There is no such change.');
  } else if (!isNamed(looked.review, whoIs(options, principal))) {
    throw new AppError('not_permitted', 'This is for those who decide what agents write there.');
  }
  return requestByPerson({ ledger, now }, principal.approver, { server, tool, args, about: looked.about });
}
