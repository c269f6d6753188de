import { verifyAutomatic } from '#shared/changes/automatic.ts';
import { isAutomatic } from '#shared/changes/automatic-issuers.ts';
import { verifyDecision } from '#shared/changes/decision.ts';
import { markOf } from '#shared/changes/mark.ts';
import { unseal } from '#shared/changes/sealed.ts';
import { findMove, type Status } from '#shared/changes/transitions.ts';
import { decisionsOf } from '#shared/ledger/decisions.ts';
import { findSealed, findSnapshot } from '#shared/ledger/proposals.ts';
import type { NotesExecutor, NotesKit } from '#test/fakes/notes-kit.ts';
import { brokenPromise } from './properties.ts';
import { type Attempt, type State, startOf } from './state.ts';

/** What a sequence of commands is tried on: a ledger, a notebook, and executors that may hang in a write. */
export type Real = {
  readonly kit: NotesKit;
  /** A name for the next executor. */
  executors: number;
  /** Executors that hang in a write, and how to let them go on, or lose the connection. */
  readonly hanging: { readonly wake: () => void; readonly drop: () => void; readonly work: Promise<unknown> }[];
  readonly ids: string[];
};

export function nextExecutor(real: Real, other: Partial<NotesExecutor> = {}): NotesExecutor {
  real.executors += 1;
  return real.kit.executor(`executor-${real.executors}`, other);
}

/** Every promise that the ledger and the notebook break now, for each change. */
export async function brokenPromises({ kit, ids }: Real): Promise<string[]> {
  const broken: string[] = [];
  for (const id of ids) {
    const state = await stateOf(kit, id);
    const wrong =
      brokenPromise(state) ?? (await brokenRecord(kit, id, state.status)) ?? (await undecided(kit, id, state));
    if (wrong) broken.push(`${id}: ${wrong}`);
  }
  return broken;
}

/** Whether anything was written of a change that nobody signed for, and that its sealed rule did not decide. */
async function undecided(kit: NotesKit, id: string, { effects }: State): Promise<string | null> {
  const kept = effects.some((count) => count > 0) ? await findSealed(kit.ledger.db, id) : undefined;
  if (!kept) return null;
  const keys = kit.context.keys();
  const { decide } = unseal(kept).body.review;
  const isSigned = (await decisionsOf(kit.ledger.db, id)).some((row) => {
    if (!isAutomatic(row)) return verifyDecision(keys, row.envelope).changes.some(({ seal }) => seal === kept.seal);
    return decide === 'policy' && verifyAutomatic(keys, row.envelope).seal === kept.seal;
  });
  return isSigned ? null : 'it was written, and nobody signed for it';
}

/** A change as the explorer sees one: from the rows of the ledger, and from what the notebook says that it wrote. */
async function stateOf({ ledger: { db }, store }: NotesKit, id: string): Promise<State> {
  const { status } = await db.selectFrom('changes').select('status').where('id', '=', id).executeTakeFirstOrThrow();
  const kept = await findSealed(db, id);
  if (!kept) return { ...startOf({ steps: 1, attempts: 0, misfortunes: 0 }), status };
  const { body } = unseal(kept);
  const mark = markOf(body).token;
  const rows = await db
    .selectFrom('attempts as a')
    .leftJoin('outcomes as o', (join) =>
      join.onRef('o.change_id', '=', 'a.change_id').onRef('o.step', '=', 'a.step').onRef('o.attempt', '=', 'a.attempt'),
    )
    .where('a.change_id', '=', id)
    .orderBy('a.attempt')
    .select(['a.step', 'o.outcome'])
    .execute();
  const attempts = body.steps.map((_, step) =>
    rows
      .filter((row) => row.step === step)
      .map(({ outcome }): Attempt => ({ outcome, request: 'unsent', answer: null, old: false })),
  );
  const effects: number[] = [];
  for (const step of body.steps) effects.push(await writesOf(store, step.replace(/^write /, ''), mark));
  const after = (await findSnapshot(db, id, 'after')) !== undefined;
  const start = startOf({ steps: body.steps.length, attempts: 0, misfortunes: 0 });
  return { ...start, status, sealed: true, decision: await decisionOf(db, id), attempts, after, effects };
}

/** What people said of it: one no is a no. */
async function decisionOf(db: NotesKit['ledger']['db'], id: string): Promise<'none' | 'approve' | 'reject'> {
  const verbs = (await decisionsOf(db, id)).filter((row) => !isAutomatic(row)).map(({ verb }) => verb);
  if (verbs.includes('reject')) return 'reject';
  return verbs.length > 0 ? 'approve' : 'none';
}

/** Whether a step of a change took effect, as somebody sees who looks into the notebook. */
export async function tookEffect(kit: NotesKit, id: string, step: number): Promise<boolean> {
  return ((await stateOf(kit, id)).effects[step] ?? 0) > 0;
}

/** How often a note was written under a mark, also while the notebook would not tell an executor. */
async function writesOf(store: NotesKit['store'], note: string, mark: string): Promise<number> {
  const tells = store.tellsHistory;
  store.tellsHistory = true;
  const history = (await store.reader.history(note)) ?? [];
  store.tellsHistory = tells;
  return history.filter((one) => one.mark === mark).length;
}

/** Whether the record of a change is a way through the transition table that leads to where it is. */
async function brokenRecord({ ledger: { db } }: NotesKit, id: string, status: Status): Promise<string | null> {
  const events = await db
    .selectFrom('events')
    .select(['type', 'body'])
    .where('change_id', '=', id)
    .orderBy('seq')
    .execute();
  let at: Status = 'planning';
  for (const { type, body } of events) {
    if (type === 'change.asked' || !type.startsWith('change.')) continue;
    const { from, to } = JSON.parse(body) as { from: Status; to: Status };
    if (from !== at || !findMove(from, to)) return `its record goes from ${at} to ${to}`;
    at = to;
  }
  return at === status ? null : `it is ${status}, and its record ends with ${at}`;
}
