import { Hono } from 'hono';
import * as z from 'zod';
import { parseArguments } from '#shared/changes/arguments.ts';
import { grantTerms } from '#shared/changes/grant-terms.ts';
import { grantIdPattern } from '#shared/changes/ids.ts';
import { AppError } from '#shared/errors.ts';
import { endGrant, type GrantStanding, grantStanding, listGrants } from '#shared/ledger/grants.ts';
import { glob } from '#shared/tools/glob.ts';
import { grantView } from '../view/grant.ts';
import type { ConsoleOptions } from './app.ts';
import type { SignedIn } from './authenticate.ts';
import { bodyOf } from './body.ts';
import { givenReason } from './inputs.ts';
import type { Principal } from './principal.ts';
import { seenOf, sightOf } from './sight.ts';

/** What somebody allows with an approval; nothing unless given. */
export const givenGrant = z.strictObject({ ...grantTerms.shape, paths: z.array(glob).max(100) }).optional();

const most = 200;
const query = z.strictObject({ all: z.enum(['0', '1']).default('0') });
const grantId = z.string().regex(grantIdPattern, { error: 'must be the id of a task grant, grt_…' });

/** Task grants, for those who see the changes that they came with: listed, and taken back. */
export function grantsApi(options: ConsoleOptions): Hono<SignedIn> {
  const { ledger, now } = options;
  const app = new Hono<SignedIn>();
  app.get('/', async (context) => {
    const { all } = parseArguments(query, context.req.query());
    const lasting = all === '1' ? null : now().toISOString();
    const found = await listGrants(ledger.db, { lasting, limit: most });
    const ids = found.map((one) => one.change_id);
    const seen = await seenOf(ledger.db, sightOf(options, context.get('principal')), ids);
    const shown = found.filter((one) => seen.has(one.change_id)).map((one) => grantView(one, options));
    const isOpen = ({ status }: (typeof shown)[number]): boolean => status === 'lasting' || status === 'waiting';
    return context.json({ grants: all === '1' ? shown : shown.filter(isOpen) });
  });
  app.get('/:id', async (context) => {
    const id = parseArguments(grantId, context.req.param('id'));
    return context.json(grantView(await seenGrant(options, context.get('principal'), id), options));
  });
  app.post('/:id/revoke', async (context) => {
    const id = parseArguments(grantId, context.req.param('id'));
    const { reason } = await bodyOf(context, z.strictObject({ reason: givenReason }));
    const grant = await seenGrant(options, context.get('principal'), id);
    const actor = { kind: 'person', ...context.get('approver') } as const;
    const end = { why: 'revoked', change_id: null, note: reason, actor, at: now().toISOString() } as const;
    // Whoever comes second did not end it, and their reason is not kept.
    if (!(await ledger.write((tx) => endGrant(tx, grant, end)))) {
      throw new AppError('wrong_state', 'This task grant has ended already.');
    }
    return context.json({ id });
  });
  return app;
}

/** One that somebody may not see is as unknown as one that does not exist. */
async function seenGrant(options: ConsoleOptions, principal: Principal, id: string): Promise<GrantStanding> {
  const { db } = options.ledger;
  const grant = await grantStanding(db, id);
  const seen = grant && (await seenOf(db, sightOf(options, principal), [grant.change_id]));
  if (!grant || !seen?.has(grant.change_id)) throw new AppError('not_found', 'There is no such task grant.');
  return grant;
}
