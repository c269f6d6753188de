import { sha256 } from '#shared/crypto/canonical.ts';
import { stateEvents } from '#shared/ledger/after.ts';
import type { SnapshotsTable } from '#shared/ledger/schema.ts';
import type { Tell } from './audit.ts';
import type { Kept } from './audit-page.ts';
import { isAsked } from './requested.ts';
import { type Sealed, unseal } from './sealed.ts';
import { assertRowIsSealed } from './verify.ts';

/** Checks a change's sealed body, what the ledger repeats of it, and its snapshots. Null when it has none that holds. */
export function auditSealed(kept: Kept, tell: Tell): Sealed | null {
  const { row, sealed } = kept;
  if (sealed === null) {
    const moved = kept.snapshots.length > 0 || kept.touches.length > 0 || kept.events.some(isPending);
    if (moved) tell('seal', row.id, 'What was sealed is gone.');
    return null;
  }
  checkSnapshots(kept, sealed.snapshot, tell);
  try {
    const whole = unseal(sealed);
    assertRowIsSealed(row, whole.body);
    if (!isAsked(kept.requested ?? undefined, whole.body)) throw new Error();
    const touches = [...new Set(whole.body.touches)].sort();
    if (sealed.snapshot !== whole.body.snapshot || sealed.steps !== whole.body.steps.length) throw new Error();
    if (JSON.stringify(touches) !== JSON.stringify([...kept.touches].sort())) throw new Error();
    const { change_id: replaced, version } = whole.body.supersedes ?? {};
    if (kept.version?.supersedes !== replaced || kept.version?.version !== version) throw new Error();
    return whole;
  } catch {
    tell('seal', row.id, 'It is not what was sealed.');
    return null;
  }
}

const isPending = ({ type }: { readonly type: string }): boolean => type === 'change.pending';

function checkSnapshots({ row, snapshots, events }: Kept, before: string, tell: Tell): void {
  const found = (phase: string): SnapshotsTable | undefined => snapshots.find((one) => one.phase === phase);
  const [first, after] = [found('before'), found('after')];
  if (first?.digest !== before || !isWhole(first)) {
    tell('snapshot', row.id, 'The state before it is not what was kept.');
  }
  const left = events.find(({ type }) => type === stateEvents.left);
  const said = left && (JSON.parse(left.body) as { digest?: string }).digest;
  // Earlier versions did not record which state was left.
  if (after ? !isWhole(after) || (left && said !== after.digest) : left) {
    tell('snapshot', row.id, 'The state after it is not what was kept.');
  }
  for (const { seq, type, body } of events) {
    if (type !== stateEvents.again || isWhole(JSON.parse(body))) continue;
    tell('snapshot', row.id, `The state after it, which event ${seq} keeps, is not what its digest says.`);
  }
}

function isWhole(snapshot: { readonly body: string; readonly digest: string }): boolean {
  return sha256(snapshot.body) === snapshot.digest;
}
