import type { Proposed } from '#shared/changes/propose.ts';
import { sha256 } from '#shared/crypto/canonical.ts';
import { keepAfter } from '#shared/ledger/after.ts';
import { beginAttempt, endAttempt } from '#shared/ledger/attempts.ts';
import { moveChange } from '#shared/ledger/changes.ts';
import { takeLease } from '#shared/ledger/leases.ts';
import { findSealed } from '#shared/ledger/proposals.ts';
import { timed } from '../statistics.ts';
import { approve, type Place } from './operations.ts';

const actor = { kind: 'server', server: 'github' } as const;
const executor = 'bench';
const leaseMs = 60_000;

/** Milliseconds of each transaction in the life of a change, by what it is. */
export type Life = Readonly<Record<string, number>>;

/** Takes one change from its proposal to its end, with all that the ledger is told on the way and no backend. */
export async function live(place: Place, propose: () => Promise<Proposed>): Promise<Life> {
  const { ledger } = place;
  const times: Record<string, number> = {};
  const note = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    const [result, ms] = await timed(work);
    times[what] = (times[what] ?? 0) + ms;
    return result;
  };
  const { changeId: id } = await note('propose()', propose);
  await note('decide()', () => approve(place, id));
  const now = Date.now();
  const lease = { id, status: 'approved', executor, now, until: now + leaseMs } as const;
  const taken = await note('claim', () => ledger.write((tx) => takeLease(tx, lease)));
  if (!taken) throw new Error(`${id} cannot be claimed`);
  const at = (): string => new Date().toISOString();
  await note('execute: begin', () =>
    ledger.write((tx) => moveChange(tx, { id, from: 'approved', to: 'dispatched', at: at(), actor })),
  );
  const steps = (await findSealed(ledger.db, id))?.steps ?? 0;
  for (let step = 0; step < steps; step += 1) {
    const attempt = { changeId: id, step, attempt: 1, executor };
    await note('execute: steps', async () => {
      const [name, begun] = [`step ${step}`, new Date()];
      await ledger.write((tx) => beginAttempt(tx, { ...attempt, name, at: begun, leaseTime: begun.getTime() }));
      await ledger.write((tx) => endAttempt(tx, { ...attempt, outcome: 'done', receipt: { step }, at: at() }));
    });
  }
  await note('execute: end', () =>
    ledger.write(async (tx) => {
      await keepAfter(tx, { changeId: id, digest: sha256(id), body: '{}', at: at(), actor });
      await moveChange(tx, { id, from: 'dispatched', to: 'applied', at: at(), actor });
    }),
  );
  return times;
}
