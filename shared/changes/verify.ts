import { canonical, digest } from '#shared/crypto/canonical.ts';
import { AppError } from '#shared/errors.ts';
import { type ChangeRow, findChange } from '#shared/ledger/changes.ts';
import { readContents } from '#shared/ledger/contents.ts';
import { type DecisionRow, decisionsOf } from '#shared/ledger/decisions.ts';
import type { Ledger } from '#shared/ledger/ledger.ts';
import { findSealed, findSnapshot, touchesOf } from '#shared/ledger/proposals.ts';
import { findRequested } from '#shared/ledger/requested.ts';
import { voidDecisions } from '#shared/ledger/restored.ts';
import type { People } from '#shared/people/people.ts';
import type { Json, WriteTool } from '#shared/tools/index.ts';
import { type Approval, denyApprovals } from './approvals.ts';
import type { AutomaticDecision } from './automatic.ts';
import { isAutomatic } from './automatic-issuers.ts';
import { type StagedContents, stageContents } from './contents.ts';
import { covers, verifyDecision } from './decision.ts';
import type { VerificationKeys } from './keys.ts';
import { ownOf } from './own-things.ts';
import { isAsked } from './requested.ts';
import { resolvePlan } from './resolve-plan.ts';
import type { Place } from './seal-plan.ts';
import { type Sealed, type SealedBody, unseal } from './sealed.ts';
import { describedIn } from './session.ts';
import { assertedWith } from './step-up.ts';
import type { Granted } from './toolbox.ts';
import { automaticOf } from './verify-automatic.ts';
import { type UnderGrant, underGrant } from './verify-by-grant.ts';

declare const verified: unique symbol;

/** A change whose seal, decisions, snapshot and contents were all checked; only {@link verifyApproved} makes one. */
export type VerifiedChange<R, W, A, T extends Json> = {
  readonly row: ChangeRow;
  readonly sealed: Sealed;
  readonly granted: Granted<WriteTool<R, W, A, T>, R, W, A, T>;
  readonly target: T;
  readonly plan: unknown;
  readonly before: unknown;
  readonly contents: StagedContents;
  /** Those of people; none where it was decided without them. */
  readonly approvals: readonly Approval[];
  /** What carries it where the people do not; null where they do. */
  readonly automatic: AutomaticDecision | null;
  /** The task grant by which it was, where it was. */
  readonly under: UnderGrant | null;
  /** Whether all that it builds on was its agent's own work when it was verified. */
  readonly own: boolean;
  /** The earliest end of the approvals that carry it; nothing starts later. */
  readonly approvedUntil: string;
  readonly [verified]: true;
};

/**
 * Reads an approved change and believes nothing of it that is not sealed and signed. Whether it is too late is another
 * question: what was begun in time has to be settled after it. Throws AppError `seal_mismatch` or `not_permitted`.
 */
export async function verifyApproved<R, W, A, T extends Json>(
  place: Place<R, W, A, T>,
  keys: VerificationKeys,
  ledger: Pick<Ledger, 'db' | 'vault'>,
  id: string,
): Promise<VerifiedChange<R, W, A, T>> {
  const { db, vault } = ledger;
  const [row, kept, snapshot] = await Promise.all([
    findChange(db, id),
    findSealed(db, id),
    findSnapshot(db, id, 'before'),
  ]);
  if (!row || !kept || !snapshot) throw mismatch('its plan or its snapshot is missing');
  const sealed = unseal(kept);
  assertRowIsSealed(row, sealed.body);
  if (kept.snapshot !== sealed.body.snapshot || kept.steps !== sealed.body.steps.length) {
    throw mismatch('the ledger tells of it otherwise than its seal');
  }
  if (canonical(await touchesOf(db, id)) !== canonical([...new Set(sealed.body.touches)].sort())) {
    throw mismatch('the ledger puts it in another order than its seal');
  }
  if (!isAsked(await findRequested(db, id), sealed.body)) throw mismatch('it is not what the person asked for');
  const granted = assertPlace(place, sealed.body);
  const before = JSON.parse(snapshot.body) as Json;
  if (snapshot.digest !== sealed.body.snapshot || digest(before) !== sealed.body.snapshot) {
    throw mismatch('its snapshot is another');
  }
  const people = place.approvers?.people?.();
  const decisions = await decisionsOf(db, id);
  const by = { keys, people, void: await voidDecisions(db) };
  const given = await approvalsOf(sealed, decisions, by);
  const denial = denyApprovals(sealed.body, given, people);
  const automatic = denial === null ? null : automaticOf(sealed, decisions, by);
  if (denial !== null && automatic === null) throw new AppError('not_permitted', denial);
  const approvals = automatic === null ? given : [];
  const under = await underGrant(db, sealed, automatic, { keys, people });
  const { tool } = granted;
  const plan = tool.plan.parse(sealed.body.plan);
  if (canonical(tool.target(plan)) !== canonical(sealed.body.target)) throw mismatch('its target is another');
  if (canonical(tool.steps(plan).map((step) => step.name)) !== canonical(sealed.body.steps)) {
    throw mismatch('the tool would take other steps than were approved');
  }
  const { restoring } = sealed.body;
  if (restoring && canonical(restoring) !== canonical(tool.restoring))
    throw mismatch('what was said of its undo is not so');
  const state = tool.state.parse(before);
  const contents = stageContents(await readContents(db, vault, id));
  const described = describedIn(tool.describe(plan, state, contents), sealed.body.session);
  if (canonical(described as Json) !== canonical(shownOf(sealed.body))) {
    throw mismatch('what was shown is not what the plan does');
  }
  assertSaid(tool, { plan, state }, sealed.body);
  const own = (await ownOf(db, sealed.body)) === 'own';
  const executed = await resolvePlan(db, place.tools, { tool, plan, body: sealed.body });
  const target = tool.target(plan);
  const approvedUntil = [...approvals.map((one) => one.expiresAt), ...(automatic ? [automatic.expires_at] : [])].reduce(
    earlier,
    sealed.body.expires_at,
  );
  const change = {
    row,
    sealed,
    granted,
    target,
    plan: executed,
    before: state,
    contents,
    approvals,
    automatic,
    under,
    approvedUntil,
    own,
  };
  return change as typeof change & { [verified]: true };
}

