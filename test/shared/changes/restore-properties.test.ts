import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decideSet } from '#shared/changes/decide-set.ts';
import { requestRestore } from '#shared/changes/request-restore.ts';
import { requestSet } from '#shared/changes/request-set.ts';
import { sealSet } from '#shared/changes/seal-set.ts';
import { unsealSet } from '#shared/changes/set.ts';
import { findSetSeal } from '#shared/ledger/sets.ts';
import type { RestoreChoice } from '#shared/tools/index.ts';
import type { Written } from '#test/fakes/notes.ts';
import { alice, bob, type NotesKit, notesKit, workAll } from '#test/fakes/notes-kit.ts';

const ids = ['a', 'b', 'c'] as const;
const text = fc.constantFrom('x', 'y', 'z', null);
const act = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ set: fc.dictionary(fc.constantFrom(...ids), text, { minKeys: 1, maxKeys: 2 }) }),
  },
  { weight: 3, arbitrary: fc.record({ theirs: fc.tuple(fc.constantFrom(...ids), text) }) },
  { weight: 1, arbitrary: fc.record({ undo: fc.nat(5) }) },
);
const choices = fc.constantFrom<RestoreChoice>('refuse', 'untouched', 'overwrite');

/** What an agent and others do, one after the other; answers the changes of the agent that were carried out. */
async function play(kit: NotesKit, acts: readonly (typeof act extends fc.Arbitrary<infer T> ? T : never)[]) {
  const done: string[] = [];
  for (const one of acts) {
    kit.clock.advance(1_000);
    if ('theirs' in one) {
      kit.store.write(...one.theirs);
      continue;
    }
    const id = 'set' in one ? (await kit.propose(one.set)).changeId : await undo(kit, done[one.undo]);
    if (id === null) continue;
    await workAll(kit.context);
    if ((await kit.status(id)) !== 'pending') continue;
    await kit.decide(id);
    await workAll(kit.context);
    done.push(id);
  }
  return done;
}

async function undo({ ledger, clock, blueprint }: NotesKit, id: string | undefined): Promise<string | null> {
  if (id === undefined) return null;
  return requestRestore({ ledger, now: clock.now }, { blueprint }, { change_id: id, choice: 'refuse', reason: 'no' });
}

const historyOf = async (kit: NotesKit, id: string) => (await kit.store.reader.history(id)) ?? [];
const isOurs = ({ mark }: Written): boolean => mark !== null;

/** The text before a write of a note's history. */
const before = (history: readonly Written[], index: number): string | null => history[index - 1]?.text ?? null;

/** What a note has to hold after all that the agent did was put back. */
function expected(history: readonly Written[], choice: RestoreChoice): readonly (string | null)[] {
  const now = history.at(-1)?.text ?? null;
  const first = history.findIndex(isOurs);
  if (first === -1) return [now];
  const theirs = history.findLastIndex((one) => !isOurs(one));
  const untouched = theirs < first;
  if (choice === 'overwrite') return [before(history, first)];
  if (choice === 'untouched') return [before(history, theirs + 1)];
  // A group of changes in which others were is left as it is, with all of its notes.
  return untouched ? [before(history, first), now] : [now];
}

describe('whatever an agent and others do', { timeout: 60_000 }, () => {
  test('a set that puts back all of it gives what was before, and leaves what others did', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 6 }), choices, async (acts, choice) => {
        const kit = await notesKit({ more: 'limits: { writes_per_hour: 100, pending: 50 }' });
        try {
          const queue = { ledger: kit.ledger, now: kit.clock.now };
          const changes = await play(kit, acts);
          const histories = new Map<string, readonly Written[]>();
          for (const id of ids) histories.set(id, [...(await historyOf(kit, id))]);
          if (changes.length === 0) return;
          const asked = { agent: 'note-bot', since: '2027-01-01T00:00:00.000Z', choice, reason: 'all' };
          const set = await requestSet(queue, alice, asked);
          await workAll(kit.context);
          await sealSet(queue, set);
          const kept = await findSetSeal(kit.ledger.db, set);
          if (!kept) throw new Error('the set is not sealed');
          if (unsealSet(kept).members.length > 0) {
            const decision = { setId: set, seal: kept.seal, verb: 'approve', approver: bob, reason: '' } as const;
            await decideSet({ ...queue, key: kit.key }, decision);
            await workAll(kit.context);
          }
          const isTouched = [...histories.values()].some(
            (history) => history.findLastIndex((one) => !isOurs(one)) > history.findIndex(isOurs),
          );
          for (const [id, history] of histories) {
            const allowed = expected(history, choice);
            expect(allowed, `${id} ${choice}`).toContain(kit.store.get(id).text);
            if (!isTouched) expect(kit.store.get(id).text).toBe(allowed[0]);
          }
        } finally {
          await kit.close();
        }
      }),
      { numRuns: 15, seed: 7 },
    );
  });
});
