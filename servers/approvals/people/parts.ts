import { Hono } from 'hono';
import * as z from 'zod';
import { parseArguments } from '#shared/changes/arguments.ts';
import { AppError } from '#shared/errors.ts';
import { diffPart, imageIn } from '../view/part.ts';
import { sincePart, sinceView, versionsOf } from '../view/since.ts';
import { sinceBaseView } from '../view/since-base.ts';
import type { ConsoleOptions } from './app.ts';
import type { SignedIn } from './authenticate.ts';
import { changeId } from './inputs.ts';
import type { Principal } from './principal.ts';
import { seenOf, sightOf } from './sight.ts';

const part = z.strictObject({
  effect: z.coerce.number().int().min(0),
  from: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(5_000).default(2_000),
});
const sinceQuery = z.strictObject({ lines: z.coerce.number().int().min(0).optional() });
const { effect: index, ...lines } = part.shape;
const sincePartQuery = z.strictObject({ part: index, ...lines });
const digest = z.string().regex(/^[0-9a-f]{64}$/, { error: 'must be a SHA-256' });

/** Whoever opens the address itself gets a file to keep and no page: nothing in it can run or load anything. */
const imageHeaders = {
  'Content-Security-Policy': "sandbox; default-src 'none'; frame-ancestors 'none'",
  'Content-Disposition': 'attachment',
};

/** What a change page loads by and by: more lines of a large difference, images, and what is new in a new version. */
export function partsApi(options: ConsoleOptions): Hono<SignedIn> {
  const { ledger } = options;
  const app = new Hono<SignedIn>();
  app.get('/:id/diff', async (context) => {
    const id = parseArguments(changeId, context.req.param('id'));
    return context.json(await diffPart(ledger, id, parseArguments(part, context.req.query())));
  });
  app.get('/:id/since-base', async (context) => {
    return context.json(await sinceBaseView(ledger, parseArguments(changeId, context.req.param('id'))));
  });
  app.get('/:id/images/:sha256', async (context) => {
    const id = parseArguments(changeId, context.req.param('id'));
    const sha256 = parseArguments(digest, context.req.param('sha256'));
    const { bytes, type } = await imageIn(ledger, id, sha256);
    return context.body(new Uint8Array(bytes), 200, { ...imageHeaders, 'Content-Type': type });
  });
  app.get('/:id/since', async (context) => {
    const id = parseArguments(changeId, context.req.param('id'));
    const asked = parseArguments(sinceQuery, context.req.query());
    await assertSeesBefore(options, context.get('principal'), id);
    return context.json(await sinceView(ledger, id, asked.lines));
  });
  app.get('/:id/since/diff', async (context) => {
    const id = parseArguments(changeId, context.req.param('id'));
    const asked = parseArguments(sincePartQuery, context.req.query());
    await assertSeesBefore(options, context.get('principal'), id);
    return context.json(await sincePart(ledger, id, asked));
  });
  return app;
}

/** Whoever may not see the version before sees nothing of it in a comparison either. */
async function assertSeesBefore(options: ConsoleOptions, principal: Principal, id: string): Promise<void> {
  const { before } = await versionsOf(options.ledger, id);
  const seen = await seenOf(options.ledger.db, sightOf(options, principal), [before.change_id]);
  if (!seen.has(before.change_id)) throw new AppError('not_found', 'The version before is for others to see.');
}
