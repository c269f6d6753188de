import { canonical, digest } from '#shared/crypto/canonical.ts';
import { moveChange } from '#shared/ledger/changes.ts';
import { keepContents } from '#shared/ledger/contents.ts';
import type { EventActor } from '#shared/ledger/events.ts';
import { insertSealed } from '#shared/ledger/proposals.ts';
import type { LedgerDb, LedgerTx } from '#shared/ledger/schema.ts';
import type { Vault } from '#shared/ledger/vault.ts';
import type { Description, Json, Ownership, Told, WriteTool } from '#shared/tools/index.ts';
import { type ApproversKnown, assertMeetable } from './approvers-known.ts';
import { type CodeOwners, codeOwnersOf } from './code-owners.ts';
import type { StagedContents } from './contents.ts';
import { newNonce } from './ids.ts';
import { type ReaderFor, viewerOf } from './origin.ts';
import { ownOf } from './own-things.ts';
import type { AskOwners } from './review.ts';
import { pathsOf, type ReviewFacts } from './review-conditions.ts';
import { type Sealed, type SealedBody, seal } from './sealed.ts';
import { describedIn, sessionOf } from './session.ts';
import type { Sponsors } from './sponsors.ts';
import type { Toolbox } from './toolbox.ts';

/** Who asked for a change, on whose behalf, under which rules, until when. */
export type Standing = Pick<
  SealedBody,
  | 'change_id'
  | 'created_at'
  | 'requester'
  | 'sponsor'
  | 'sponsor_access'
  | 'blueprint'
  | 'arguments'
  | 'restores'
  | 'after'
  | 'supersedes'
  | 'carries'
> & {
  /** Who decides what the plan turns out to do, and until when. */
  readonly terms: (facts: ReviewFacts, owners: AskOwners) => Promise<Pick<SealedBody, 'review' | 'expires_at'>>;
};

/** A plan that is sealed and not yet kept. */
export type SealedPlan = { readonly sealed: Sealed; readonly before: Json; readonly contents: StagedContents };

/** Where a plan is to be carried out. */
export type Place<R, W, A, T extends Json> = {
  readonly tools: Toolbox<R, W, A, T>;
  /** The server's name, and the host of its backend. */
  readonly server: string;
  readonly backend: string;
  /** What those may do there for whom agents act. */
  readonly sponsors: Sponsors<A>;
  /** What is known there of those who decide; nothing unless given. */
  readonly approvers?: ApproversKnown;
};

/**
 * Makes effects, flags and the rest from a plan, once, finds who decides that, and seals all of it together. Throws
 * AppError `not_permitted` when nobody could decide it.
 */
export async function sealPlan<R, W, A, T extends Json>(
  place: Place<R, W, A, T> & { readonly ledger: { readonly db: LedgerDb }; readonly readerFor: ReaderFor<R> },
  standing: Standing,
  tool: WriteTool<R, W, A, T>,
  made: {
    readonly plan: unknown;
    readonly before: unknown;
    readonly contents: StagedContents;
    /** Whose words it carries on besides those of `before`. */
    readonly carried?: readonly Told[];
  },
): Promise<SealedPlan> {
  const plan = tool.plan.parse(made.plan);
  const before = made.before as Json;
  const steps = tool.steps(plan).map((step) => step.name);
  // Receipts are kept by the name of their step.
  if (new Set(steps).size !== steps.length) throw new TypeError(`two steps of ${tool.name} have one name`);
  const { terms, ...asked } = standing;
  const { server } = place;
  const carried = [...(tool.told?.(made.before) ?? []), ...(made.carried ?? [])];
  const asking = { requester: asked.requester, at: new Date(asked.created_at), server, carried };
  const session = await sessionOf(place.ledger.db, asking);
  const described = describedIn(tool.describe(plan, made.before, made.contents), session);
  assertConsistent(tool, described);
  const target = tool.target(plan);
  const standsOn = tool.standsOn && { stands_on: tool.standsOn(plan, made.before) };
  const there = tool.reviews?.of(plan, made.before);
  const reviewed = there ? { reviewable: there } : {};
  const own = (await ownOf(place.ledger.db, { ...asked, server, ...standsOn })) === 'own';
  const owners = async (): Promise<CodeOwners> =>
    codeOwnersOf((await tool.owners?.(plan, made.before, place.readerFor(viewerOf(asked.requester)))) ?? nobodys, {
      paths: pathsOf(described),
      people: place.approvers?.people?.(),
    });
  const decided = await terms({ tool: tool.name, target, ...described, ...reviewed, own }, owners);
  assertMeetable(decided.review, asked.sponsor, place.approvers ?? {});
  const sealed = seal({
    format: 'countersign/change@1',
    ...asked,
    ...decided,
    nonce: newNonce(),
    server,
    backend: place.backend,
    target,
    tool: tool.name,
    contract: place.tools.contract(tool.name),
    plan: plan as Json,
    ...described,
    ...(session && { session }),
    ...standsOn,
    ...reviewed,
    restoring: tool.restoring,
    steps,
    snapshot: digest(before),
  });
  return { sealed, before, contents: made.contents };
}

const nobodys: Ownership = { file: null, unread: [], paths: [] };

/** What is said of a plan's undo is said of the tool's undo too, so that the two cannot contradict each other. */
function assertConsistent<R, W, A, T extends Json>(
  { name, restoring }: WriteTool<R, W, A, T>,
  { reversible }: Description,
): void {
  const lost = reversible.kind === 'partial' ? reversible.lost : [];
  const isSaid = lost.every((one) => restoring.cannot.includes(one));
  if (!isSaid || (reversible.kind === 'full' && restoring.cannot.length > 0)) {
    throw new TypeError(`${name} says otherwise in restoring than in reversible`);
  }
}

/** Keeps a sealed plan with its snapshot and contents, and puts its change before the approvers. */
export async function enterPlan(
  tx: LedgerTx,
  vault: Vault,
  plan: SealedPlan,
  at: string,
  actor: EventActor,
): Promise<void> {
  const { sealed } = plan;
  const id = sealed.body.change_id;
  await keepContents(tx, vault, id, plan.contents.all);
  await insertSealed(
    tx,
    {
      change_id: id,
      seal: sealed.seal,
      body: sealed.text,
      snapshot: sealed.body.snapshot,
      steps: sealed.body.steps.length,
    },
    { body: canonical(plan.before), taken_at: at },
    sealed.body.touches,
  );
  await moveChange(tx, { id, from: 'planning', to: 'pending', at, actor });
}
