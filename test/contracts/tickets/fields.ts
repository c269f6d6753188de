import { describe, expect, test } from 'vitest';
import type { FieldValues, TicketRef } from '#capabilities/ticket/types.ts';
import { ticketVersion } from '#capabilities/ticket/version.ts';
import type { Ticket } from '#capabilities/ticket-read/ports.ts';
import { newMark } from '#test/contracts/common.ts';
import { type Bench, refOf, theirs } from './bench.ts';

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
      await retitle(made, theirs(made));
      const title = `${made.title} ours`;
      const writing = write({ kind: 'update', ticket: made, expect: { title: made.title }, set: { title } });
      await expect(writing).rejects.toMatchObject(stale);
      expect((await now(made)).title).toBe(theirs(made));
    });

    test('another field may be another one by then', async (context) => {
      const { newTicket, now, write, place } = at();
      const { retitle } = place.others;
      if (retitle === undefined) return context.skip('nobody else is there');
      const made = await newTicket();
      await retitle(made, theirs(made));
      const labels = [place.labels[0]];
      await write({ kind: 'update', ticket: made, expect: { labels: [] }, set: { labels } });
      expect(await now(made)).toMatchObject({ title: theirs(made), labels });
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

    test('a label is said not to be there where it cannot be put on, and only there', async () => {
      const { newTicket, now, write, reader, project, place } = at();
      expect(await reader.unknownLabels(project, place.labels)).toEqual([]);
      const label = 'countersign-contract-nobodys';
      const unknown = await reader.unknownLabels(project, [place.labels[0], label]);
      const made = await newTicket();
      const writing = write({ kind: 'update', ticket: made, expect: { labels: [] }, set: { labels: [label] } });
      if (unknown.length > 0) {
        expect(unknown).toEqual([label]);
        await expect(writing).rejects.toMatchObject({ name: 'NotDone', kind: 'refused' });
      } else await writing;
      expect((await now(made)).labels).toEqual(unknown.length > 0 ? [] : [label]);
    });

    test('each other field that the backend has is written and emptied', async () => {
      const { newTicket, now, write, reader, project, place } = at();
      const { fields } = reader.backend;
      const made = await newTicket();
      const who = place.assignee === null ? null : await reader.assignable(project, place.assignee);
      const priority = project.priorities.find(({ id }) => id !== made.priority?.id) ?? null;
      const values: FieldValues = {
        ...(fields.includes('assignees') && who !== null && { assignees: [who] }),
        ...(fields.includes('priority') && priority !== null && { priority }),
        ...(fields.includes('due') && { due: '2030-02-28' }),
        labels: [...place.labels].sort(),
      };
      for (const name of Object.keys(values) as (keyof FieldValues)[]) {
        const before = named(made, name);
        const set = named(values, name);
        await write({ kind: 'update', ticket: made, expect: before, set });
        expect(named(await now(made), name)).toEqual(set);
        await write({ kind: 'update', ticket: made, expect: set, set: before });
        expect(named(await now(made), name)).toEqual(before);
      }
    });

    test('a ticket is made a part of another one, where tickets have parts', async (context) => {
      const { newTicket, now, write, reader, place } = at();
      if (!reader.backend.fields.includes('parent') || !place.parents)
        return context.skip('tickets have no parts here');
      const [whole, part] = [await newTicket(), await newTicket()];
      const parent = ticketRefOf(whole);
      await write({ kind: 'update', ticket: part, expect: { parent: null }, set: { parent } });
      expect((await now(part)).parent).toMatchObject({ id: whole.id, key: whole.key });
      await write({ kind: 'update', ticket: part, expect: { parent }, set: { parent: null } });
      expect((await now(part)).parent).toBeNull();
    });

    test('an update whose answer is lost is found', async (context) => {
      const { newTicket, write, place, reader } = at();
      const { loseAnswer } = place.others;
      if (loseAnswer === undefined) return context.skip('no answer can be lost here');
      const [made, mark] = [await newTicket(), newMark()];
      const set = { title: `${made.title} lost` };
      const wanted = { kind: 'update', ticket: made, expect: { title: made.title }, set } as const;
      await loseAnswer();
      await expect(write(wanted, mark)).rejects.not.toMatchObject({ name: 'NotDone' });
      expect(await reader.landed(wanted, mark)).toMatchObject({ landed: { id: made.id } });
    });

    test('one that did not arrive is not taken for done', async (context) => {
      const { newTicket, write, place, reader, now } = at();
      const { loseRequest } = place.others;
      if (loseRequest === undefined) return context.skip('no request can be lost here');
      const [made, mark] = [await newTicket(), newMark()];
      const set = { title: `${made.title} lost` };
      const wanted = { kind: 'update', ticket: made, expect: { title: made.title }, set } as const;
      await loseRequest();
      await expect(write(wanted, mark)).rejects.not.toMatchObject({ name: 'NotDone' });
      expect(['not_found', 'unclear']).toContain(await reader.landed(wanted, mark));
      expect((await now(made)).title).toBe(made.title);
    });
  });
}

/** One field out of several. */
function named<Name extends keyof FieldValues>(values: Pick<Ticket | FieldValues, Name>, name: Name): FieldValues {
  return { [name]: values[name] };
}

function ticketRefOf({ id, key, url, project }: TicketRef): TicketRef {
  return { id, key, url, project };
}
