import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Mark, RestoreChoice } from '#shared/tools/index.ts';
import { FakeKnowledge } from '#test/fakes/knowledge/place.ts';
import { carryOut, planRestore, propose, undecided } from './drive.ts';
import { everybodySees } from './everybody-sees.ts';
import { tryHistories } from './histories.ts';

/** What somebody does: pages are named by where they come among those there are. */
type Deed = {
  readonly what: 'add' | 'edit' | 'move' | 'trash' | 'untrash' | 'draft';
  readonly page: number;
  readonly to: number;
  readonly says: string;
};

const deed: fc.Arbitrary<Deed> = fc.record({
  what: fc.constantFrom('add', 'edit', 'edit', 'move', 'move', 'trash', 'untrash', 'draft'),
  page: fc.nat(9),
  to: fc.nat(9),
  says: fc.constantFrom('one', 'two', 'three'),
});
const deeds = fc.array(deed, { minLength: 1, maxLength: 12 });

function marks(): () => Mark {
  let count = 0;
  return () => {
    count += 1;
    return { changeId: `chg_${count}`, token: count.toString(16).padStart(4, '0') };
  };
}

const agent = { provenance: { kind: 'agent', agent: 'deps-bot' } } as const;

/** Does what can be done: no page comes under itself or under one that is not there, and none goes from above others. */
async function act(wiki: FakeKnowledge, { what, page, to, says }: Deed, mark: Mark): Promise<void> {
  const ids = [...wiki.pages.keys()];
  const live = await everybodySees(wiki, 'handbook');
  const parent = live[to % (live.length + 1)]?.id ?? null;
  if (what === 'add') {
    wiki.add('handbook', { title: says, text: says, parent, ...agent });
    return;
  }
  if (what === 'untrash') {
    const gone = ids.filter((id) => wiki.kept(id).placed.at(-1)?.trashed);
    const id = gone[page % (gone.length || 1)];
    if (id === undefined) return;
    wiki.trash(id, false);
    wiki.move(id, { namespace: 'handbook', parent });
    return;
  }
  const chosen = live[page % (live.length || 1)];
  if (chosen === undefined) return;
  const { id } = chosen;
  if (what === 'edit') wiki.edit(id, { title: says, text: `${says} of ${id}`, ...agent });
  else if (what === 'trash') {
    if (wiki.below(id).every((under) => under.placed.at(-1)?.trashed)) wiki.trash(id);
  } else if (what === 'move') {
    if (parent !== id && wiki.below(id).every((under) => under.id !== parent)) {
      wiki.move(id, { namespace: 'handbook', parent });
    }
  } else {
    const seen = await wiki.reader('deps-bot').page(id);
    const args = { page: id, expected_version: seen?.revision.id, text: `${says} waits, ${mark.token}` };
    await carryOut(wiki, await propose(wiki, 'update_page', args), { by: mark, origin: undecided });
  }
}

const sees = (wiki: FakeKnowledge) => everybodySees(wiki, 'handbook');

/** That every page is under pages that are there, and none under itself. */
async function expectWhole(wiki: FakeKnowledge): Promise<void> {
  const there = await sees(wiki);
  const parents = new Map(there.map(({ id }) => [id, wiki.kept(id).placed.at(-1)?.parent ?? null]));
  for (const { id, under } of there) {
    expect(under).not.toContain(id);
    expect(under.at(-1) ?? null).toBe(parents.get(id));
    for (const above of under) expect(parents.has(above)).toBe(true);
  }
}

/** Brings the namespace back as a person does; null where there is nothing to bring back. */
async function bringBack(wiki: FakeKnowledge, at: string, by: Mark) {
  const proposal = await propose(wiki, 'bring_back_namespace', { namespace: 'handbook', at }).catch(
    (error: unknown) => {
      expect(error).toMatchObject({ code: 'conflict', message: 'handbook is as it was then.' });
      return null;
    },
  );
  return proposal && carryOut(wiki, proposal, { by });
}

