import { describe, expect, test } from 'vitest';
import type { Transition } from '#capabilities/ticket/types.ts';
import type { Ticket } from '#capabilities/ticket-read/ports.ts';
import { newMark, present } from '#test/contracts/common.ts';
import type { Bench } from './bench.ts';
import { stale } from './fields.ts';

/** Bringing tickets from one status to another. */
export function statusesContract(at: () => Bench): void {
  const leadingTo = async (ticket: Ticket, name: string): Promise<Transition> => {
    const all = await at().reader.transitions(ticket);
    return present(all.find(({ to, requires }) => to.name === name && requires.length === 0));
  };

  describe('the status of a ticket', () => {
    test('is brought on by a transition that is listed, and back by another', async () => {
      const { newTicket, now, write, place } = at();
      const [first, next] = place.statuses;
      const made = await newTicket();
      const there = await leadingTo(made, next);
      await write({ kind: 'transition', ticket: made, from: made.status, transition: there });
      const then = await now(made);
      expect(then.status).toMatchObject({ name: next, id: there.to.id });
      await write({ kind: 'transition', ticket: made, from: then.status, transition: await leadingTo(then, first) });
      expect((await now(made)).status).toEqual(made.status);
    });

    test('is not brought on where it is another one already', async () => {
      const { newTicket, write, place, now } = at();
      const made = await newTicket();
      const transition = await leadingTo(made, place.statuses[1]);
      await write({ kind: 'transition', ticket: made, from: made.status, transition });
      const again = write({ kind: 'transition', ticket: made, from: made.status, transition });
      await expect(again).rejects.toMatchObject(stale);
      expect((await now(made)).status.name).toBe(place.statuses[1]);
    });

    test('has a way back where the backend knows of one, or may have where it does not know', async () => {
      const { newTicket, reader, place } = at();
      const made = await newTicket();
      const { to } = await leadingTo(made, place.statuses[1]);
      expect(['yes', 'unknown']).toContain(await reader.wayBack(made, made.status, to));
    });

    test('is not brought where no transition leads', async (context) => {
      const { newTicket, write, reader, place, project, now } = at();
      if (place.unreachable === null) return context.skip('every status can be reached from each');
      const made = await newTicket();
      const all = await reader.transitions(made);
      expect(all.filter(({ requires }) => requires.length === 0).map(({ to }) => to.name)).not.toContain(
        place.unreachable,
      );
      const to = present(project.statuses.find(({ name }) => name === place.unreachable));
      const forged = { id: '999999', name: 'Forged', to, requires: [] };
      const writing = write({ kind: 'transition', ticket: made, from: made.status, transition: forged });
      await expect(writing).rejects.toMatchObject({ name: 'NotDone' });
      expect((await now(made)).status).toEqual(made.status);
    });

    test('that was written and whose answer was lost is found', async (context) => {
      const { newTicket, write, reader, place } = at();
      const { loseAnswer } = place.others;
      if (loseAnswer === undefined) return context.skip('no answer can be lost here');
      const made = await newTicket();
      const mark = newMark();
      const transition = await leadingTo(made, place.statuses[1]);
      const wanted = { kind: 'transition', ticket: made, from: made.status, transition } as const;
      await loseAnswer();
      await expect(write(wanted, mark)).rejects.not.toMatchObject({ name: 'NotDone' });
      expect(await reader.landed(wanted, mark)).toMatchObject({ landed: { id: made.id } });
    });
  });
}
