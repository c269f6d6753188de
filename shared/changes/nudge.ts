import { AppError } from '#shared/errors.ts';
import { type Assignee, assignmentsOf } from '#shared/ledger/assignments.ts';
import { findChange } from '#shared/ledger/changes.ts';
import { appendEvent } from '#shared/ledger/events.ts';
import type { Ledger } from '#shared/ledger/ledger.ts';
import { type Nudge, nudgeEvents, nudgesOf } from '#shared/ledger/nudges.ts';
import type { LedgerTx } from '#shared/ledger/schema.ts';
import { entriesOf } from './code-owners.ts';
import { type SealedBody, unseal } from './sealed.ts';

type Due = { readonly kind: Nudge['kind']; readonly at: string };

/** What is still to be told of the changes that wait: what was sealed, so that it is read once. Nothing is lost with it. */
export type Nudging = Map<string, readonly Due[]>;

/** So many sealed bodies are read at once. */
const page = 100;

/**
 * Tells once more of changes that have waited for long, as was sealed with them: each once, because the event that tells is
 * looked for in the transaction that records it. Answers how many. `known` is kept from one call to the next.
 */
export async function nudgeOverdue(ledger: Ledger, known: Nudging, at: Date): Promise<number> {
  const now = at.toISOString();
  const rows = await ledger.db
    .selectFrom('changes')
    .select('id')
    .where('status', '=', 'pending')
    .where('expires_at', '>', now)
    .execute();
  const waiting = new Set(rows.map(({ id }) => id));
  for (const id of known.keys()) if (!waiting.has(id)) known.delete(id);
  await learn(
    ledger,
    known,
    [...waiting].filter((id) => !known.has(id)),
  );
  let told = 0;
  for (const [id, dues] of known) {
    for (const due of dues.filter((one) => one.at <= now)) {
      if (await ledger.write((tx) => nudge(tx, id, due.kind, now))) told += 1;
    }
    if (dues.some((one) => one.at <= now))
      known.set(
        id,
        dues.filter((one) => one.at > now),
      );
  }
  return told;
}

async function learn({ db }: Ledger, known: Nudging, ids: readonly string[]): Promise<void> {
  for (let from = 0; from < ids.length; from += page) {
    const some = ids.slice(from, from + page);
    const kept = await db.selectFrom('sealed').selectAll().where('change_id', 'in', some).execute();
    for (const one of kept) known.set(one.change_id, duesOf(one));
  }
}

/** Nothing is told of what is not as it was sealed: people see that it is broken. */
function duesOf(kept: { readonly seal: string; readonly body: string }): readonly Due[] {
  try {
    const { remind_at: remind, escalate } = unseal(kept).body.review;
    return [
      ...(remind === undefined ? [] : [{ kind: 'reminder', at: remind } as const]),
      ...(escalate === undefined ? [] : [{ kind: 'escalated', at: escalate.at } as const]),
    ];
  } catch (error) {
    if (error instanceof AppError && error.code === 'seal_mismatch') return [];
    throw error;
  }
}

/** Records that it is told, if the change still waits and it was not told before. */
async function nudge(tx: LedgerTx, id: string, kind: Nudge['kind'], at: string): Promise<boolean> {
  const kept = await tx.selectFrom('sealed').selectAll().where('change_id', '=', id).executeTakeFirst();
  if (!kept || (await findChange(tx, id))?.status !== 'pending') return false;
  if ((await nudgesOf(tx, [id])).get(id)?.some((one) => one.kind === kind)) return false;
  const assignee = (await assignmentsOf(tx, [id])).get(id)?.assignee ?? null;
  const told = toldOf(unseal(kept).body, kind, assignee);
  const actor = { kind: 'server', server: 'approvals' } as const;
  await appendEvent(tx, { at, type: nudgeEvents[kind], changeId: id, actor, body: { told } });
  return true;
}

/** Who is reminded: whoever has taken it, or all who may decide. */
function toldOf({ review }: SealedBody, kind: Nudge['kind'], assignee: Assignee | null): string[] {
  if (kind === 'escalated') return [...(review.escalate?.to ?? [])];
  if (assignee === null) return entriesOf(review).filter((entry) => entry !== 'codeowners');
  return ['person' in assignee ? `person:${assignee.person}` : assignee.subject];
}