async function undo(wiki: FakeKnowledge, done: Parameters<typeof planRestore>[1], by: Mark, choice?: RestoreChoice) {
  const planned = await planRestore(wiki, done, choice);
  if ('refused' in planned) return planned;
  return carryOut(wiki, planned, { by });
}

describe('for any history of a namespace', () => {
  test('any moment of it comes back exactly; what was there before that comes back by the undo; and its undo is it again', async () => {
    let changed = 0;
    await fc.assert(
      fc.asyncProperty(deeds, fc.nat(), async (all, when) => {
        const wiki = new FakeKnowledge();
        const next = marks();
        const moments: { at: string; was: Awaited<ReturnType<typeof sees>> }[] = [];
        for (const each of all) {
          moments.push({ at: wiki.at(), was: await sees(wiki) });
          await act(wiki, each, next());
        }
        const now = await sees(wiki);
        const moment = moments[when % moments.length];
        if (moment === undefined) throw new Error('there was no moment');
        const done = await bringBack(wiki, moment.at, next());
        expect(await sees(wiki)).toEqual(moment.was);
        await expectWhole(wiki);
        if (done === null) return;
        changed += 1;
        const undone = await undo(wiki, done, next());
        expect(await sees(wiki)).toEqual(now);
        await expectWhole(wiki);
        if ('refused' in undone) throw new Error(undone.refused);
        await undo(wiki, undone, next());
        expect(await sees(wiki)).toEqual(moment.was);
      }),
      { numRuns: 150, seed: 42 },
    );
    expect(changed).toBeGreaterThan(50);
  });

  test('the same by the tools alone, with what waits and what is accepted', async () => {
    const changed = await tryHistories(() => {
      const wiki = new FakeKnowledge();
      return { wiki, namespace: 'handbook', moment: () => wiki.at() };
    }, 50);
    expect(changed).toBeGreaterThan(10);
  });

  test('an undo that leaves what others changed since leaves just that, and every page in its place', async () => {
    let partly = 0;
    await fc.assert(
      fc.asyncProperty(deeds, deeds, async (all, later) => {
        const wiki = new FakeKnowledge();
        const next = marks();
        const first = wiki.add('handbook', { title: 'First', text: 'first' });
        const at = wiki.at();
        for (const each of all) await act(wiki, each, next());
        const done = await bringBack(wiki, at, next());
        const left = await sees(wiki);
        for (const each of later) await act(wiki, each, next());
        const theirs = await sees(wiki);
        if (done === null) return;
        const result = await undo(wiki, done, next(), 'untouched');
        await expectWhole(wiki);
        if ('refused' in result) return;
        partly += 1;
        const wordsOf = (pages: typeof left, id: string) => pages.find((each) => each.id === id)?.text;
        for (const { id, text } of theirs) {
          if (wordsOf(left, id) !== text) expect(wordsOf(await sees(wiki), id)).toBe(text);
        }
        expect(wiki.pages.has(first)).toBe(true);
      }),
      { numRuns: 100, seed: 42 },
    );
    expect(partly).toBeGreaterThan(20);
  });

  test('moves that are proposed never make a page come under itself', async () => {
    const moves = fc.array(fc.tuple(fc.nat(5), fc.nat(6)), { minLength: 1, maxLength: 12 });
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(moves, async (all) => {
        const wiki = new FakeKnowledge();
        const next = marks();
        const ids = Array.from({ length: 6 }, () => wiki.add('handbook'));
        for (const [from, to] of all) {
          const args = { page: ids[from], parent: ids[to] ?? null };
          const proposal = await propose(wiki, 'move_page', args).catch(() => null);
          if (proposal === null) refused += 1;
          else await carryOut(wiki, proposal, { by: next() });
          await expectWhole(wiki);
        }
      }),
      { numRuns: 30, seed: 42 },
    );
    expect(refused).toBeGreaterThan(10);
  });
});
