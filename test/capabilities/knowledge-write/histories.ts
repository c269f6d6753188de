import * as fc from 'fast-check';
import { expect } from 'vitest';
import type { Mark } from '#shared/tools/index.ts';
import { carryOut, planRestore, propose, undecided, type Wiki, write } from './drive.ts';
import { everybodySees, type SeenPage } from './everybody-sees.ts';

/** A place to try histories at: an empty namespace, and a moment that is after all that was done and before all that will be. */
export type Empty = { readonly wiki: Wiki; readonly namespace: string; readonly moment: () => string };

/** What is asked for: pages are named by where they come among those there are. */
type Deed = {
  readonly what: 'create_page' | 'update_page' | 'move_page' | 'trash_page' | 'draft' | 'new_draft' | 'accept_page';
  readonly page: number;
  readonly to: number;
  readonly says: string;
};

const deed: fc.Arbitrary<Deed> = fc.record({
  what: fc.constantFrom(
    ...(['create_page', 'create_page', 'update_page', 'update_page', 'move_page', 'move_page'] as const),
    ...(['trash_page', 'draft', 'new_draft', 'accept_page'] as const),
  ),
  page: fc.nat(9),
  to: fc.nat(9),
  says: fc.constantFrom('one', 'two', 'three'),
});

function marks(): () => Mark {
  let count = 0;
  return () => {
    count += 1;
    return { changeId: `chg_${count}`, token: count.toString(16).padStart(4, '0') };
  };
}

/** Asks for a deed, and does it where that is not refused. */
async function act({ wiki, namespace }: Empty, deed: Deed, by: Mark, drafts: Map<string, string>): Promise<void> {
  const live = await everybodySees(wiki, namespace);
  const parent = live[deed.to % (live.length + 1)]?.id;
  const under = parent === undefined ? {} : { parent };
  const made = { namespace, title: `${deed.says} ${by.changeId}`, text: `${deed.says}, at first`, ...under };
  const page = live[deed.page % (live.length || 1)]?.id ?? 'none';
  const version = (await wiki.reader('deps-bot').page(page))?.revision.id ?? 'none';
  const text = `${deed.says} by ${by.changeId}`;
  const waiting = [...drafts][deed.page % (drafts.size || 1)];
  const calls: { readonly [what in Deed['what']]: () => Promise<unknown> } = {
    create_page: () => write(wiki, 'create_page', made, { by }),
    new_draft: async () => {
      const done = await write(wiki, 'create_page', made, { by, origin: undecided });
      const { id } = done.receipts['create_page'] as { readonly id: string };
      drafts.set(by.changeId, id);
    },
    update_page: () => write(wiki, 'update_page', { page, expected_version: version, text }, { by }),
    draft: async () => {
      await write(wiki, 'update_page', { page, expected_version: version, text }, { by, origin: undecided });
      drafts.set(by.changeId, page);
    },
    move_page: () => write(wiki, 'move_page', { page, parent: parent ?? null }, { by }),
    trash_page: () => write(wiki, 'trash_page', { page, expected_version: version }, { by }),
    accept_page: () =>
      write(wiki, 'accept_page', { page: waiting?.[1] ?? 'none', change: waiting?.[0] ?? by.changeId }, { by }),
  };
  await calls[deed.what]().catch((error: unknown) => {
    // What cannot be done is refused before it is decided, or by the writer where it looks closer.
    if (!(error instanceof Error) || !('code' in error || error.name === 'NotDone')) throw error;
  });
}

/** That every page is under pages that are there, and none under itself. */
function expectWhole(there: readonly SeenPage[]): void {
  const ids = new Set(there.map(({ id }) => id));
  for (const { id, under } of there) {
    expect(under).not.toContain(id);
    for (const above of under) expect(ids).toContain(above);
  }
}

/**
 * That for any history by the tools any moment of it comes back exactly, what was there before that comes back by the undo,
 * and the undo of that is it again. Answers how often there was something to bring back.
 */
export async function tryHistories(newEmpty: () => Empty, numRuns: number): Promise<number> {
  let changed = 0;
  const histories = fc.tuple(fc.array(deed, { minLength: 3, maxLength: 10 }), fc.nat());
  const run = async ([deeds, when]: readonly [readonly Deed[], number]) => {
    const empty = newEmpty();
    const { wiki, namespace, moment } = empty;
    const sees = () => everybodySees(wiki, namespace);
    const next = marks();
    const drafts = new Map<string, string>();
    const moments: { readonly at: string; readonly was: readonly SeenPage[] }[] = [];
    for (const each of deeds) {
      moments.push({ at: moment(), was: await sees() });
      await act(empty, each, next(), drafts);
    }
    const now = await sees();
    const { at, was } = moments[when % moments.length] ?? { at: '', was: [] };
    const proposal = await propose(wiki, 'bring_back_namespace', { namespace, at }).catch((error: unknown) => {
      expect(error).toMatchObject({ code: 'conflict', message: `${namespace} is as it was then.` });
      return null;
    });
    if (proposal === null) {
      expect(now).toEqual(was);
      return;
    }
    changed += 1;
    const done = await carryOut(wiki, proposal, { by: next() });
    expect(await sees()).toEqual(was);
    expectWhole(await sees());
    const undo = await planRestore(wiki, done);
    if ('refused' in undo) throw new Error(undo.refused);
    const undone = await carryOut(wiki, undo, { by: next() });
    expect(await sees()).toEqual(now);
    expectWhole(now);
    const again = await planRestore(wiki, undone);
    if ('refused' in again) throw new Error(again.refused);
    await carryOut(wiki, again, { by: next() });
    expect(await sees()).toEqual(was);
  };
  await fc.assert(fc.asyncProperty(histories, run), { numRuns, seed: 42 });
  return changed;
}
