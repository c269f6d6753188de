import { Hono } from 'hono';
import * as z from 'zod';
import { parseArguments } from '#shared/changes/arguments.ts';
import { activeStops, endStop, insertStop, type Stop, type StopScope } from '#shared/ledger/stops.ts';
import { actorView } from '../view/people.ts';
import { reveal } from '../view/reveal.ts';
import type { ConsoleOptions } from './app.ts';
import type { SignedIn } from './authenticate.ts';
import { bodyOf } from './body.ts';

const reason = z
  .string()
  .max(2000)
  .refine((text) => text.trim() !== '' && text.isWellFormed(), { error: 'is needed' });
const value = z.string().min(1).max(200);

const begin = z.discriminatedUnion('scope', [
  z.strictObject({ scope: z.literal('all'), reason }),
  z.strictObject({ scope: z.enum(['server', 'agent', 'tool']), value, reason }),
]);
const stopId = z.coerce.number().int().positive();

/** The kill switch: any signed-in person may stop, and end a stop; who, when and why is on record. */
export function stopsApi({ ledger, now }: ConsoleOptions): Hono<SignedIn> {
  const app = new Hono<SignedIn>();
  app.get('/', async (context) => context.json({ stops: (await activeStops(ledger.db)).map(stopView) }));
  app.post('/', async (context) => {
    const { reason: why, ...asked } = await bodyOf(context, begin);
    const scope: StopScope = asked.scope === 'all' ? { scope: 'all', value: null } : asked;
    const actor = { kind: 'person', ...context.get('approver') } as const;
    const at = now().toISOString();
    const id = await ledger.write((tx) => insertStop(tx, { ...scope, reason: why, actor, at }));
    return context.json({ id }, 201);
  });
  app.post('/:id/end', async (context) => {
    const id = parseArguments(stopId, context.req.param('id'));
    const { reason: why } = await bodyOf(context, z.strictObject({ reason }));
    const actor = { kind: 'person', ...context.get('approver') } as const;
    await ledger.write((tx) => endStop(tx, { id, reason: why, actor, at: now().toISOString() }));
    return context.json({ id });
  });
  return app;
}

function stopView(stop: Stop) {
  return {
    id: stop.id,
    scope: stop.scope,
    value: stop.value === null ? null : reveal(stop.value),
    reason: reveal(stop.reason),
    actor: actorView(stop.actor),
    at: stop.at,
  };
}
