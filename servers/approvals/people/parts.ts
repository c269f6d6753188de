import { Hono } from 'hono';
import * as z from 'zod';
import { parseArguments } from '#shared/changes/arguments.ts';
import { diffPart, imageIn } from '../view/part.ts';
import type { ConsoleOptions } from './app.ts';
import type { SignedIn } from './authenticate.ts';
import { changeId } from './inputs.ts';

const part = z.strictObject({
  effect: z.coerce.number().int().min(0),
  from: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(5_000).default(2_000),
});
const digest = z.string().regex(/^[0-9a-f]{64}$/, { error: 'must be a SHA-256' });

/** Whoever opens the address itself gets a file to keep and no page: nothing in it can run or load anything. */
const imageHeaders = {
  'Content-Security-Policy': "sandbox; default-src 'none'; frame-ancestors 'none'",
  'Content-Disposition': 'attachment',
};

/** What a change page loads by and by: more lines of a large difference, and images. */
export function partsApi({ ledger }: ConsoleOptions): Hono<SignedIn> {
  const app = new Hono<SignedIn>();
  app.get('/:id/diff', async (context) => {
    const id = parseArguments(changeId, context.req.param('id'));
    return context.json(await diffPart(ledger, id, parseArguments(part, context.req.query())));
  });
  app.get('/:id/images/:sha256', async (context) => {
    const id = parseArguments(changeId, context.req.param('id'));
    const sha256 = parseArguments(digest, context.req.param('sha256'));
    const { bytes, type } = await imageIn(ledger, id, sha256);
    return context.body(new Uint8Array(bytes), 200, { ...imageHeaders, 'Content-Type': type });
  });
  return app;
}
