import { describe, expect, test } from 'vitest';
import { present } from '#test/contracts/common.ts';
import type { Bench } from './bench.ts';

/** Links between tickets, and putting tickets away. */
export function relationsContract(at: () => Bench): void {
  const linkType = async (directed: boolean) => {
    const types = await at().reader.linkTypes();
    return types.find(({ outward, inward }) => (outward !== inward) === directed) ?? null;
  };

  describe('links', () => {
    test('a link is seen from both of its ends, and is gone from both when it is taken off', async (context) => {
      const { newTicket, now, write, reader } = at();
      if (reader.backend.lacks.includes('link_tickets')) return context.skip('there are no links here');
      const type = present((await linkType(true)) ?? (await linkType(false)));
      const [outward, inward] = [await newTicket(), await newTicket()];
      await write({ kind: 'link', type, outward, inward });
      const [link] = (await now(outward)).links;
      expect(link).toMatchObject({
        type,
        end: 'outward',
        other: { id: inward.id, key: inward.key, title: inward.title },
      });
      const [back] = (await now(inward)).links;
      expect(back).toMatchObject({ other: { id: outward.id } });
      if (type.outward !== type.inward) expect(back?.end).toBe('inward');
      await write({ kind: 'unlink', type, outward, inward, id: present(link).id });
      expect((await now(outward)).links).toEqual([]);
      expect((await now(inward)).links).toEqual([]);
      const again = write({ kind: 'unlink', type, outward, inward, id: present(link).id });
      await expect(again).rejects.toMatchObject({ name: 'NotDone' });
    });
  });

  describe('putting away', () => {
    test('an archived ticket says so, takes no writes, and is brought back as it was', async (context) => {
      const { newTicket, now, write, reader } = at();
      if (reader.backend.lacks.includes('archive_ticket')) return context.skip('nothing can be archived here');
      const made = await newTicket();
      await write({ kind: 'archive', ticket: made });
      expect(await now(made)).toMatchObject({ archived: true, title: made.title });
      await expect(write({ kind: 'archive', ticket: made })).rejects.toMatchObject({ name: 'NotDone' });
      await write({ kind: 'unarchive', ticket: made });
      const { updatedAt: _then, ...back } = await now(made);
      const { updatedAt: _before, ...before } = made;
      expect(back).toEqual(before);
    });
  });

  describe('moving', () => {
    test('a key leads to a ticket where it is now, and nothing is written to it there', async (context) => {
      const { newTicket, now, write, reader, place } = at();
      const { move } = place.others;
      if (move === undefined) return context.skip('nobody moves tickets here');
      const made = await newTicket();
      await move(made);
      const there = present(await reader.ticket(made.key));
      expect(there).toMatchObject({ title: made.title, project: { key: place.elsewhere } });
      const title = 'Not to be written';
      const writing = write({ kind: 'update', ticket: made, expect: { title: made.title }, set: { title } });
      await expect(writing).rejects.toMatchObject({ name: 'NotDone' });
      expect((await now(there)).title).toBe(made.title);
    });
  });
}
