import { Hono } from 'hono';
import * as z from 'zod';
import { parseArguments } from '#shared/changes/arguments.ts';
import { decideSet } from '#shared/changes/decide-set.ts';
import { setIdPattern } from '#shared/changes/ids.ts';
import { openIncident } from '#shared/changes/incident.ts';
import { requestSet } from '#shared/changes/request-set.ts';
import { sealSet } from '#shared/changes/seal-set.ts';
import { shownStatus } from '../status.ts';
import { incidentView } from '../view/incident.ts';
import { setView } from '../view/set.ts';
import type { ConsoleOptions } from './app.ts';
import type { SignedIn } from './authenticate.ts';
import { bodyOf } from './body.ts';
import { changeId, choice, givenReason, reason, seal, time } from './inputs.ts';

const setId = z.string().regex(setIdPattern, { error: 'must be the id of a set, set_…' });
const agent = z.string().min(1).max(200);

const ask = z.union([
  z.strictObject({ changes: z.array(changeId).min(1).max(1_000), choice, reason: givenReason }),
  z.strictObject({ agent, since: time, choice, reason: givenReason }),
]);

const decision = z.discriminatedUnion('decision', [
  z.strictObject({ decision: z.literal('approve'), seal, reason: reason.default('') }),
  z.strictObject({ decision: z.literal('reject'), seal, reason: givenReason }),
]);

/** Sets of restores: asked for, shown, and decided as one. */
export function setsApi({ ledger, key, now }: ConsoleOptions): Hono<SignedIn> {
  const app = new Hono<SignedIn>();
  app.post('/', async (context) => {
    const asked = await bodyOf(context, ask);
    const { choice: chosen, reason: why } = asked;
    const scope = 'changes' in asked ? { changeIds: asked.changes } : { agent: asked.agent, since: asked.since };
    const id = await requestSet({ ledger, now }, context.get('approver'), { ...scope, choice: chosen, reason: why });
    return context.json({ set_id: id }, 202);
  });
  app.get('/:id', async (context) => {
    const id = parseArguments(setId, context.req.param('id'));
    // The servers of the changes tell nobody when they have planned; whoever looks finds it out.
    await sealSet({ ledger, now }, id);
    return context.json(await setView(ledger.db, id));
  });
  app.post('/:id/decision', async (context) => {
    const id = parseArguments(setId, context.req.param('id'));
    const { decision: verb, seal: shown, reason: why } = await bodyOf(context, decision);
    const approver = context.get('approver');
    const made = await decideSet({ ledger, key, now }, { setId: id, seal: shown, verb, approver, reason: why });
    const changes = made.map(({ changeId: changed, status }) => ({ change_id: changed, status: shownStatus(status) }));
    return context.json({ set_id: id, changes });
  });
  return app;
}

const incident = z.strictObject({
  agent,
  since: time,
  reason: givenReason,
  choice: choice.default('untouched'),
  withdraw: z.boolean().default(false),
  prepare: z.boolean().default(false),
});

/** Stops an agent, tells what it did, and prepares to put it back. */
export function incidentsApi({ ledger, now }: ConsoleOptions): Hono<SignedIn> {
  const app = new Hono<SignedIn>();
  app.post('/', async (context) => {
    const asked = await bodyOf(context, incident);
    const found = await openIncident({ ledger, now }, context.get('approver'), asked);
    return context.json(await incidentView(ledger.db, asked, found), 201);
  });
  return app;
}
