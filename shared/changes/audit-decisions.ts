import { canonical } from '#shared/crypto/canonical.ts';
import type { DecisionRow } from '#shared/ledger/decisions.ts';
import type { Tell } from './audit.ts';
import type { Kept } from './audit-page.ts';
import { issuedBy, verifyAutomatic } from './automatic.ts';
import { isAutomatic } from './automatic-issuers.ts';
import { personNow, whoNow } from './capacity.ts';
import { automaticActor } from './decide-automatically.ts';
import type { ReviewBy } from './decide-by-review.ts';
import { capacitySaid, covers, verifyDecision } from './decision.ts';
import { meetsOwners, meetsQuorum } from './entitled.ts';
import type { VerificationKeys } from './keys.ts';
import { needsPerson } from './needs-person.ts';
import { goesByReviews } from './reviewed.ts';
import type { Sealed } from './sealed.ts';
import { isTainted } from './session.ts';
import type { Status } from './transitions.ts';

/** States that only an approved change reaches. */
const needApproval: ReadonlySet<Status> = new Set(['approved', 'dispatched', 'unknown', 'partial', 'applied']);

/** Checks the signatures over a change, whether they are enough for where it is, and that each is on record. */
export function auditDecisions(kept: Kept, sealed: Sealed | null, keys: VerificationKeys, tell: Tell): void {
  const { row, decisions } = kept;
  checkRecord(kept, tell);
  const seal = kept.sealed?.seal ?? '';
  const good = decisions.filter((one) => isGood(one, seal, keys, tell) && one.verb === 'approve');
  const isDecided =
    sealed &&
    (areEnough(
      sealed,
      good.filter((one) => !isAutomatic(one)),
    ) ||
      good.some((one) => carries(sealed, one, keys)));
  if (sealed && needApproval.has(row.status) && !isDecided) {
    tell('decision', row.id, `It is ${row.status}, without enough signed approvals.`);
  }
}

/** Whether an automatic decision could be, by what was sealed alone: whether its rule held then is not asked again. */
function carries({ body }: Sealed, row: DecisionRow, keys: VerificationKeys): boolean {
  if (!isAutomatic(row)) return false;
  const { by } = verifyAutomatic(keys, row.envelope);
  if (by.kind === 'review') return carriedByReviews(body, by);
  if (needsPerson(body) !== null) return false;
  if (by.kind === 'grant') return true;
  const { blueprint, review } = body;
  return (
    !isTainted(body) &&
    review.decide === 'policy' &&
    canonical(by.blueprint) === canonical(blueprint) &&
    canonical(by.rule) === canonical(review.rule ?? null)
  );
}

/** By what was sealed and signed alone. What was seen of the reviews, {@link auditReviews} compares. */
function carriedByReviews(body: Sealed['body'], by: ReviewBy): boolean {
  const { blueprint, review, reviewable } = body;
  return (
    goesByReviews(body) &&
    canonical(by.blueprint) === canonical(blueprint) &&
    canonical(by.rule) === canonical(review.rule ?? null) &&
    by.thing === reviewable?.thing &&
    by.head === reviewable.head &&
    by.reviews.every(({ person }) => person !== body.sponsor) &&
    new Set(by.reviews.map(({ person }) => person)).size >= review.quorum
  );
}

/** By what was signed alone: who is on the list of people now is not asked. */
function areEnough({ body: { review } }: Sealed, approvals: readonly DecisionRow[]): boolean {
  const people = approvals.map((one) => personNow(one, undefined));
  const whole = approvals.flatMap((one) => whoNow({ approver: one, as: capacitySaid(one.envelope) }, undefined) ?? []);
  return meetsQuorum(review, people) && meetsOwners(review, whole, undefined);
}

/** Every decision has its event, and every such event its decision. */
function checkRecord({ row, decisions, events }: Kept, tell: Tell): void {
  const made = events.filter(({ type }) => type === 'decision.made');
  const said = made.map(({ at, actor, body }) => {
    const { verb, seal } = JSON.parse(body) as { verb?: string; seal?: string };
    return canonical([at, JSON.parse(actor), verb ?? null, seal ?? null]);
  });
  const there = decisions.map(({ decided_at: at, issuer, subject, verb, seal }) =>
    canonical([at, isAutomatic({ issuer }) ? automaticActor : { kind: 'person', issuer, subject }, verb, seal]),
  );
  if (canonical(said.sort()) !== canonical(there.sort())) {
    tell('decision', row.id, 'Its decisions are not those that its events tell of.');
  }
}

/** Whether one of the keys signed just what the row says, over the seal as it stands. */
export function isGood(row: DecisionRow, seal: string, keys: VerificationKeys, tell: Tell): boolean {
  try {
    const said = isAutomatic(row) ? saidAutomatically(row, keys) : saidByPerson(row, keys);
    const { issuer, subject, verb, decided_at, expires_at } = row;
    const same = canonical(said) === canonical({ covers: true, verb, issuer, subject, decided_at, expires_at });
    if (same && row.seal === seal) return true;
    tell('decision', row.change_id, 'A decision says something else than what was signed.');
  } catch {
    tell('decision', row.change_id, 'A decision is not signed by a key that was given.');
  }
  return false;
}

function saidByPerson(row: DecisionRow, keys: VerificationKeys) {
  const said = verifyDecision(keys, row.envelope);
  const { verb, decided_at, expires_at } = said;
  return { covers: covers(said, row), verb, ...said.approver, decided_at, expires_at };
}

function saidAutomatically(row: DecisionRow, keys: VerificationKeys) {
  const { change_id, seal, by, decided_at, expires_at } = verifyAutomatic(keys, row.envelope);
  const isOver = change_id === row.change_id && seal === row.seal;
  return { covers: isOver, verb: 'approve', ...issuedBy(by), decided_at, expires_at };
}
