import { type Decided, type DecisionInput, decide } from '#shared/changes/decide.ts';
import { findChange } from '#shared/ledger/changes.ts';
import { findSealed } from '#shared/ledger/proposals.ts';
import { alice, type NotesKit } from '#test/fakes/notes-kit.ts';

/** What tests of changes that come after others do with a kit. */
export function chainsOn(kit: () => NotesKit) {
  /** Each with the seal that a person is shown. */
  const shown = async (ids: readonly string[]): Promise<DecisionInput['changes']> => {
    const seals = await Promise.all(ids.map((id) => findSealed(kit().ledger.db, id)));
    return ids.map((changeId, index) => ({ changeId, seal: seals[index]?.seal ?? '' }));
  };
  return {
    shown,
    first: async (text = 'one'): Promise<string> => (await kit().propose({ a: text })).changeId,
    /** Proposes a note that comes after a change, with a text that may refer to it. */
    next: async (after: string, id: string, link = ''): Promise<string> => {
      const notes = [{ id, text: `${id}: `, link }];
      return (await kit().propose({}, { notes, after })).changeId;
    },
    decideOn: async (ids: readonly string[], other: Partial<DecisionInput> = {}): Promise<readonly Decided[]> => {
      const { ledger, key, clock } = kit();
      const input = { changes: await shown(ids), verb: 'approve', approver: alice, reason: '', ...other } as const;
      return decide({ ledger, key, now: clock.now }, input);
    },
    statuses: (...ids: readonly string[]) => Promise.all(ids.map((id) => kit().status(id))),
    noteOf: async (id: string) => (await findChange(kit().ledger.db, id))?.note,
    /** The notes that the executor tried to write, in order. */
    wrote: () =>
      kit()
        .store.log.filter((call) => call.startsWith('put'))
        .map((call) => call.slice(4, 5)),
  };
}
