import type { Blueprint } from '#shared/blueprints/blueprint.ts';
import { writability } from '#shared/blueprints/grants.ts';
import { withinLimits } from '#shared/blueprints/limits.ts';
import { canonical } from '#shared/crypto/canonical.ts';
import { AppError } from '#shared/errors.ts';
import { insertAfter } from '#shared/ledger/chains.ts';
import { type ChangeRow, insertChange } from '#shared/ledger/changes.ts';
import type { EventActor } from '#shared/ledger/events.ts';
import type { Ledger } from '#shared/ledger/ledger.ts';
import { countProposals, findSealed } from '#shared/ledger/proposals.ts';
import type { LedgerDb } from '#shared/ledger/schema.ts';
import type { Json, Reversible, Told, WriteTool } from '#shared/tools/index.ts';
import { commonArguments, fingerprint, parseArguments } from './arguments.ts';
import { stageContents } from './contents.ts';
import { credited } from './credited.ts';
import { assertReferences, earlierFor } from './earlier.ts';
import { newChangeId } from './ids.ts';
import { attach, findKnown, type Key } from './known.ts';
import { withoutLongTexts } from './long-texts.ts';
import type { ReaderFor } from './origin.ts';
import { termsOf } from './review.ts';
import { reviewedHead } from './reviewed.ts';
import { assertInScope, mayAsk } from './scope.ts';
import { enterPlan, type Place, type Standing, sealPlan } from './seal-plan.ts';
import { type Sealed, type SealedBody, unseal } from './sealed.ts';
import { sponsorAges, toldAsAbsent, unverified } from './sponsors.ts';
import { assertNotStopped } from './stop.ts';
import type { Granted } from './toolbox.ts';
import type { Status } from './transitions.ts';
import { assertSameTarget, keepVersion, type Replaced, replace, replacedFor, sealedVersion } from './versions.ts';

/** What proposing needs: no writer, and no way to one. */
export type ProposeContext<R, W, A, T extends Json> = Place<R, W, A, T> & {
  readonly ledger: Ledger;
  readonly readerFor: ReaderFor<R>;
  readonly now: () => Date;
  /** Puts on record what an answer, or an error, is about to tell of; nothing does unless given. */
  readonly tell?: (told: readonly Told[]) => Promise<void>;
};

/** What was proposed, as far as its agent may know. */
export type Proposed = {
  readonly changeId: string;
  readonly status: Status;
  readonly summary: string;
  readonly reversible: Reversible;
  readonly expiresAt: string;
  /** The commit whose review on the backend it waits for; null where it is decided otherwise. */
  readonly reviewed: string | null;
};

/**
 * Turns a call of a write tool into a change that waits for a decision. Nothing outside is written. An open change of
 * the same content is answered instead of a second one.
 */
export async function propose<R, W, A, T extends Json>(
  context: ProposeContext<R, W, A, T>,
  blueprint: Blueprint,
  { tool, capability }: Granted<WriteTool<R, W, A, T>, R, W, A, T>,
  args: unknown,
): Promise<Proposed> {
  const { ledger, now } = context;
  if (tool.door === 'people') throw new AppError('not_permitted', `${tool.name} is for people to ask for.`);
  const input = parseArguments(tool.input, args);
  assertInScope(blueprint, capability, tool.asks(input));
  assertLive(blueprint, now());
  const subject = { server: context.server, agent: blueprint.agent, tool: tool.name };
  await assertNotStopped(ledger.db, subject);
  const kept = withoutLongTexts(input as Json);
  const key = keyOf(blueprint, tool.name, kept);

  const known = await findKnown(ledger.db, key);
  const same = known?.keyKept === false ? await ledger.write((tx) => attach(tx, key)) : known?.row;
  if (same) return proposed(ledger.db, same);
  const { after, supersedes } = commonArguments(kept);
  const replaced = await replacedFor(ledger.db, key.owner, supersedes, subject);
  await assertWithinLimits(ledger.db, blueprint, now(), replaced);
  const earlier = await earlierFor(ledger.db, key.owner, after);

  const sponsored = (asks: readonly A[]): Promise<void> =>
    context.sponsors.assert(blueprint, asks, sponsorAges.call).catch((error: unknown) => {
      throw toldAsAbsent(error, tool.absent?.(input));
    });
  await sponsored(tool.asks(input));
  const contents = stageContents();
  const before = tool.state.parse(
    await tool.snapshot(input, context.readerFor({ kind: 'agent', agent: blueprint.agent }), contents),
  );
  const may = (ask: A): boolean => mayAsk(blueprint, capability, ask).may;
  const resolved = tool.resolved(input, before);
  // First what is covered: why the rest is not must say nothing of what the sponsor may not read.
  await sponsored(resolved.filter(may));
  assertInScope(blueprint, capability, resolved, tool.absent?.(input));
  // From here on errors may quote what is there.
  await context.tell?.(tool.told?.(before) ?? []);
  const granted = { tool, capability };
  const prepared = credited(context.approvers, blueprint, granted, tool.prepare(input, before, contents, may));
  if (earlier) assertReferences(context.tools, tool, prepared, earlier);
  const standing = {
    ...standingOf(blueprint, kept, now()),
    ...unverified(context.sponsors, blueprint),
    ...(earlier && { after: { change_id: earlier.id, seal: earlier.seal } }),
    ...sealedVersion(replaced),
  };
  const plan = await sealPlan(context, standing, tool, { plan: prepared, before, contents });
  if (replaced) assertSameTarget(replaced, plan.sealed.body);

  return ledger.write(async (tx) => {
    // Somebody may have proposed the same since; the lock that this transaction holds makes the second look final.
    const twin = await attach(tx, key);
    if (twin) return proposed(tx, twin);
    // Or the version before was decided since, or has a newer one.
    const old = await replacedFor(tx, key.owner, supersedes, subject);
    await assertWithinLimits(tx, blueprint, now(), old);
    await assertNotStopped(tx, subject);
    const actor: EventActor = { kind: 'agent', agent: blueprint.agent, blueprint: blueprint.name };
    await insertChange(tx, { ...rowOf(plan.sealed.body, key), server: context.server, tool: tool.name }, actor);
    // Or the earlier change has ended since.
    const first = await earlierFor(tx, key.owner, after);
    if (first) await insertAfter(tx, { change_id: standing.change_id, after_id: first.id, depth: first.depth + 1 });
    if (old) await keepVersion(tx, standing.change_id, old);
    await enterPlan(tx, ledger.vault, plan, standing.created_at, actor);
    if (old) await replace(tx, standing.change_id, old, { at: standing.created_at, actor });
    return answer(plan.sealed, 'pending');
  });
}

