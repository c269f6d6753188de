import { Hono } from 'hono';
import * as z from 'zod';
import { parseArguments } from '#shared/changes/arguments.ts';
import { type AgentRecord, openIncident, recordOf } from '#shared/changes/incident.ts';
import { AppError } from '#shared/errors.ts';
import type { LedgerDb } from '#shared/ledger/schema.ts';
import { incidentView, type Seen } from '../view/incident.ts';
import type { ConsoleOptions } from './app.ts';
import type { SignedIn } from './authenticate.ts';
import { bodyOf } from './body.ts';
import { choice, givenReason, time } from './inputs.ts';
import { type Sight, seenOf, sightOf } from './sight.ts';

const about = { agent: z.string().min(1).max(200), since: time };
const look = z.strictObject(about);
const incident = z.strictObject({
  ...about,
  reason: givenReason,
  choice: choice.default('untouched'),
  withdraw: z.boolean().default(false),
  prepare: z.boolean().default(false),
});

/**
 * Looks at what an agent did; stops it, takes back what it has pending and prepares to put back what it wrote. Whoever
 * does not see all of that is told the rest.
 */
export function incidentsApi(options: ConsoleOptions): Hono<SignedIn> {
  const { ledger, now } = options;
  const app = new Hono<SignedIn>();
  app.get('/', async (context) => {
    const asked = parseArguments(look, context.req.query());
    const sight = sightOf(options, context.get('principal'));
    const found = await onlySeen(ledger.db, await recordOf(ledger.db, asked), sight);
    return context.json(await incidentView(ledger.db, asked, found));
  });
  app.post('/', async (context) => {
    const asked = await bodyOf(context, incident);
    const sight = sightOf(options, context.get('principal'));
    if (!sight.responds && (asked.prepare || asked.withdraw)) {
      throw new AppError('not_permitted', 'To take all of it back at once is for the responders.', {
        next: 'Stop the agent, and restore what you see of it as a set.',
      });
    }
    const { withdrawn, sets, ...record } = await openIncident({ ledger, now }, context.get('approver'), asked);
    const found = await onlySeen(ledger.db, record, sight);
    return context.json({ ...(await incidentView(ledger.db, asked, found)), withdrawn, sets }, 201);
  });
  return app;
}

async function onlySeen(db: LedgerDb, found: AgentRecord, sight: Sight): Promise<Seen> {
  const { groups, leftOut } = found.contents;
  const ids = [...found.changes, ...groups.flat()].map((row) => row.id);
  const seen = await seenOf(db, sight, [...ids, ...found.waiting]);
  return {
    ...found,
    calls: sight.everything ? found.calls : null,
    changes: found.changes.filter(({ id }) => seen.has(id)),
    waiting: found.waiting.filter((id) => seen.has(id)),
    contents: {
      groups: groups.filter((group) => group.every(({ id }) => seen.has(id))),
      leftOut: leftOut.filter(({ change_id }) => seen.has(change_id)),
    },
  };
}
