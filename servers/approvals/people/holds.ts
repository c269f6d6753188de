import { Hono } from 'hono';
import * as z from 'zod';
import { parseArguments } from '#shared/changes/arguments.ts';
import { activeHolds, endHold, type Hold, insertHold } from '#shared/ledger/holds.ts';
import { actorView } from '../view/people.ts';
import { reveal } from '../view/reveal.ts';
import type { ConsoleOptions } from './app.ts';
import type { SignedIn } from './authenticate.ts';
import { bodyOf } from './body.ts';
import { changeId, givenReason } from './inputs.ts';

const begin = z.discriminatedUnion('scope', [
  z.strictObject({ scope: z.literal('change'), value: changeId, reason: givenReason }),
  z.strictObject({ scope: z.literal('agent'), value: z.string().min(1).max(200), reason: givenReason }),
]);
const holdId = z.coerce.number().int().positive();

/** Holds on contents: any signed-in person may begin and end one; who, when and why is on record. */
export function holdsApi({ ledger, now }: ConsoleOptions): Hono<SignedIn> {
  const app = new Hono<SignedIn>();
  app.get('/', async (context) => context.json({ holds: (await activeHolds(ledger.db)).map(holdView) }));
  app.post('/', async (context) => {
    const asked = await bodyOf(context, begin);
    const actor = { kind: 'person', ...context.get('approver') } as const;
    const id = await ledger.write((tx) => insertHold(tx, { ...asked, actor, at: now().toISOString() }));
    return context.json({ id }, 201);
  });
  app.post('/:id/end', async (context) => {
    const id = parseArguments(holdId, context.req.param('id'));
    const { reason } = await bodyOf(context, z.strictObject({ reason: givenReason }));
    const actor = { kind: 'person', ...context.get('approver') } as const;
    await ledger.write((tx) => endHold(tx, { id, reason, actor, at: now().toISOString() }));
    return context.json({ id });
  });
  return app;
}

function holdView(hold: Hold) {
  const { id, scope, at } = hold;
  return { id, scope, value: reveal(hold.value), reason: reveal(hold.reason), actor: actorView(hold.actor), at };
}
