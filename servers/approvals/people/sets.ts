import { Hono } from 'hono';
import * as z from 'zod';
import { parseArguments } from '#shared/changes/arguments.ts';
import { decisionToSign } from '#shared/changes/decide.ts';
import { decideSet, decisionOnSet } from '#shared/changes/decide-set.ts';
import { setIdPattern } from '#shared/changes/ids.ts';
import { requestSet, type SetScope, setContents } from '#shared/changes/request-set.ts';
import { sealSet } from '#shared/changes/seal-set.ts';
import { AppError } from '#shared/errors.ts';
import type { LedgerDb } from '#shared/ledger/schema.ts';
import { shownStatus } from '../status.ts';
import { setView } from '../view/set.ts';
import type { ConsoleOptions } from './app.ts';
import type { SignedIn } from './authenticate.ts';
import { bodyOf } from './body.ts';
import { category, changeId, choice, givenReason, reason, seal, time } from './inputs.ts';
import { type Sight, seenOf, sightOf } from './sight.ts';
import { stepUp } from './step-up.ts';

const setId = z.string().regex(setIdPattern, { error: 'must be the id of a set, set_…' });
const agent = z.string().min(1).max(200);

const ask = z.union([
  z.strictObject({ changes: z.array(changeId).min(1).max(1_000), choice, reason: givenReason }),
  z.strictObject({ agent, since: time, choice, reason: givenReason }),
]);

const decision = z.discriminatedUnion('decision', [
  z.strictObject({ decision: z.literal('approve'), seal, reason: reason.default(''), step_up: stepUp }),
  z.strictObject({ decision: z.literal('reject'), seal, category, reason: givenReason }),
]);

/** Sets of restores: asked for, shown, and decided as one. */
export function setsApi(options: ConsoleOptions): Hono<SignedIn> {
  const { ledger, key, now, people, know, stepUps } = options;
  const app = new Hono<SignedIn>();
  app.post('/', async (context) => {
    const asked = await bodyOf(context, ask);
    const { choice: chosen, reason: why } = asked;
    const sight = sightOf(options, context.get('principal'));
    const wanted = 'changes' in asked ? { changeIds: asked.changes } : { agent: asked.agent, since: asked.since };
    const scope = await seenScope(ledger.db, sight, wanted);
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
    const answer = await bodyOf(context, decision);
    const { decision: verb, seal: shown, reason: why } = answer;
    const approver = context.get('approver');
    const known = know(context.get('principal'));
    const said = { verb, reason: why, ...(answer.decision === 'reject' && { category: answer.category }) };
    const decided = { setId: id, seal: shown, approver, known, ...said };
    const deciding = { ledger, key, now, people };
    const made = await stepUps(context, {
      asked: answer.decision === 'approve' ? answer.step_up : undefined,
      path: `/sets/${id}`,
      decide: (signed) => decideSet(deciding, { ...decided, stepUp: signed }),
      statement: async () => decisionToSign(deciding, await decisionOnSet(deciding, decided)),
    });
    if ('step_up' in made) return context.json(made);
    const changes = made.decided.map(({ changeId: changed, status }) => ({
      change_id: changed,
      status: shownStatus(status),
    }));
    return context.json({ set_id: id, changes });
  });
  return app;
}

/** Of what is to be put back, only what whoever asks may see. Throws AppError `not_found` for a change that they name. */
async function seenScope(db: LedgerDb, sight: Sight, scope: SetScope): Promise<SetScope> {
  if (sight.everything) return scope;
  const ids =
    'changeIds' in scope ? scope.changeIds : (await setContents(db, scope)).groups.flat().map((row) => row.id);
  const seen = await seenOf(db, sight, ids);
  const strange = ids.find((id) => !seen.has(id));
  if ('changeIds' in scope && strange !== undefined) {
    throw new AppError('not_found', `There is no such change: ${strange}.`);
  }
  return { changeIds: ids.filter((id) => seen.has(id)) };
}
