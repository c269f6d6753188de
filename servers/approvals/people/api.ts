import { Hono } from 'hono';
import * as z from 'zod';
import { parseArguments } from '#shared/changes/arguments.ts';
import { detailOf } from '../view/detail.ts';
import { progressView } from '../view/progress.ts';
import type { ConsoleOptions } from './app.ts';
import { assignApi } from './assign.ts';
import { authenticate, type SignedIn } from './authenticate.ts';
import { choicesRoute } from './choices.ts';
import { decisionRoute } from './decision.ts';
import { figuresRoute } from './figures.ts';
import { grantsApi } from './grants.ts';
import { holdsApi } from './holds.ts';
import { incidentsApi } from './incidents.ts';
import { changeId } from './inputs.ts';
import { listQuery } from './list-query.ts';
import { partsApi } from './parts.ts';
import { passkeysApi } from './passkeys.ts';
import { acceptRoute, requestRoute } from './requests.ts';
import { restoreRoute } from './restore.ts';
import { resumeRoute } from './resume.ts';
import { seenList, withSeenChain } from './seen-list.ts';
import { linkRoute, sessionRoute, signOut } from './session-routes.ts';
import { setsApi } from './sets.ts';
import { settleRoute } from './settle.ts';
import { sharing } from './share.ts';
import { sightOf, useSight } from './sight.ts';
import { stopsApi } from './stops.ts';
import { streamRoute } from './stream.ts';
import { terminalsApi } from './terminal-routes.ts';
import { readsRoute, traceRoute } from './trace.ts';

/** At most so many lines of differences; the rest is had in parts, and counted here. */
const detailQuery = z.strictObject({ lines: z.coerce.number().int().min(0).optional() });

/** The API that the console's pages and scripts use. Every route wants a signed-in person. */
export function api(options: ConsoleOptions): Hono<SignedIn> {
  const { ledger, keys, now } = options;
  const app = new Hono<SignedIn>();
  app.use(authenticate(options));
  useSight(app, options);

  const view = { ledger, keys, now, people: options.people };
  app.get('/session', sessionRoute(options));
  app.get('/stream', streamRoute(options));
  app.post('/sign-out', signOut(options));
  app.post('/sign-in-links', linkRoute(options));
  app.route('/terminals', terminalsApi(options));

  app.route('/stops', stopsApi(options));
  app.route('/grants', grantsApi(options));
  app.route('/holds', holdsApi(options));
  app.route('/passkeys', passkeysApi(options));
  app.route('/sets', setsApi(options));
  app.route('/incidents', incidentsApi(options));
  app.get('/figures', figuresRoute(options));

  const shareList: Parameters<typeof seenList>[3] = sharing();
  app.get('/changes', async (context) => {
    return context.json(
      await seenList(
        ledger.db,
        sightOf(options, context.get('principal')),
        parseArguments(listQuery, context.req.query()),
        shareList,
      ),
    );
  });
  app.get('/changes/:id', async (context) => {
    const { lines } = parseArguments(detailQuery, context.req.query());
    const detail = await detailOf(view, parseArguments(changeId, context.req.param('id')), lines);
    return context.json(await withSeenChain(ledger.db, sightOf(options, context.get('principal')), detail));
  });
  app.get('/changes/:id/progress', async (context) => {
    const progress = await progressView(view, parseArguments(changeId, context.req.param('id')));
    return context.json(await withSeenChain(ledger.db, sightOf(options, context.get('principal')), progress));
  });

  app.get('/changes/:id/reads', readsRoute(options));
  app.get('/trace', traceRoute(options));

  app.route('/changes', partsApi(options));
  app.route('/changes', assignApi(options));

  app.post('/changes/:id/decision', decisionRoute(options));
  app.post('/changes/:id/settle', settleRoute(options));
  app.post('/changes/:id/resume', resumeRoute(options));
  app.post('/changes/:id/restore', restoreRoute(options));
  app.post('/changes/:id/accept', acceptRoute(options));
  app.post('/requests', requestRoute(options));
  app.get('/requests/:tool/choices', choicesRoute(options));
  return app;
}
