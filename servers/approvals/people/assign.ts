import { Hono } from 'hono';
import * as z from 'zod';
import { parseArguments } from '#shared/changes/arguments.ts';
import { assign, assignable } from '#shared/changes/assign.ts';
import { AppError } from '#shared/errors.ts';
import { findChange } from '#shared/ledger/changes.ts';
import { attentionOf } from '../view/attention.ts';
import { reveal } from '../view/reveal.ts';
import { sealedOf } from '../view/sealed.ts';
import type { ConsoleOptions } from './app.ts';
import type { SignedIn } from './authenticate.ts';
import { bodyOf } from './body.ts';
import { changeId } from './inputs.ts';

const asked = z.strictObject({
  to: z.union([z.enum(['me', 'nobody']), z.strictObject({ person: z.string().min(1).max(200) })]),
  /** The number of the note that was shown; null where there was none. */
  seen: z.number().int().positive().nullable(),
});

/** Who looks at a change: a note among those who may decide it, which lets nobody do anything. */
export function assignApi(options: ConsoleOptions): Hono<SignedIn> {
  const { ledger, now, people, know } = options;
  const app = new Hono<SignedIn>();
  app.get('/:id/assignees', async (context) => {
    const sealed = await sealedOf(ledger.db, parseArguments(changeId, context.req.param('id')));
    const able = typeof sealed === 'object' && people ? assignable(sealed.body, people()) : [];
    return context.json({ people: able.map((person) => ({ person, name: reveal(person) })) });
  });
  app.post('/:id/assignment', async (context) => {
    const id = parseArguments(changeId, context.req.param('id'));
    const { to, seen } = await bodyOf(context, asked);
    const known = know(context.get('principal'));
    await assign({ ledger, now, people }, { changeId: id, to, seen, by: context.get('approver'), known });
    const row = await findChange(ledger.db, id);
    if (!row) throw new AppError('not_found', 'There is no such change.');
    return context.json({ change_id: id, attention: (await attentionOf(ledger.db, [row]))(id) });
  });
  return app;
}
