import fc from 'fast-check';
import { expect } from 'vitest';
import { auditLedger } from '#shared/changes/audit.ts';
import { type DecideContext, type DecisionInput, decide } from '#shared/changes/decide.ts';
import type { Decision } from '#shared/changes/decision.ts';
import { decisionsOf } from '#shared/ledger/decisions.ts';
import { eventsOf } from '#shared/ledger/events.ts';
import type { Ledger } from '#shared/ledger/ledger.ts';
import { findSealed } from '#shared/ledger/proposals.ts';
import { alice, type NotesKit } from '#test/fakes/notes-kit.ts';

/** Who begins, and how many turns of the event loop later the other one does; null: once the first was answered. */
type Start = { readonly isSwapped: boolean; readonly turns: number | null };

const drawn = fc.record({ isSwapped: fc.boolean(), turns: fc.nat(7) });

/** Each of the two before the other, and some starts in between. */
export const starts: readonly Start[] = [
  { isSwapped: false, turns: null },
  { isSwapped: true, turns: null },
  { isSwapped: false, turns: 0 },
  { isSwapped: true, turns: 0 },
  ...fc.sample(drawn, { seed: 11, numRuns: 2 }),
];

/** What somebody was told: what they got, or the code of the error, and in which words. */
export type Told = { readonly got: string; readonly words: string };

const told = (answer: Promise<string>): Promise<Told> =>
  answer.then(
    (got) => ({ got, words: '' }),
    ({ code, message }: { code?: string; message: string }) => ({ got: code ?? message, words: message }),
  );

/** Lets two do something at the same time; answers what each was told. */
export async function race(
  { isSwapped, turns }: Start,
  one: () => Promise<string>,
  other: () => Promise<string>,
): Promise<readonly [Told, Told]> {
  const [first, second] = isSwapped ? [other, one] : [one, other];
  const begun = told(first());
  if (turns === null) await begun;
  for (let turn = 0; turn < (turns ?? 0); turn += 1) await new Promise((resolve) => setImmediate(resolve));
  const late = told(second());
  const [a, b] = [await begun, await late];
  return isSwapped ? [b, a] : [a, b];
}

/** What those do who race on a kit, each through a connection to its ledger. */
export function racesOn(kit: () => NotesKit) {
  const shown = async (ids: readonly string[]): Promise<DecisionInput['changes']> => {
    const seals = await Promise.all(ids.map((id) => findSealed(kit().ledger.db, id)));
    return ids.map((changeId, at) => ({ changeId, seal: seals[at]?.seal ?? '' }));
  };
  const asked = async (text: string, note = 'a'): Promise<string> => (await kit().propose({ [note]: text })).changeId;
  return {
    asked,
    shown,
    /** One for each start. */
    each: async (run: (start: Start, id: string) => Promise<void>): Promise<void> => {
      for (const [at, start] of starts.entries()) await run(start, await asked(`text ${at}`));
    },
    /** A decision that is ready to be made. Answers where the changes stand then. */
    decision:
      (ledger: Ledger, changes: DecisionInput['changes'], said: Partial<DecisionInput> = {}) =>
      async (): Promise<string> => {
        const { key, clock } = kit();
        const context: DecideContext = { ledger, key, now: clock.now };
        const decided = await decide(context, { changes, verb: 'approve', approver: alice, reason: 'looked', ...said });
        return decided.map(({ status }) => status).join();
      },
    /** That just these decisions were kept, and that the record tells where the change stands, and of no decision more. */
    expectRecord: async (id: string, kept: readonly Decision['verb'][]): Promise<void> => {
      const { db } = kit().ledger;
      expect((await decisionsOf(db, id)).map(({ verb }) => verb)).toEqual(kept);
      const events = await eventsOf(db, id);
      expect(events.filter(({ type }) => type === 'decision.made').map(({ body }) => body['verb'])).toEqual(kept);
      const moves = events.filter(({ type }) => type.startsWith('change.'));
      expect(moves.at(-1)?.type).toBe(`change.${await kit().status(id)}`);
    },
    /** That nothing in the ledger contradicts anything else in it. */
    expectSound: async (): Promise<void> => {
      const { ledger, context } = kit();
      const { findings } = await auditLedger(ledger.db, { keys: context.keys(), vault: ledger.vault });
      expect(findings).toEqual([]);
    },
  };
}
