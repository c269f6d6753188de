import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FakeKnowledge } from '#test/fakes/knowledge/place.ts';
import { everybodySees } from './everybody-sees.ts';
import { type SetKit, setKit } from './set-kit.ts';

let kit: SetKit;
beforeAll(async () => {
  kit = await setKit();
});
afterAll(() => kit.close());

/** What the agent does, or a person accepts: pages are named by where they come among those there are. */
type Deed = {
  readonly what: 'create' | 'update' | 'comment' | 'move' | 'accept';
  readonly page: number;
  readonly to: number;
};

const deed: fc.Arbitrary<Deed> = fc.record({
  what: fc.constantFrom('create', 'create', 'update', 'update', 'comment', 'move', 'accept'),
  page: fc.nat(9),
  to: fc.nat(9),
});

async function act(wiki: FakeKnowledge, { what, page: at, to }: Deed, number: number): Promise<void> {
  const ids = [...wiki.pages.keys()];
  const [page = '', parent] = [ids[at % ids.length], ids[to % (ids.length + 1)]];
  const text = `No. ${number}`;
  const waiting = (await wiki.reader('deps-bot').page(page))?.revision;
  const calls: { readonly [what in Deed['what']]: () => Promise<unknown> } = {
    create: () => kit.act('create_page', { namespace: 'handbook', title: text, text, ...(parent && { parent }) }),
    update: () => kit.act('update_page', { page, expected_version: waiting?.id ?? 'none', text }),
    comment: () => kit.act('comment_on_page', { page, body: text }),
    move: () => kit.act('move_page', { page, parent: parent ?? null }),
    accept: async () => waiting?.provenance.source && kit.accept(waiting.provenance.source, page),
  };
  await calls[what]().catch((error: unknown) => {
    // What cannot be done is refused before it is decided.
    if (!(error instanceof Error && 'code' in error)) throw error;
  });
}

test('gives what there was before whatever the agent did, or names what it could not put back', {
  timeout: 240_000,
}, async () => {
  const counts = { whole: 0, rest: 0 };
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { minLength: 2, maxLength: 9 }), async (deeds) => {
      const wiki = new FakeKnowledge();
      kit.use(wiki);
      const theirs = wiki.add('handbook', { title: 'Theirs', text: 'x' });
      wiki.add('handbook', { title: 'Under it', text: 'y', parent: theirs });
      const sees = () => everybodySees(wiki, 'handbook');
      const before = await sees();
      const since = kit.later();
      for (const [number, each] of deeds.entries()) await act(wiki, each, number);
      const { restores, leftOut } = await kit.restore({ since }).catch((error: unknown) => {
        expect(error).toMatchObject({ code: 'not_found' });
        return { restores: [], leftOut: [] };
      });
      const unfinished = restores.filter(({ status }) => status !== 'applied');
      expect(unfinished.every(({ note }) => note !== null)).toBe(true);
      const isWhole = unfinished.length === 0 && leftOut.length === 0;
      if (isWhole) expect(await sees()).toEqual(before);
      // Nothing of anybody else went with it.
      const there = new Set((await sees()).map(({ id }) => id));
      expect(before.every(({ id }) => there.has(id))).toBe(true);
      counts[isWhole ? 'whole' : 'rest'] += 1;
    }),
    { numRuns: 30, seed: 42 },
  );
  expect(counts.whole).toBeGreaterThan(counts.rest);
});
