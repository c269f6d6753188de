import { describe, expect, test } from 'vitest';
import type { TicketQuery } from '#capabilities/ticket-read/ports.ts';
import { attempts } from '#test/contracts/common.ts';
import type { Bench } from './bench.ts';

/** Searching, where every value is data. */
export function searchesContract(at: () => Bench): void {
  /** A search in the project, for the words that only this run's tickets have. */
  const queryOf = (say: Partial<TicketQuery>): TicketQuery => ({
    ...{ projects: [at().project.key], text: [at().run], types: [], statuses: [], categories: [], priorities: [] },
    ...{ labels: [], withoutLabels: [], assignee: null, reporter: null, sort: 'updated' },
    ...{ updated: { from: null, to: null }, created: { from: null, to: null } },
    ...say,
  });
  const found = async (say: Partial<TicketQuery>): Promise<readonly string[]> => {
    return (await at().reader.search(queryOf(say), { limit: 50 })).items.map(({ key }) => key);
  };

  describe('a search', () => {
    test('finds a ticket by a word of its title, by each of its properties, and by all of them', async () => {
      const { newTicket, place, settled, type } = at();
      const [first, second] = place.labels;
      const made = await newTicket({ labels: [first] });
      const today = made.createdAt.slice(0, 10);
      const properties: readonly Partial<TicketQuery>[] = [
        ...[{}, { types: [type.name] }, { statuses: [made.status.name] }, { categories: [made.status.category] }],
        ...[{ labels: [first] }, { withoutLabels: [second] }, { assignee: 'none' }, { reporter: 'me' }],
        ...[{ created: { from: today, to: today } }, { updated: { from: today, to: null } }],
        ...[{ statuses: ['No status is called so', made.status.name] }, { sort: 'created' as const }],
      ];
      await settled(async () => expect(await found({})).toContain(made.key));
      for (const say of properties) {
        await settled(async () => expect([say, await found(say)]).toEqual([say, expect.arrayContaining([made.key])]));
      }
      expect(await found(Object.assign({}, ...properties))).toContain(made.key);
    });

    test('does not find what one property keeps out', async () => {
      const { newTicket, place, settled } = at();
      const made = await newTicket({ labels: [place.labels[0]] });
      await settled(async () => expect(await found({ labels: [place.labels[0]] })).toContain(made.key));
      const outside: readonly Partial<TicketQuery>[] = [
        ...[{ text: ['thiswordisnowhere'] }, { categories: ['done' as const] }, { assignee: 'me' }],
        ...[{ labels: [place.labels[1]] }, { labels: [...place.labels] }, { withoutLabels: [place.labels[0]] }],
        ...[{ created: { from: null, to: '2001-01-01' } }, { updated: { from: '2999-01-01', to: null } }],
        { statuses: [place.statuses[1]] },
      ];
      for (const say of outside) expect([say, await found(say)]).toEqual([say, expect.not.arrayContaining([made.key])]);
    });

    test('gives each ticket once over its pages, and ends', async () => {
      const { newTicket, reader, settled } = at();
      const made = [await newTicket(), await newTicket(), await newTicket()];
      await settled(async () => {
        expect(await found({})).toEqual(expect.arrayContaining(made.map(({ key }) => key)));
      });
      const all: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await reader.search(queryOf({ sort: 'created' }), { limit: 2, cursor });
        expect(page.items.length).toBeLessThanOrEqual(2);
        all.push(...page.items.map(({ key }) => key));
        cursor = page.cursor ?? undefined;
      } while (cursor !== undefined);
      expect(new Set(all).size).toBe(all.length);
      expect(all).toEqual(expect.arrayContaining(made.map(({ key }) => key)));
    });

    test('takes what is meant to break out of it for what is searched for, and finds nothing else', async () => {
      const { newTicket, settled } = at();
      const made = await newTicket();
      await settled(async () => expect(await found({})).toContain(made.key));
      for (const value of attempts) {
        const searches: readonly Partial<TicketQuery>[] = [
          ...[{ types: [value] }, { statuses: [value] }, { priorities: [value] }, { labels: [value] }],
          ...[{ assignee: value }, { reporter: value }],
        ];
        for (const say of searches) {
          expect([say, await found(say)]).toEqual([say, []]);
        }
        // A search for words may take a sign for none.
        const items = (await at().reader.search(queryOf({ text: [value] }), { limit: 5 })).items;
        for (const item of items) expect(item.project.key).toBe(at().project.key);
      }
    });

    test('looks at no other project, whatever is in its words', async (context) => {
      const { newTicket, other, settled, reader, run } = at();
      if (other === null) return context.skip('there is no other project');
      const [elsewhere, here] = [await newTicket({}, other), await newTicket()];
      const both = queryOf({ projects: [at().project.key, other.key] });
      await settled(async () => {
        const keys = (await reader.search(both, { limit: 50 })).items.map(({ key }) => key);
        expect(keys).toEqual(expect.arrayContaining([elsewhere.key, here.key]));
      });
      for (const word of [run, `${run}" OR project = "${other.key}`, `${run} repo:${other.key} project:${other.key}`]) {
        expect(await found({ text: [word] })).not.toContain(elsewhere.key);
      }
      expect(await found({ projects: [`${at().project.key}X`] })).toEqual([]);
    });

    test('finds nothing that is archived', async (context) => {
      const { newTicket, write, settled, reader } = at();
      if (reader.backend.lacks.includes('archive_ticket')) return context.skip('nothing can be archived here');
      const made = await newTicket();
      await settled(async () => expect(await found({})).toContain(made.key));
      await write({ kind: 'archive', ticket: made });
      await settled(async () => expect(await found({})).not.toContain(made.key));
    });
  });
}
