import { writability } from '#shared/blueprints/grants.ts';
import { AppError } from '#shared/errors.ts';
import type { LedgerDb } from '#shared/ledger/schema.ts';
import type { Json } from '#shared/tools/index.ts';
import { denyApprovals } from './approvals.ts';
import type { AutomaticDecision } from './automatic.ts';
import { denyUnderGrant } from './deny-under-grant.ts';
import type { ExecutorContext } from './executor-context.ts';
import { withStandIns } from './long-texts.ts';
import { reviewOf } from './review.ts';
import { mayAsk } from './scope.ts';
import type { VerifiedChange } from './verify.ts';
import { denyAutomatic, denyAutomaticInLedger } from './verify-automatic.ts';

/** Why a change may not start, or go on, although it was approved. */
export type Halt = { readonly status: 'expired' | 'revoked'; readonly why: string };

/** Asked again right before each step: null when the change may still be carried out. */
export function haltOf<R, W, A, T extends Json>(
  context: ExecutorContext<R, W, A, T>,
  change: VerifiedChange<R, W, A, T>,
): Halt | null {
  const { body } = change.sealed;
  if (change.approvedUntil <= context.now().toISOString()) {
    return { status: 'expired', why: 'It was not carried out before it expired.' };
  }
  if (change.automatic && !change.under) return automaticHalt(context, change, change.automatic);
  const people = context.approvers?.people?.();
  // A grant is its giver's approval in advance, which has to be enough like any other.
  const approvals = change.under ? [change.under.approval] : change.approvals;
  const denial = denyApprovals(body, approvals, people);
  if (denial) return revoked(denial);
  if (body.blueprint === null) return null;
  const blueprint = context.blueprint(body.blueprint.name);
  if (!blueprint) return revoked('Its blueprint is gone or cannot be used.');
  const live = writability(blueprint, context.now());
  if (!live.live) return revoked(live.why);
  const ungranted = change.under && denyUnderGrant(body, change.under, { people, blueprint });
  if (ungranted) return withoutPerson(ungranted);

  // A blueprint that was edited counts as it is now: what it no longer grants, or would have others decide, stops.
  const isSameAgent = blueprint.agent === change.row.agent && blueprint.sponsor === body.sponsor;
  const presently = {
    ...body,
    review: reviewOf(blueprint.review, { ...body, own: change.own, owners: body.review.owners }),
  };
  if (!isSameAgent || denyApprovals(presently, approvals, people)) {
    return revoked('Its blueprint now asks for another review, which its approvals do not meet; propose it again.');
  }
  return blueprint.digest === body.blueprint.digest ? null : scopeHalt(blueprint, change);
}

/** Asked right before each step, too: whether the ledger tells of something that ends an automatic decision. */
export async function haltInLedger<R, W, A, T extends Json>(
  db: LedgerDb,
  { automatic: decision, sealed: { body } }: VerifiedChange<R, W, A, T>,
): Promise<Halt | null> {
  const why = decision && (await denyAutomaticInLedger(db, { body, decision }));
  return why === null ? null : withoutPerson(why, decision);
}

function automaticHalt<R, W, A, T extends Json>(
  { blueprint, approvers, now }: ExecutorContext<R, W, A, T>,
  { sealed: { body }, granted, own }: VerifiedChange<R, W, A, T>,
  decision: NonNullable<VerifiedChange<R, W, A, T>['automatic']>,
): Halt | null {
  const { decidable } = granted.tool;
  const people = approvers?.people;
  const why = denyAutomatic({ body, decision, decidable, own, blueprint, people, at: now() });
  return why === null ? null : withoutPerson(why, decision);
}

function withoutPerson(why: string, decision?: AutomaticDecision | null): Halt {
  if (decision?.by.kind === 'review') {
    return revoked(`It was approved by review on GitHub, which does not count any more; propose it again. ${why}`);
  }
  return revoked(`It was decided without a person, and may not be any more; propose it again. ${why}`);
}

function scopeHalt<R, W, A, T extends Json>(
  blueprint: Parameters<typeof mayAsk>[0],
  { granted: { tool, capability }, sealed: { body }, before }: VerifiedChange<R, W, A, T>,
): Halt | null {
  if (!blueprint.grants.get(capability.name)?.tools.has(tool.name)) return revoked(`${tool.name} is not granted now.`);
  const input = tool.input.parse(withStandIns(body.arguments));
  for (const ask of [...tool.asks(input), ...tool.resolved(input, before)]) {
    const answer = mayAsk(blueprint, capability, ask);
    if (!answer.may) return revoked(answer.why);
  }
  return null;
}

function revoked(why: string): Halt {
  return { status: 'revoked', why };
}

/** What a failed verification means for the change: it ends, and it says why. */
export function haltFrom(error: unknown): Halt | null {
  if (!(error instanceof AppError)) return null;
  if (error.code === 'seal_mismatch' || error.code === 'not_permitted') return revoked(error.message);
  return null;
}
