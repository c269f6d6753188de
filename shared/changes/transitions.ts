/**
 * The life of a change, as data. The code, the ledger's constraints and the drawings in the documentation come from
 * this one table; no row moves except along it.
 */
export const statuses = [
  'planning',
  'pending',
  'approved',
  'dispatched',
  'unknown',
  'partial',
  'applied',
  'rejected',
  'withdrawn',
  'expired',
  'superseded',
  'stale',
  'revoked',
  'failed',
  'compared',
] as const;

export type Status = (typeof statuses)[number];

/**
 * What the ledger itself demands before it lets a row move, besides the move being in the table.
 * `sealed`: the seal and the snapshot it names are there. `approved`: unexpired decisions of that kind over this very
 * seal, of as many people as its rule wants, or one that a rule or a task grant gave. `rejected`: one. `claimed`: an executor holds the lease. `complete`: every
 * step has its receipt, and the state we left is kept. `nothing_done`: no step took effect. `something_done`: at least
 * one did. `in_doubt`: a step was begun and how it ended is not known. `settled`: no such step is left. `earlier_…`: what
 * the change says that this one comes after, if there is one: it was approved, it was applied; or it ended and never
 * will be. `replaced`: another change, which is sealed, is the next version of this one.
 */
export type Condition =
  | 'sealed'
  | 'approved'
  | 'rejected'
  | 'claimed'
  | 'complete'
  | 'nothing_done'
  | 'something_done'
  | 'in_doubt'
  | 'settled'
  | 'earlier_approved'
  | 'earlier_applied'
  | 'earlier_lost'
  | 'replaced';

/** `rule`: the approvals server by a review rule of a blueprint, or by a task grant that a person gave. */
export type Actor = 'agent' | 'person' | 'rule' | 'executor' | 'clock';

export type Move = {
  readonly from: Status;
  readonly to: Status;
  readonly by: readonly Actor[];
  readonly needs: readonly Condition[];
  /** When this happens, in words for the documentation. */
  readonly when: string;
};

export const moves: readonly Move[] = [
  {
    from: 'planning',
    to: 'pending',
    by: ['agent', 'executor'],
    needs: ['sealed'],
    when: 'the plan is made and sealed',
  },
  { from: 'planning', to: 'failed', by: ['executor'], needs: ['nothing_done'], when: 'no plan can be made' },
  {
    from: 'planning',
    to: 'compared',
    by: ['executor'],
    needs: ['nothing_done'],
    when: 'a restore is only tried out: what is there now is compared',
  },
  { from: 'planning', to: 'withdrawn', by: ['agent', 'person'], needs: [], when: 'whoever asked takes it back' },
  { from: 'planning', to: 'expired', by: ['clock'], needs: [], when: 'its time is over' },
  {
    from: 'pending',
    to: 'approved',
    by: ['person', 'rule'],
    needs: ['sealed', 'approved', 'earlier_approved'],
    when: 'enough people approve, or a rule or a task grant does',
  },
  { from: 'pending', to: 'rejected', by: ['person'], needs: ['rejected'], when: 'a person says no' },
  { from: 'pending', to: 'withdrawn', by: ['agent', 'person'], needs: [], when: 'whoever asked takes it back' },
  { from: 'pending', to: 'expired', by: ['clock'], needs: [], when: 'nobody decided in time' },
  {
    from: 'pending',
    to: 'stale',
    by: ['executor', 'clock'],
    needs: ['earlier_lost'],
    when: 'the change that it comes after ended otherwise than applied',
  },
  { from: 'pending', to: 'superseded', by: ['agent'], needs: ['replaced'], when: 'a newer version takes its place' },
  {
    from: 'approved',
    to: 'dispatched',
    by: ['executor'],
    needs: ['sealed', 'approved', 'claimed', 'earlier_applied'],
    when: 'an executor has verified everything and starts',
  },
  {
    from: 'approved',
    to: 'stale',
    by: ['executor', 'clock'],
    needs: ['nothing_done'],
    when: 'what it would write has changed, or the change that it comes after ended otherwise than applied',
  },
  {
    from: 'approved',
    to: 'revoked',
    by: ['executor', 'person'],
    needs: ['nothing_done'],
    when: 'the seal, a signature, the blueprint or the grant does not hold any more',
  },
  { from: 'approved', to: 'withdrawn', by: ['agent', 'person'], needs: ['nothing_done'], when: 'taken back in time' },
  { from: 'approved', to: 'expired', by: ['clock', 'executor'], needs: ['nothing_done'], when: 'too late to start' },
  {
    from: 'dispatched',
    to: 'applied',
    by: ['executor'],
    needs: ['complete', 'settled'],
    when: 'every step has its receipt and what was left is kept',
  },
  {
    from: 'dispatched',
    to: 'stale',
    by: ['executor'],
    needs: ['nothing_done', 'settled'],
    when: 'the backend’s own precondition refused the first step',
  },
  {
    from: 'dispatched',
    to: 'failed',
    by: ['executor'],
    needs: ['nothing_done', 'settled'],
    when: 'the backend refused, nothing was done',
  },
  {
    from: 'dispatched',
    to: 'partial',
    by: ['executor'],
    needs: ['something_done', 'settled'],
    when: 'some steps are done and the next cannot be',
  },
  { from: 'dispatched', to: 'unknown', by: ['executor'], needs: ['in_doubt'], when: 'the answer to a step was lost' },
  {
    from: 'unknown',
    to: 'dispatched',
    by: ['executor'],
    needs: ['approved', 'claimed', 'settled'],
    when: 'the doubt is settled and steps remain',
  },
  {
    from: 'unknown',
    to: 'applied',
    by: ['executor', 'person'],
    needs: ['complete', 'settled'],
    when: 'our mark was found, nothing remains',
  },
  {
    from: 'unknown',
    to: 'failed',
    by: ['executor', 'person'],
    needs: ['nothing_done', 'settled'],
    when: 'it certainly did not happen',
  },
  {
    from: 'unknown',
    to: 'partial',
    by: ['executor', 'person'],
    needs: ['something_done', 'settled'],
    when: 'some steps are done and the rest may not start any more',
  },
  {
    from: 'partial',
    to: 'dispatched',
    by: ['executor'],
    needs: ['approved', 'claimed', 'settled'],
    when: 'the remaining steps are taken up again under the same approval',
  },
];

/** States in which a change still waits for something or is under way. */
export const openStatuses = ['planning', 'pending', 'approved', 'dispatched', 'unknown'] as const satisfies Status[];

export function isOpen(status: Status): boolean {
  return (openStatuses as readonly Status[]).includes(status);
}

/** The move, or null when the table has none. */
export function findMove(from: Status, to: Status): Move | null {
  return moves.find((move) => move.from === from && move.to === to) ?? null;
}

/** Where a change is, or has been, approved and may still be applied. */
export const goneAhead = ['approved', 'dispatched', 'unknown', 'partial', 'applied'] as const satisfies Status[];

/** Ends at which a change was never applied and never will be: what comes after it ends too. */
export const lostEnds = [
  'rejected',
  'withdrawn',
  'expired',
  'superseded',
  'stale',
  'revoked',
  'failed',
] as const satisfies Status[];

export function isLost(status: Status): boolean {
  return (lostEnds as readonly Status[]).includes(status);
}
