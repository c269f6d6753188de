import { canonical } from '#shared/crypto/canonical.ts';
import { assignedEvent } from '#shared/ledger/assignments.ts';
import type { Tell } from './audit.ts';
import type { Kept } from './audit-page.ts';

/** Every note of who is to look at a change has its event, and every such event its note. */
export function auditAssignments({ row, assignments, events }: Kept, tell: Tell): void {
  const said = events
    .filter(({ type }) => type === assignedEvent)
    .map(({ at, actor, body }) => canonical([at, actor, body]));
  const there = assignments.map(({ id, assignee, actor, at }) =>
    canonical([at, actor, canonical({ assignment: id, assignee: assignee === null ? null : JSON.parse(assignee) })]),
  );
  if (canonical(said.sort()) !== canonical(there.sort())) {
    tell('operator', row.id, 'Who was to look at it is not as its events tell.');
  }
}
