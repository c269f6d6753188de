import type { Handler } from 'hono';
import * as z from 'zod';
import { parseArguments } from '#shared/changes/arguments.ts';
import { decide, decisionToSign } from '#shared/changes/decide.ts';
import { mostDecided } from '#shared/changes/decision.ts';
import { AppError } from '#shared/errors.ts';
import { findChange } from '#shared/ledger/changes.ts';
import { shownStatus } from '../status.ts';
import type { ConsoleOptions } from './app.ts';
import type { SignedIn } from './authenticate.ts';
import { bodyOf } from './body.ts';
import { givenGrant } from './grants.ts';
import { category, changeId, givenReason, reason, seal } from './inputs.ts';
import type { Principal } from './principal.ts';
import { seenOf, sightOf } from './sight.ts';
import { stepUp } from './step-up.ts';

const common = {
  seal,
  /** Changes that are decided in the same decision, in order, before the one that is asked for. */
  with: z
    .array(z.strictObject({ change_id: changeId, seal }))
    .max(mostDecided - 1)
    .default([]),
};

const decision = z.discriminatedUnion('decision', [
  z.strictObject({
    decision: z.literal('approve'),
    ...common,
    reason: reason.default(''),
    step_up: stepUp,
    grant: givenGrant,
  }),
  z.strictObject({ decision: z.literal('reject'), ...common, category, reason: givenReason }),
]);

/** Takes one decision over a change, and over others that were shown with it: all of them, or none. */
export function decisionRoute(options: ConsoleOptions): Handler<SignedIn> {
  const { ledger, key, now, people, know, stepUps } = options;
  return async (context) => {
    const id = parseArguments(changeId, context.req.param('id'));
    const answer = await bodyOf(context, decision);
    const { decision: verb, seal: shown, with: others, reason: why } = answer;
    const approver = context.get('approver');
    const changes = [
      ...others.map((one) => ({ changeId: one.change_id, seal: one.seal })),
      { changeId: id, seal: shown },
    ];
    const known = know(context.get('principal'));
    await assertSeen(options, context.get('principal'), others);
    const said = { verb, reason: why, ...(answer.decision === 'reject' && { category: answer.category }) };
    const grant = answer.decision === 'approve' ? answer.grant : undefined;
    const [deciding, input] = [
      { ledger, key, now, people },
      { changes, approver, known, ...said, grant },
    ];
    const made = await stepUps(context, {
      asked: answer.decision === 'approve' ? answer.step_up : undefined,
      path: `/changes/${id}`,
      decide: (signed) => decide(deciding, { ...input, stepUp: signed }),
      statement: () => decisionToSign(deciding, input),
    }).catch(async (error: unknown) => {
      throw (await tooLate(options, id, error)) ?? error;
    });
    if ('step_up' in made) return context.json(made);
    const decided = made.decided.map((one) => ({ change_id: one.changeId, status: shownStatus(one.status) }));
    return context.json({ ...decided.at(-1), with: decided.slice(0, -1) });
  };
}

/** A change that is named besides is as unknown as one that is asked for. */
async function assertSeen(
  options: ConsoleOptions,
  principal: Principal,
  others: readonly { readonly change_id: string }[],
): Promise<void> {
  const ids = others.map((one) => one.change_id);
  const seen = await seenOf(options.ledger.db, sightOf(options, principal), ids);
  if (ids.some((id) => !seen.has(id))) throw new AppError('not_found', 'There is no such change.');
}

/** That a change is over because its time is, is said the same way whether the clock or the decision found it out. */
async function tooLate({ ledger }: ConsoleOptions, id: string, error: unknown): Promise<AppError | null> {
  if (!(error instanceof AppError) || error.code !== 'wrong_state') return null;
  const row = await findChange(ledger.db, id);
  return row?.status === 'expired' ? new AppError('expired', 'The change expired before it was decided.') : null;
}
