import { describe, expect, test } from 'vitest';
import type { Place } from '#capabilities/knowledge/types.ts';
import type { KnowledgePage } from '#capabilities/knowledge-read/ports.ts';
import type { KnowledgeWrite } from '#capabilities/knowledge-write/ports.ts';
import { type Bench, placeOf, placeUnder, refOf, topOf } from './bench.ts';

export const moveOf = (page: KnowledgePage, to: Place): KnowledgeWrite => {
  return { kind: 'move', page: refOf(page), from: placeOf(page), to };
};

/** Where pages are, and where they come to. */
export function placesContract(at: () => Bench): void {
  describe('places', () => {
    test('a page comes under another one, with what is under it, and back', async (context) => {
      const { newPage, now, write, reader } = at();
      if (reader.backend.lacks.includes('move_page')) return context.skip('pages cannot be moved');
      const [from, to] = [await newPage(), await newPage()];
      const made = await newPage({ parent: from, text: 'Comes along' });
      const below = await newPage({ parent: made });
      await write(moveOf(made, placeUnder(to)));
      const moved = await now(made);
      expect(moved.above.map(({ id }) => id)).toEqual([to.id]);
      // Where the pages under a page stand in its text, they are there too.
      expect(moved.body.text).toMatch(/^Comes along(?:\n|$)/);
      expect((await now(below)).above.map(({ id }) => id)).toEqual([to.id, made.id]);
      await write(moveOf(moved, placeUnder(from)));
      expect((await now(made)).above.map(({ id }) => id)).toEqual([from.id]);
      await write(moveOf(await now(made), topOf(at().namespace)));
      expect((await now(made)).above).toEqual([]);
    });

    test('it is not moved from where it is no longer', async (context) => {
      const { newPage, now, write, reader } = at();
      if (reader.backend.lacks.includes('move_page')) return context.skip('pages cannot be moved');
      const [one, other] = [await newPage(), await newPage()];
      const made = await newPage();
      await write(moveOf(made, placeUnder(one)));
      await expect(write(moveOf(made, placeUnder(other)))).rejects.toMatchObject({ name: 'NotDone', kind: 'stale' });
      expect((await now(made)).above.map(({ id }) => id)).toEqual([one.id]);
    });

    test('it does not come under itself, nor under what is under it', async (context) => {
      const { newPage, now, write, reader } = at();
      if (reader.backend.lacks.includes('move_page')) return context.skip('pages cannot be moved');
      const top = await newPage();
      const below = await newPage({ parent: top });
      const deep = await newPage({ parent: below });
      for (const under of [top, below, deep]) {
        await expect(write(moveOf(top, placeUnder(under)))).rejects.toMatchObject({ name: 'NotDone' });
      }
      expect((await now(top)).above).toEqual([]);
      expect((await now(deep)).above.map(({ id }) => id)).toEqual([top.id, below.id]);
    });

    test('it does not come under a page that is not there', async (context) => {
      const { newPage, now, write, reader, namespace } = at();
      if (reader.backend.lacks.includes('move_page')) return context.skip('pages cannot be moved');
      const made = await newPage();
      const nowhere = { ...topOf(namespace), above: [{ id: '999999999999', title: 'Not there' }] };
      await expect(write(moveOf(made, nowhere))).rejects.toMatchObject({ name: 'NotDone' });
      expect((await now(made)).above).toEqual([]);
    });

    test('it comes to another namespace, with what is under it, and is in the lists there alone', async (context) => {
      const { newPage, now, write, other, reader, place, namespace, settled } = at();
      if (other === null) return context.skip('there is no other namespace');
      if (place.able.movesBetween !== true) return context.skip('pages stay in their namespace');
      const made = await newPage();
      const below = await newPage({ parent: made });
      await write(moveOf(made, topOf(other)));
      expect((await now(made)).namespace).toMatchObject({ id: other.id, key: other.key });
      expect((await now(below)).namespace).toMatchObject({ id: other.id, key: other.key });
      const listed = async (key: typeof namespace): Promise<string[]> =>
        (await reader.children(key, null, { limit: 100 })).items.map(({ id }) => id);
      await settled(async () => expect(await listed(namespace)).not.toContain(made.id));
      await settled(async () => expect(await listed(other)).toContain(made.id));
      // What is written for the page in its old namespace is not written any more.
      const late = { ...moveOf(made, topOf(namespace)), from: placeOf(made) } as KnowledgeWrite;
      await expect(write(late)).rejects.toMatchObject({ name: 'NotDone' });
    });
  });
}