function standingOf(blueprint: Blueprint, args: Json, at: Date): Standing {
  return {
    change_id: newChangeId(at),
    created_at: at.toISOString(),
    requester: { kind: 'agent', agent: blueprint.agent },
    sponsor: blueprint.sponsor,
    blueprint: { name: blueprint.name, digest: blueprint.digest },
    terms: (facts, owners) => termsOf(blueprint.review, facts, at, owners),
    arguments: args,
    restores: null,
  };
}

function keyOf(blueprint: Blueprint, tool: string, args: Json): Key {
  const owner = { agent: blueprint.agent, blueprint: blueprint.name };
  return {
    owner,
    fingerprint: fingerprint({ ...owner, tool, args, restores: null }),
    idempotencyKey: commonArguments(args).idempotencyKey,
  };
}

/**
 * Throws AppError `limit_reached` when a further proposal would be over the blueprint's limits. What waits and is
 * `replaced` by it makes room for it.
 */
export async function assertWithinLimits(
  db: LedgerDb,
  blueprint: Blueprint,
  at: Date,
  replaced: Pick<Replaced, 'status'> | null = null,
): Promise<void> {
  const since = new Date(at.getTime() - 3_600_000).toISOString();
  const { recent, pending } = await countProposals(db, { agent: blueprint.agent, blueprint: blueprint.name }, since);
  const others = pending - (replaced?.status === 'pending' ? 1 : 0);
  const refusal = withinLimits({ limits: blueprint.limits, writesLastHour: recent, pending: others });
  if (refusal) throw refusal;
}

/** Throws AppError `not_permitted` when nothing may be written under a blueprint now. */
export function assertLive(blueprint: Blueprint, at: Date): void {
  const live = writability(blueprint, at);
  if (!live.live) throw new AppError('not_permitted', live.why, { next: 'Ask the operator of this server.' });
}

async function proposed(db: LedgerDb, row: ChangeRow): Promise<Proposed> {
  const kept = await findSealed(db, row.id);
  if (!kept) throw new AppError('internal', 'A known proposal has no plan.');
  return answer(unseal(kept), row.status);
}

function answer({ body }: Sealed, status: Status): Proposed {
  return {
    changeId: body.change_id,
    status,
    summary: body.summary,
    reversible: body.reversible,
    expiresAt: body.expires_at,
    reviewed: reviewedHead(body),
  };
}

function rowOf(sealed: SealedBody, key: Key): Omit<Parameters<typeof insertChange>[1], 'server' | 'tool'> {
  return {
    id: sealed.change_id,
    ...key.owner,
    requester: canonical(sealed.requester),
    restores: null,
    idempotency_key: key.idempotencyKey,
    fingerprint: key.fingerprint,
    created_at: sealed.created_at,
    expires_at: sealed.expires_at,
  };
}
