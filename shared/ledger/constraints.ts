import { automaticIssuers } from '#shared/changes/automatic-issuers.ts';
import { type Condition, goneAhead, lostEnds, moves } from '#shared/changes/transitions.ts';
import { appendOnly } from './append-only.ts';
import { chainRules, earlierIs, earlierIsOrNone } from './chain-rules.ts';
import { chainStart } from './events.ts';
import { decidedByGrant, grantRules } from './grant-rules.ts';
import { type Refusal, refuse } from './refusal.ts';
import { requestRules } from './requested.ts';
import { restoreRules } from './restore-rules.ts';
import { decidedByReview, reviewRules } from './review-rules.ts';
import { thingRules } from './things.ts';
import { isReplaced, versionRules } from './version-rules.ts';

/** How many the sealed rule wants. */
const quorum = `coalesce((select cast(json_extract(s.body, '$.review.quorum') as integer) from sealed s
    where s.change_id = new.id), 1)`;

const automatic = Object.values(automaticIssuers)
  .map((issuer) => `'${issuer}'`)
  .join(', ');

/** A rule decides by itself only where it says so in what was sealed. */
const decidedByPolicy = `exists (select 1 from decisions d join sealed s on s.change_id = d.change_id and s.seal = d.seal
    where d.change_id = new.id and d.verb = 'approve' and d.expires_at > new.updated_at
      and d.issuer = '${automaticIssuers.policy}' and json_extract(s.body, '$.review.decide') = 'policy')`;

/** The SQL expression that holds when a change (`new`) meets a condition of the transition table. */
const conditions: Record<Condition, string> = {
  sealed: `exists (select 1 from sealed s join snapshots p on p.change_id = s.change_id and p.phase = 'before'
             and p.digest = s.snapshot where s.change_id = new.id)`,
  approved: `(${decided('approve')}) >= ${quorum} or ${decidedByPolicy} or ${decidedByGrant}
             or ${decidedByReview}`,
  rejected: `(${decided('reject')}) > 0`,
  claimed: 'new.claimed_by is not null and new.lease_until is not null',
  complete: `(select count(*) from outcomes o where o.change_id = new.id and o.outcome in ('done', 'landed'))
             = (select steps from sealed s where s.change_id = new.id)
             and exists (select 1 from snapshots p where p.change_id = new.id and p.phase = 'after')`,
  nothing_done: `not ${done()}`,
  something_done: done(),
  in_doubt: openAttempt(),
  settled: `not ${openAttempt()}`,
  earlier_approved: earlierIsOrNone(goneAhead),
  earlier_applied: earlierIsOrNone(['applied']),
  earlier_lost: earlierIs(lostEnds),
  replaced: isReplaced,
};

/** How many people have decided so. A row a person: one person has one decision over a change. */
function decided(verb: string): string {
  return `select count(*) from decisions d join sealed s on s.change_id = d.change_id and s.seal = d.seal
            where d.change_id = new.id and d.verb = '${verb}' and d.expires_at > new.updated_at
              and d.issuer not in (${automatic})`;
}

function done(): string {
  return "exists (select 1 from outcomes o where o.change_id = new.id and o.outcome in ('done', 'landed'))";
}

function openAttempt(): string {
  return `exists (select 1 from attempts a left join outcomes o using (change_id, step, attempt)
            where a.change_id = new.id and o.outcome is null)`;
}

const isLegal = moves.map((move) => `(old.status = '${move.from}' and new.status = '${move.to}')`).join(' or ');

/** Refuses every change of status that the table does not have. */
function legalMoves(): Refusal {
  return refuse('changes_move', 'update of status on changes', `not (${isLegal})`, 'countersign: no such move');
}

/** The end of the chain of events tells of this very move. It can only once: after the move, the status is another. */
const isOnRecord = `exists (select 1 from events e where e.hash = (select hash from last_event)
    and e.change_id = new.id and e.type = 'change.' || new.status and e.at = new.updated_at
    and json_extract(e.body, '$.from') = old.status and json_extract(e.body, '$.to') = new.status)`;

/** One a move that has conditions. */
function moveConditions(): Refusal[] {
  return moves
    .filter((move) => move.needs.length > 0)
    .map((move) =>
      refuse(
        `changes_${move.from}_to_${move.to}`,
        'update of status on changes',
        `old.status = '${move.from}' and new.status = '${move.to}'
         and not (${move.needs.map((need) => `(${conditions[need]})`).join(' and ')})`,
        `countersign: ${move.from} to ${move.to} needs ${move.needs.join(', ')}`,
      ),
    );
}

