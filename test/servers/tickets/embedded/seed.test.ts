import { describe, expect, onTestFinished, test } from 'vitest';
import { findHidden } from '#capabilities/common/hidden-characters.ts';
import { everything, newTracker, openFaces, seed } from './tracker.ts';

describe('the demo', () => {
  test('has the ticket of the fault in the demo’s repository, given to the agent’s account and ready to go on', async () => {
    const { reader, ticket } = newTracker({ fill: seed });
    const fault = await ticket('WEB-12');
    expect(fault).toMatchObject({
      title: 'Prices show €12.5 instead of €12.50',
      ...{ type: { name: 'Bug' }, status: { name: 'In progress' }, priority: { name: 'High' } },
      ...{ assignees: [await reader.self()], reporter: { name: 'Carol Okafor', standing: 'member' }, comments: 2 },
    });
    expect(fault.description?.text).toContain('src/money.ts');
    const transitions = await reader.transitions(fault);
    expect(transitions.map(({ name, to, requires }) => [name, to.name, requires])).toEqual([
      ['Stop', 'To do', []],
      ['Send to review', 'In review', []],
    ]);
  });

  test('has the same tickets each time, with another name of the file', async () => {
    const [one, other] = [openFaces({ fill: seed }), openFaces({ fill: seed })];
    onTestFinished(() => {
      for (const { tracker } of [one, other]) tracker.close();
    });
    const all = async ({ reader }: typeof one) =>
      JSON.stringify(await reader.search({ ...everything, projects: ['WEB', 'HELP', 'SEC'] }, { limit: 100 }));
    expect(one.origin).toMatch(/^tracker:[0-9a-f]{8}$/);
    expect(other.origin).not.toBe(one.origin);
    expect((await all(one)).replaceAll(one.origin, '')).toBe((await all(other)).replaceAll(other.origin, ''));
  });

  test('has projects as people keep them', async () => {
    const { reader } = newTracker({ fill: seed });
    const [web, help, security] = await Promise.all(['WEB', 'HELP', 'SEC'].map((key) => reader.project(key)));
    expect(web).toMatchObject({ audience: 'internal', customers: false, archived: false });
    expect(web?.types.map(({ name }) => name)).toEqual(['Bug', 'Task', 'Story', 'Epic']);
    expect(web?.types[0]?.custom).toMatchObject([
      { name: 'Severity', kind: 'option', required: true, options: ['Critical', 'Major', 'Minor'] },
      { name: 'Fixed in', kind: 'text', required: false },
    ]);
    expect(help).toMatchObject({ customers: true });
    expect(security).toMatchObject({ audience: 'private' });
  });

  test('has a customer who writes to machines, also in characters that nobody sees', async () => {
    const { ticket } = newTracker({ fill: seed });
    const { reporter, description } = await ticket('HELP-5');
    expect(reporter).toMatchObject({ name: 'Erik Halvorsen', standing: 'customer' });
    expect(findHidden(description?.text ?? '').length).toBeGreaterThan(0);
  });

  test('is told in order: nothing happened before its ticket was made', async () => {
    const { reader, ticket } = newTracker({ fill: seed });
    for (const key of ['WEB-1', 'WEB-12', 'WEB-18', 'HELP-2']) {
      const made = await ticket(key);
      const { items } = await reader.history(made, { limit: 100 });
      const times = items.map(({ at }) => at).toReversed();
      expect(times).toEqual([...times].sort());
      expect(times[0]).toBe(made.createdAt);
      expect(times.at(-1)).toBe(made.updatedAt);
    }
  });
});
