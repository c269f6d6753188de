import { describe, expect, test } from 'vitest';
import { fieldNames } from '#capabilities/ticket/types.ts';
import type { TicketEvent } from '#capabilities/ticket-read/ports.ts';
import { ticketWrite } from '#capabilities/ticket-write/capability.ts';
import { attempts } from '#test/contracts/common.ts';
import type { Bench } from './bench.ts';

/** Reading what is there, and what is not. */
export function readsContract(at: () => Bench): void {
  describe('reads', () => {
    test('the backend says what it is, and lacks only tools that there are', () => {
      const { backend } = at().reader;
      const tools = ticketWrite.tools.map(({ name }) => name);
      expect(tools).toEqual(expect.arrayContaining([...backend.lacks]));
      expect(fieldNames).toEqual(expect.arrayContaining([...backend.fields]));
      expect(backend.fields).toContain('title');
      expect(backend.name).not.toBe('');
      expect(backend.maxText).toBeGreaterThan(10_000);
    });

    test('the account that acts is the same each time', async () => {
      const { reader, self } = at();
      expect(await reader.self()).toEqual(self);
      expect(self.id).not.toBe('');
    });

    test('the project has its key, its types and its statuses', async () => {
      const { project, place } = at();
      expect(project).toMatchObject({ key: place.project, archived: false, customers: false });
      const names = project.statuses.map(({ name }) => name);
      expect(names).toEqual(expect.arrayContaining([...place.statuses]));
    });

    test('a project, a ticket and a comment that are not there are null', async () => {
      const { reader, place, newTicket, write, text } = at();
      const isRepository = place.project.includes('/');
      const absent = isRepository ? `${place.project}-not-there` : 'NOTTHERE';
      const mark = isRepository ? '#' : '-';
      expect(await reader.project(absent)).toBeNull();
      expect(await reader.ticket(`${place.project}${mark}99999999`)).toBeNull();
      expect(await reader.ticket(`${absent}${mark}1`)).toBeNull();
      const [one, another] = [await newTicket(), await newTicket()];
      const said = await write({ kind: 'comment', ticket: one, body: text('Here'), visibleTo: 'team' });
      expect(await reader.comment(another, said.id)).toBeNull();
    });

    test('somebody to assign tickets to is found by that name alone, and by their id', async (context) => {
      const { reader, place, project } = at();
      if (place.assignee === null) return context.skip('nobody can be assigned');
      const found = await reader.assignable(project, place.assignee);
      expect(found).toMatchObject({ id: expect.stringMatching(/./), name: expect.stringMatching(/./) });
      expect(await reader.assignable(project, found?.id ?? '')).toEqual(found);
      for (const who of ['nobody-is-called-so', ...attempts]) expect(await reader.assignable(project, who)).toBeNull();
    });

    test('the history tells what our account changed, and when', async () => {
      const { reader, newTicket, write, self, settled } = at();
      const made = await newTicket();
      const title = `${made.title} again`;
      await write({ kind: 'update', ticket: made, expect: { title: made.title }, set: { title } });
      const event = await settled(async (): Promise<TicketEvent> => {
        const { items } = await reader.history(made, { limit: 20 });
        const found = items.find(({ changes }) => changes.some(({ after }) => after === title));
        if (found === undefined) throw new Error('not in the history yet');
        return found;
      });
      expect(event.by?.id).toBe(self.id);
      expect(event.changes).toContainEqual(expect.objectContaining({ before: made.title, after: title }));
      expect(Date.parse(event.at)).not.toBeNaN();
    });

    test('a cursor that no page gave is refused, or leads nowhere', async () => {
      const { reader, newTicket, project } = at();
      const made = await newTicket();
      const query = {
        ...{ projects: [project.key], text: [], types: [], statuses: [], categories: [], priorities: [] },
        ...{ labels: [], withoutLabels: [], assignee: null, reporter: null, sort: 'updated' as const },
        ...{ updated: { from: null, to: null }, created: { from: null, to: null } },
      };
      for (const cursor of ['nonsense', '-1', '" OR 1=1', '../x']) {
        const refusedOrNothing = async (page: Promise<{ readonly items: readonly unknown[] }>): Promise<void> => {
          const found = await page.catch((error: Error) => error.name);
          if (typeof found === 'string') expect(found).toBe('AppError');
          else expect(Array.isArray(found.items)).toBe(true);
        };
        await refusedOrNothing(reader.search(query, { limit: 5, cursor }));
        await refusedOrNothing(reader.comments(made, { limit: 5, cursor }));
        await refusedOrNothing(reader.history(made, { limit: 5, cursor }));
      }
    });
  });
}
