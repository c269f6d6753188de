import { getConnInfo } from '@hono/node-server/conninfo';
import { type Context, type Handler, Hono } from 'hono';
import * as z from 'zod';
import { AppError } from '#shared/errors.ts';
import { refuse } from '#shared/guard/refusal.ts';
import { appendEvent } from '#shared/ledger/events.ts';
import { attemptLimit } from '../sign-in/attempt.ts';
import { reveal } from '../view/reveal.ts';
import type { ConsoleOptions } from './app.ts';
import { bearerOf, type SignedIn } from './authenticate.ts';
import { bodyOf } from './body.ts';
import type { TerminalAsk } from './terminals.ts';

const begun = z.strictObject({ host: z.string().max(255) });

/** What a terminal asks before it is signed in: it has no more than a secret of its own making. */
export function terminalRoutes({ terminals, origin }: Pick<ConsoleOptions, 'terminals' | 'origin'>): Hono {
  const limit = attemptLimit();
  const app = new Hono();
  app.post('/', async (context) => {
    limit(context);
    const { host } = await bodyOf(context, begun);
    const address = getConnInfo(context).remote.address ?? '';
    const { id, code, expires } = terminals.begin({ secret: secretOf(context), host, address });
    return context.json({ code, link: `${origin()}/terminal/${id}`, expires_at: expires.toISOString() }, 201);
  });
  app.get('/', (context) => context.json({ status: terminals.status(secretOf(context)) }));
  return app;
}

/** Says so where nobody could sign in from a terminal: every request would need what a proxy gives to browsers alone. */
export const noTerminals: Handler = (context) =>
  refuse(
    context,
    403,
    new AppError('not_permitted', 'People come here through an identity-aware proxy, which a terminal cannot pass.', {
      next: 'Decide in the browser.',
    }),
  );

/** 256 bits, as terminals make them: nobody guesses one. */
function secretOf(context: Context): string {
  const secret = bearerOf(context);
  if (secret !== undefined && /^[\w-]{43}$/.test(secret)) return secret;
  throw new AppError('invalid_arguments', 'A terminal has to bring a secret of 32 random bytes.');
}

const answered = z.strictObject({ answer: z.enum(['confirm', 'refuse']) });

/** Where whoever is signed in in a browser looks at a terminal that asks, and answers. */
export function terminalsApi(options: ConsoleOptions): Hono<SignedIn> {
  const { terminals, ledger, now } = options;
  const app = new Hono<SignedIn>();
  app.use(async (context, next) => {
    // What was signed in for a while must not sign in others, nor itself for longer.
    if (bearerOf(context) !== undefined) {
      throw new AppError('not_permitted', 'Terminals are confirmed in the console, by who is signed in there.');
    }
    return next();
  });
  app.get('/:id', (context) => context.json(view(terminals.ask(context.req.param('id')))));
  app.post('/:id', async (context) => {
    const { answer } = await bodyOf(context, answered);
    const id = context.req.param('id');
    const principal = context.get('principal');
    const { address } = terminals.ask(id);
    const [type, at] = [answer === 'confirm' ? 'person.signed_in' : 'person.refused', now().toISOString()];
    const actor = { kind: 'person', ...principal.approver } as const;
    const body = { how: principal.how, terminal: address, ...(answer === 'refuse' && { problem: 'terminal_refused' }) };
    await ledger.write((tx) => appendEvent(tx, { at, type, changeId: null, actor, body }));
    terminals.answer(id, answer === 'confirm' ? principal : 'refused');
    return context.body(null, 204);
  });
  return app;
}

function view({ code, host, address, at, expires }: TerminalAsk) {
  return {
    code,
    host: reveal(host),
    address,
    asked_at: at.toISOString(),
    expires_at: expires.toISOString(),
  };
}