/** What was sealed besides of what a plan builds on, and of where it can be reviewed, is what the tool says of it. */
function assertSaid<R, W, A, T extends Json>(
  tool: WriteTool<R, W, A, T>,
  { plan, state }: { readonly plan: unknown; readonly state: unknown },
  { stands_on: standsOn, reviewable }: SealedBody,
): void {
  if (standsOn && canonical(standsOn as Json) !== canonical((tool.standsOn?.(plan, state) ?? null) as Json)) {
    throw mismatch('what was said that it builds on is not so');
  }
  if (reviewable && canonical(reviewable) !== canonical(tool.reviews?.of(plan, state) ?? null)) {
    throw mismatch('what was said that can be reviewed is not so');
  }
}

/** The part of a sealed body that the approver was shown of the plan. */
function shownOf(body: SealedBody): Json {
  const { summary, effects, touches, flags, reaches, reversible, audience, assigned, since_base, quarantine } = body;
  const known = {
    ...(audience !== undefined && { audience }),
    ...(assigned !== undefined && { assigned }),
    ...(since_base !== undefined && { since_base }),
    ...(quarantine !== undefined && { quarantine }),
  };
  return { summary, effects, touches, flags, reaches, reversible, ...known } as Json;
}

/** The columns beside the sealed body must say what it says. Throws AppError `seal_mismatch`. */
export function assertRowIsSealed(row: ChangeRow, body: SealedBody): void {
  const agent = body.requester.kind === 'agent' ? body.requester.agent : null;
  const same =
    row.id === body.change_id &&
    row.server === body.server &&
    row.tool === body.tool &&
    row.agent === agent &&
    row.blueprint === (body.blueprint?.name ?? null) &&
    row.requester === canonical(body.requester) &&
    row.restores === (body.restores === null ? null : canonical(body.restores)) &&
    row.created_at === body.created_at &&
    row.expires_at === body.expires_at;
  if (!same) throw mismatch('the ledger tells of it otherwise than its seal');
}

function assertPlace<R, W, A, T extends Json>(
  place: Place<R, W, A, T>,
  body: SealedBody,
): Granted<WriteTool<R, W, A, T>, R, W, A, T> {
  const found = place.tools.find(body.tool);
  if (body.server !== place.server || body.backend !== place.backend || found?.tool.kind !== 'write') {
    throw mismatch('it is for another server, backend or tool');
  }
  if (place.tools.contract(body.tool) !== body.contract) {
    throw mismatch('the tool has changed since it was approved');
  }
  return { tool: found.tool, capability: found.capability };
}

/**
 * What people signed for exactly this seal. What was decided before the ledger was restored from a backup has ended: it
 * may have been carried out since.
 */
async function approvalsOf(
  sealed: Sealed,
  rows: readonly DecisionRow[],
  by: { readonly keys: VerificationKeys; readonly people: People | undefined; readonly void: number },
): Promise<readonly Approval[]> {
  const shown = { change_id: sealed.body.change_id, seal: sealed.seal };
  const decisions = rows
    .filter((row) => row.verb === 'approve' && !isAutomatic(row))
    .map((row) => ({ said: verifyDecision(by.keys, row.envelope), isVoid: row.id <= by.void }))
    .filter(({ said }) => said.verb === 'approve' && covers(said, shown));
  return Promise.all(
    decisions.map(async ({ said, isVoid }) => ({
      approver: said.approver,
      as: said.as,
      together: said.changes.length,
      expiresAt: isVoid ? longAgo : said.expires_at,
      passkey: await assertedWith(said, by.people),
    })),
  );
}

function earlier(one: string, other: string): string {
  return one < other ? one : other;
}

const longAgo = new Date(0).toISOString();

function mismatch(why: string): AppError {
  return new AppError('seal_mismatch', `The change is refused: ${why}.`);
}
