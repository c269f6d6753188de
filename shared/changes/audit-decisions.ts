import { canonical } from '#shared/crypto/canonical.ts';
import type { DecisionRow } from '#shared/ledger/decisions.ts';
import type { Tell } from './audit.ts';
import type { Kept } from './audit-page.ts';
import { personNow, whoNow } from './capacity.ts';
import { capacitySaid, covers, verifyDecision } from './decision.ts';
import { meetsOwners, meetsQuorum } from './entitled.ts';
import type { VerificationKeys } from './keys.ts';
import type { Sealed } from './sealed.ts';
import type { Status } from './transitions.ts';

/** States that only an approved change reaches. */
const needApproval: ReadonlySet<Status> = new Set(['approved', 'dispatched', 'unknown', 'partial', 'applied']);

/** Checks the signatures over a change, whether they are enough for where it is, and that each is on record. */
export function auditDecisions(kept: Kept, sealed: Sealed | null, keys: VerificationKeys, tell: Tell): void {
  const { row, decisions } = kept;
  checkRecord(kept, tell);
  const seal = kept.sealed?.seal ?? '';
  const approvers = decisions.filter((one) => isGood(one, seal, keys, tell) && one.verb === 'approve');
  if (sealed && needApproval.has(row.status) && !areEnough(sealed, approvers)) {
    tell('decision', row.id, `It is ${row.status}, without enough signed approvals.`);
  }
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
    canonical([at, { kind: 'person', issuer, subject }, verb, seal]),
  );
  if (canonical(said.sort()) !== canonical(there.sort())) {
    tell('decision', row.id, 'Its decisions are not those that its events tell of.');
  }
}

/** Whether one of the keys signed just what the row says, over the seal as it stands. */
export function isGood(row: DecisionRow, seal: string, keys: VerificationKeys, tell: Tell): boolean {
  try {
    const said = verifyDecision(keys, row.envelope);
    const same =
      covers(said, row) &&
      said.verb === row.verb &&
      said.approver.issuer === row.issuer &&
      said.approver.subject === row.subject &&
      row.seal === seal &&
      said.decided_at === row.decided_at &&
      said.expires_at === row.expires_at;
    if (same) return true;
    tell('decision', row.change_id, 'A decision says something else than what was signed.');
  } catch {
    tell('decision', row.change_id, 'A decision is not signed by a key that was given.');
  }
  return false;
}
