import { type Assignee, type Assignment, assignmentsOf } from '#shared/ledger/assignments.ts';
import type { ChangeRow } from '#shared/ledger/changes.ts';
import { type Nudge, nudgesOf } from '#shared/ledger/nudges.ts';
import type { LedgerDb } from '#shared/ledger/schema.ts';
import { actorView } from './people.ts';
import { reveal } from './reveal.ts';

/** Who looks at changes that wait, and what was told again of them. Every text is safe to look at. */
export async function attentionOf(
  db: LedgerDb,
  rows: readonly Pick<ChangeRow, 'id' | 'status'>[],
): Promise<(id: string) => AttentionView | null> {
  const waiting = rows.filter(({ status }) => status === 'pending').map(({ id }) => id);
  const [assigned, nudges] = await Promise.all([assignmentsOf(db, waiting), nudgesOf(db, waiting)]);
  return (id) => (waiting.includes(id) ? attentionView(assigned.get(id), nudges.get(id) ?? []) : null);
}

type AttentionView = ReturnType<typeof attentionView>;

function attentionView(assigned: Assignment | undefined, nudges: readonly Nudge[]) {
  const escalated = nudges.find(({ kind }) => kind === 'escalated');
  return {
    /** Null when nobody ever was; without `who` when it was given back. */
    assigned: assigned
      ? {
          id: assigned.id,
          who: assigned.assignee && assigneeView(assigned.assignee),
          by: actorView(assigned.actor),
          at: assigned.at,
        }
      : null,
    reminded_at: nudges.find(({ kind }) => kind === 'reminder')?.at ?? null,
    escalated: escalated ? { at: escalated.at, to: escalated.told.map(reveal) } : null,
  };
}

function assigneeView(assignee: Assignee) {
  if ('person' in assignee) {
    return { name: reveal(assignee.person), person: assignee.person, issuer: null, subject: null };
  }
  const { issuer, subject } = assignee;
  return { name: reveal(subject), person: null, issuer: reveal(issuer), subject: reveal(subject) };
}
