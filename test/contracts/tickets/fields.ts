import { describe, expect, test } from 'vitest';
import { ticketVersion } from '#capabilities/ticket/version.ts';
import { type Bench, newMark, refOf } from './bench.ts';

export const stale = { name: 'NotDone', kind: 'stale' };

/** Making tickets, and writing their fields. */
export function fieldsContract(at: () => Bench): void {
  describe('fields of tickets', () => {
    test('a ticket that is made is there, by its id and its key, by and for whom it was made', async () => {
      const { newTicket, reader, self, project, type, place } = at();
      const made = await newTicket();
      expect(made).toMatchObject({ type, status: { name: place.statuses[0] }, links: [], archived: false });
      expect(made.project).toEqual(refOf(project));
      expect(made.reporter?.id).toBe(self.id);
      expect(await reader.ticket(made.key)).toEqual(made);
    });

    test('it has the labels and the description that it was made with', async () => {
      const { newTicket, text, place } = at();
      const made = await newTicket({ labels: [...place.labels].sort(), description: text('What is to be done') });
      expect(made.labels).toEqual([...place.labels].sort());
      expect(made.description?.text.trim()).toBe('What is to be done');
    });

    test('a field is written where it is as expected, and its version is another one then', async () => {
      const { newTicket, now, write } = at();
      const made = await newTicket();
      const title = `${made.title} changed`;
      const written = await write({ kind: 'update', ticket: made, expect: { title: made.title }, set: { title } });
      expect(written).toMatchObject({ id: made.id, differs: [] });
      const then = await now(made);
      expect(then.title).toBe(title);
      expect(ticketVersion(then)).not.toBe(ticketVersion(made));
    });

    test('it is not written where somebody changed it before', async (context) => {
      const { newTicket, now, write, place } = at();
      const { retitle } = place.others;
      if (retitle === undefined) return context.skip('nobody else is there');
      const made = await newTicket();
      await retitle(made, 'Theirs');
      const title = 'Ours';
      const writing = write({ kind: 'update', ticket: made, expect: { title: made.title }, set: { title } });
      await expect(writing).rejects.toMatchObject(stale);
      expect((await now(made)).title).toBe('Theirs');
    });

    test('another field may be another one by then', async (context) => {
      const { newTicket, now, write, place } = at();
      const { retitle } = place.others;
      if (retitle === undefined) return context.skip('nobody else is there');
      const made = await newTicket();
      await retitle(made, 'Theirs');
      const labels = [place.labels[0]];
      await write({ kind: 'update', ticket: made, expect: { labels: [] }, set: { labels } });
      expect(await now(made)).toMatchObject({ title: 'Theirs', labels });
    });

    test('a write whose answer is lost is found by its mark, and by no other', async (context) => {
      const { newTicket, write, place, reader, project, type, run } = at();
      const { loseAnswer } = place.others;
      if (loseAnswer === undefined) return context.skip('no answer can be lost here');
      await newTicket();
      const mark = newMark();
      const fields = { title: `countersign-contract ${run} lost` };
      const wanted = { kind: 'create', project: refOf(project), type, fields } as const;
      await loseAnswer();
      await expect(write(wanted, mark)).rejects.not.toMatchObject({ name: 'NotDone' });
      const landed = await reader.landed(wanted, mark);
      expect(landed).toMatchObject({ landed: { id: expect.any(String), key: expect.any(String) } });
      expect(await reader.landed(wanted, newMark())).toBe('not_found');
    });
  });
}