const fixedColumns = [
  'id',
  'server',
  'tool',
  'agent',
  'blueprint',
  'requester',
  'restores',
  'idempotency_key',
  'fingerprint',
  'created_at',
  'expires_at',
];

/** What the columns of a change repeat of its sealed body must be the same. */
const sealedMatches = `exists (select 1 from changes c where c.id = new.change_id and c.status = 'planning'
    and json_extract(new.body, '$.change_id') = c.id
    and json_extract(new.body, '$.server') = c.server
    and json_extract(new.body, '$.tool') = c.tool
    and json_extract(new.body, '$.requester.agent') is not distinct from c.agent
    and json_extract(new.body, '$.blueprint.name') is not distinct from c.blueprint
    and json_extract(new.body, '$.created_at') = c.created_at
    and json_extract(new.body, '$.expires_at') = c.expires_at
    and json_extract(new.body, '$.snapshot') = new.snapshot
    and json_array_length(new.body, '$.steps') = new.steps)`;

/** A step is begun by the executor that holds the change, in order, and never again once it took effect. */
const attemptAllowed = `exists (select 1 from changes c where c.id = new.change_id and c.status = 'dispatched'
    and c.claimed_by = new.executor)
  and new.step < (select steps from sealed s where s.change_id = new.change_id)
  and not exists (select 1 from attempts a left join outcomes o using (change_id, step, attempt)
    where a.change_id = new.change_id and o.outcome is null)
  and (select count(*) from outcomes o where o.change_id = new.change_id and o.outcome in ('done', 'landed'))
    = new.step`;

/** What nobody decided by themselves can only be approved, of what an agent asked for. */
const automaticAllowed = `new.verb = 'approve'
  and exists (select 1 from changes c where c.id = new.change_id and c.agent is not null)`;

/** A decision is over the seal as it stands, while the change waits for one. */
const decisionAllowed = `exists (select 1 from changes c join sealed s on s.change_id = c.id
    where c.id = new.change_id and c.status = 'pending' and s.seal = new.seal)`;

/** Nobody is asked to look at what is decided. */
const assignmentAllowed = `exists (select 1 from changes c where c.id = new.change_id and c.status = 'pending')`;

/** Everything that the database itself refuses on every engine, from the transition table. */
export function refusals(): Refusal[] {
  return [
    legalMoves(),
    ...moveConditions(),
    refuse(
      'changes_on_record',
      'update of status on changes',
      `(${isLegal}) and not ${isOnRecord}`,
      'countersign: the last event does not tell of this move',
    ),
    refuse(
      'changes_start',
      'insert on changes',
      "new.status <> 'planning'",
      'countersign: a change starts as planning',
    ),
    refuse(
      'changes_fixed',
      `update of ${fixedColumns.join(', ')} on changes`,
      fixedColumns.map((column) => `new.${column} is distinct from old.${column}`).join(' or '),
      'countersign: who asked for what is fixed',
    ),
    refuse('changes_no_delete', 'delete on changes', 'true', 'countersign: changes are kept'),
    refuse(
      'sealed_matches',
      'insert on sealed',
      `not ${sealedMatches}`,
      'countersign: the sealed body is of another change',
    ),
    refuse('attempts_order', 'insert on attempts', `not (${attemptAllowed})`, 'countersign: this step may not begin'),
    refuse(
      'decisions_seal',
      'insert on decisions',
      `not ${decisionAllowed}`,
      'countersign: no such seal waits for a decision',
    ),
    refuse(
      'assignments_pending',
      'insert on assignments',
      `not ${assignmentAllowed}`,
      'countersign: this does not wait for a decision',
    ),
    refuse(
      'decisions_automatic',
      'insert on decisions',
      `new.issuer in (${automatic}) and not (${automaticAllowed})`,
      'countersign: only a person may decide so',
    ),
    refuse(
      'events_chain',
      'insert on events',
      `new.previous <> coalesce((select hash from last_event), '${chainStart}')`,
      'countersign: this does not follow the last event',
    ),
    ...restoreRules(),
    ...requestRules(),
    ...chainRules(),
    ...versionRules(),
    ...thingRules(),
    ...grantRules(),
    ...reviewRules(),
    ...appendOnly(),
  ];
}
