import {
  type Actor,
  moves as allMoves,
  type Condition,
  type Move,
  type Status,
  statuses,
} from '#shared/changes/transitions.ts';
import { progressOf, type State, tookEffect } from './state.ts';

/** What the ledger's triggers ask of a row, in the words of the transition table. */
const conditions: Readonly<Record<Condition, (state: State) => boolean>> = {
  sealed: ({ sealed }) => sealed,
  // The database sees that there is a decision; who signed it is for the executor to find out.
  approved: (state) => isApproved(state) && !state.late,
  rejected: ({ decision, late }) => decision === 'reject' && !late,
  claimed: ({ holder }) => holder !== null,
  complete: ({ attempts, after }) => after && attempts.every((all) => all.some(tookEffect)),
  nothing_done: ({ attempts }) => !attempts.some((all) => all.some(tookEffect)),
  something_done: ({ attempts }) => attempts.some((all) => all.some(tookEffect)),
  in_doubt: (state) => progressOf(state).open !== null,
  settled: (state) => progressOf(state).open === null,
  earlier_approved: ({ earlier }) => earlier === 'none' || earlier === 'approved' || earlier === 'applied',
  earlier_applied: ({ earlier }) => earlier === 'none' || earlier === 'applied',
  earlier_lost: ({ earlier }) => earlier === 'lost',
  replaced: ({ newer }) => newer,
};

/** A rule's decision counts where the seal leaves it to one, and a task grant's until that has ended. */
function isApproved({ decision, kind, automatic, grant }: State): boolean {
  if (decision === 'approve' || decision === 'forged') return true;
  const byRule = kind === 'rule' && (automatic === 'rule' || automatic === 'forged');
  return byRule || (automatic === 'grant' && grant !== 'ended');
}

/** The change after a move, or null when the table or the triggers made from it refuse. */
export function moved(
  moves: readonly Move[],
  state: State,
  { from, to, by }: { readonly from: Status; readonly to: Status; readonly by: Actor },
): State | null {
  const move = moves.find((one) => one.from === from && one.to === to);
  if (state.status !== from || !move?.by.includes(by)) return null;
  if (!move.needs.every((need) => conditions[need](state))) return null;
  return to === 'dispatched' ? { ...state, status: to } : { ...state, status: to, holder: null, held: false };
}

/** States that no move of the true table leaves. */
export function endsOf(): ReadonlySet<Status> {
  return new Set(statuses.filter((status) => allMoves.every((move) => move.from !== status)));
}
