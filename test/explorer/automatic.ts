import type { Rules } from './rules.ts';
import { carrierOf, type State } from './state.ts';
import { moved } from './table.ts';

type Steps = [string, State][];

/** What the approvals server decides without a person, as `decideAutomatically` does, in one transaction. */
export function automatically(rules: Rules, state: State): Steps {
  const { kind, automatic, decision, status, stopped } = state;
  const waits = status === 'pending' && !state.late;
  // Only a rejection is what a decision could be added to by mistake.
  const isOver = rules.checks.pending || status !== 'rejected';
  if (automatic !== 'none' || stopped || kind === 'people' || (!waits && isOver)) return [];
  if (kind === 'rule') {
    if (!rules.decides(state)) return [];
    const promise = 'a rule decides what does not come under it';
    const sound = state.own && state.blueprint === 'live' ? null : promise;
    return [
      ['the rule decides', approvedDecided(rules, { ...state, automatic: 'rule', broke: beside(state) ?? sound })],
    ];
  }
  const { grant } = state;
  if (grant === 'none' || (grant === 'ended' && rules.checks.lasting) || decision === 'approve') return [];
  const coverage = rules.covers(state);
  if (coverage === 'waits') return [];
  if (coverage === 'ends') return [['the change shows that the task is another', { ...state, grant: 'ended' }]];
  const sound = grant === 'lasts' && state.own ? null : 'a task grant covers what it does not go so far as';
  return [
    [
      'the task grant covers it',
      approvedDecided(rules, { ...state, automatic: 'grant', broke: beside(state) ?? sound }),
    ],
  ];
}

function beside({ decision }: State): string | null {
  return decision === 'reject' ? 'a person’s rejection and an automatic approval are both in force' : null;
}

/** Moves a change that is decided, as `approveDecided` does, unless what it comes after is not approved yet. */
export function approvedDecided(rules: Rules, state: State): State {
  if (carrierOf(state) === null) return state;
  return moved(rules.moves, state, { from: 'pending', to: 'approved', by: 'rule' }) ?? state;
}

/** What people do about task grants and rules when asked, which no exploration counts. */
export function givesGrant(state: State): Steps {
  if (state.kind !== 'grant' || state.grant !== 'none' || state.status !== 'planning') return [];
  return [['a person gives a task grant', { ...state, grant: 'lasts' }]];
}

/** What ends a grant or a rule before the change is at its end. */
export function endsOfThem(state: State): Steps {
  const { kind, grant, automatic, own, status } = state;
  const open = ['planning', 'pending', 'approved', 'dispatched', 'unknown', 'partial'].includes(status);
  if (!open) return [];
  const steps: Steps = [];
  const isGiven = grant === 'lasts' || grant === 'used up';
  if (isGiven) steps.push(['the task grant is taken back, or another change ends it', { ...state, grant: 'ended' }]);
  if (grant === 'lasts' && automatic === 'none')
    steps.push(['other changes use the grant up', { ...state, grant: 'used up' }]);
  // What the seal of a follow-up says that it builds on is what it was when that was made.
  const counts = kind === 'rule' || (kind === 'grant' && status === 'planning');
  if (own && counts) steps.push(['somebody else’s change is applied to what it builds on', { ...state, own: false }]);
  return steps;
}

/** Why the ledger says that a decision does not hold any more, as `haltInLedger` asks it. */
export function haltInLedger(rules: Rules, state: State): 'revoked' | null {
  if (!rules.checks.ledger) return null;
  const carrier = carrierOf(state);
  const isOver = (carrier === 'rule' && !state.own) || (carrier === 'grant' && state.grant === 'ended');
  return isOver ? 'revoked' : null;
}

/** What must hold of a decision at the moment that something goes out by it; null when it does. */
export function brokenDecision(state: State): string | null {
  const { own, grant, blueprint, decision, late } = state;
  const carrier = carrierOf(state);
  if (carrier === null || late) return 'without a verified, unexpired decision';
  if (decision === 'reject') return 'that a person rejected';
  if (blueprint === 'gone' || blueprint === 'narrowed') return 'without a live blueprint';
  if (carrier === 'rule' && (!own || blueprint !== 'live')) return 'by a rule that does not hold any more';
  if (carrier === 'grant' && blueprint === 'unoffered') return 'under a task grant that is not offered any more';
  return carrier === 'grant' && grant === 'ended' ? 'under a task grant that has ended' : null;
}
