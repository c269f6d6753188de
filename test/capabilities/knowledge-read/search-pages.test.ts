import { describe, expect, test } from 'vitest';
import { knowledgeRead } from '#capabilities/knowledge-read/capability.ts';
import type { KnowledgeReader } from '#capabilities/knowledge-read/ports.ts';
import { FakeKnowledge } from '#test/fakes/knowledge/place.ts';
import { people } from '#test/fakes/knowledge/seed.ts';
import { call, callAnd, refusedWith } from './call.ts';

type Found = { readonly page: string; readonly rank: number; readonly score: number | null };
type Out = { readonly pages: readonly (Found & Record<string, unknown>)[]; readonly next_cursor: string | null };

const search = async (wiki: FakeKnowledge, args: Record<string, unknown>, scope = {}): Promise<Out> =>
  (await call(wiki.reader('deps-bot'), 'search_pages', args, scope)) as Out;
const ids = ({ pages }: Out): string[] => pages.map(({ page }) => page);

describe('a search', () => {
  test('shows where something is, what is there, and how far it can be relied on', async () => {
    const wiki = new FakeKnowledge();
    const top = wiki.add('handbook', { title: 'Releases' });
    const page = wiki.add('handbook', {
      title: 'Rollback',
      parent: top,
      text: 'A.\n\n## Database\n\nRun the migration down.',
    });
    const { out, told } = await callAnd(wiki.reader('deps-bot'), 'search_pages', { query: 'migration' });
    expect(out).toMatchObject({
      pages: [
        {
          ...{ rank: 1, page, title: 'Rollback', namespace: 'handbook', where: ['Releases'], heading: 'Database' },
          ...{ line: 4, snippet: expect.stringContaining('migration down'), score: expect.any(Number) },
          ...{ kind: 'person', trust: 'trusted', updated_at: expect.stringMatching(/^2026-11-/) },
        },
      ],
      next_cursor: null,
      untrusted: expect.arrayContaining(['pages[].snippet', 'pages[].title', 'pages[].where', 'pages[].heading']),
    });
    const { revision } = (out['pages'] as { revision: string }[])[0] as { revision: string };
    expect(told).toEqual([{ thing: `page:${page}`, name: 'Rollback', revision, rank: 1, trust: 'trusted' }]);
  });

  test('is made in all namespaces that are granted, or in those that are named', async () => {
    const wiki = new FakeKnowledge();
    const [one, other] = [wiki.add('handbook', { text: 'term' }), wiki.add('runbooks', { text: 'term' })];
    wiki.add('board', { text: 'term' });
    const scope = { namespaces: ['handbook', 'runbooks'] };
    expect(ids(await search(wiki, { query: 'term' }, scope)).toSorted()).toEqual([one, other].toSorted());
    expect(ids(await search(wiki, { query: 'term', namespaces: ['RunBooks'] }, scope))).toEqual([other]);
  });

  test('in a namespace that is not granted is refused before the backend is asked, whether it is there or not', async () => {
    const wiki = new FakeKnowledge();
    for (const namespace of ['board', 'nowhere']) {
      const args = { query: 'term', namespaces: ['handbook', namespace] };
      await expect(search(wiki, args)).rejects.toMatchObject({ message: `Reading ${namespace} is not granted.` });
    }
    expect(wiki.reads).toEqual([]);
  });

  test('under some pages finds nothing beside them, and names nothing above them', async () => {
    const wiki = new FakeKnowledge();
    const secret = wiki.add('handbook', { title: 'Secret team', text: 'term' });
    const team = wiki.add('handbook', { title: 'Team', text: 'term', parent: secret });
    const below = wiki.add('handbook', { title: 'Below', text: 'term term', parent: team });
    const out = await search(wiki, { query: 'term' }, { under: [team] });
    expect(ids(out).toSorted()).toEqual([team, below].toSorted());
    expect(out.pages.find(({ page }) => page === below)).toMatchObject({ where: ['Team'] });
    expect(JSON.stringify(out)).not.toContain('Secret');
  });

  test('goes on page by page, with ranks that go on too', async () => {
    const wiki = new FakeKnowledge();
    for (let index = 0; index < 25; index += 1) wiki.add('handbook', { text: `term ${'word '.repeat(index)}` });
    const found: Found[] = [];
    let cursor: string | null = null;
    do {
      const out: Out = await search(wiki, { query: 'term', limit: 10, ...(cursor !== null && { cursor }) });
      found.push(...out.pages);
      cursor = out.next_cursor;
    } while (cursor !== null);
    expect(found.map(({ rank }) => rank)).toEqual(Array.from({ length: 25 }, (_each, index) => index + 1));
    expect(new Set(found.map(({ page }) => page)).size).toBe(25);
    await expect(search(wiki, { query: 'term', cursor: '[1]' })).rejects.toEqual(refusedWith('invalid_arguments'));
    await expect(search(wiki, { query: 'term', cursor: '[0,"x"]' })).rejects.toEqual(refusedWith('invalid_arguments'));
  });

  test('tells of the agent’s own draft that it waits, and of others’ nothing', async () => {
    const wiki = new FakeKnowledge();
    const provenance = { kind: 'agent', agent: 'deps-bot', trust: 'untrusted' } as const;
    const page = wiki.add('handbook', { text: 'term', provenance });
    wiki.pages.set(page, {
      ...wiki.kept(page),
      shown: [],
      revisions: wiki.kept(page).revisions.map((each) => ({ ...each, state: 'waiting' })),
    });
    const { out, told } = await callAnd(wiki.reader('deps-bot'), 'search_pages', { query: 'term' });
    expect(out).toMatchObject({ pages: [{ kind: 'agent', agent: 'deps-bot', trust: 'untrusted', quarantined: true }] });
    expect(told).toMatchObject([{ trust: 'untrusted' }]);
    expect(await call(wiki.reader('other-bot'), 'search_pages', { query: 'term' })).toMatchObject({ pages: [] });
  });

  test('shows no character that does not show, and fits into one answer whatever is found', async () => {
    const wiki = new FakeKnowledge();
    const long = '題'.repeat(400);
    for (let index = 0; index < 60; index += 1)
      wiki.add('handbook', { title: long, text: `term\u202e ${long.repeat(20)}` });
    const out = await search(wiki, { query: 'term', limit: 50 });
    expect(out.pages.length).toBeGreaterThan(2);
    expect(out.next_cursor).not.toBeNull();
    expect(out).toMatchObject({ hidden_left_out: expect.any(Number) });
    expect(JSON.stringify(out)).not.toContain('\u202e');
  });

  test('drops what a backend finds outside all the same', async () => {
    const wiki = new FakeKnowledge();
    wiki.add('board', { title: 'Breach', text: 'term' });
    const page = wiki.add('handbook', { text: 'term' });
    const reader = wiki.reader('deps-bot');
    const careless: KnowledgeReader = {
      ...reader,
      search: (query, request) => {
        const within = [...query.within, { namespace: 'board', under: null }];
        return reader.search({ ...query, within }, request);
      },
    };
    const out = (await call(careless, 'search_pages', { query: 'term' })) as Out;
    expect(ids(out)).toEqual([page]);
    expect(out.pages[0]).toMatchObject({ rank: 1 });
  });

  test('by somebody for whom nothing is open asks nothing', async () => {
    const wiki = new FakeKnowledge();
    wiki.add('handbook', { text: 'term', by: people.bob });
    const tool = knowledgeRead.tools.find(({ name }) => name === 'search_pages');
    if (tool?.kind !== 'read') throw new Error('no tool');
    const input = tool.input.parse({ query: 'term' });
    expect(await tool.read(input, wiki.reader('deps-bot'), () => true, [])).toMatchObject({
      pages: [],
      next_cursor: null,
    });
    expect(wiki.reads).toEqual([]);
  });

  test.each([
    { query: '' },
    { query: ' "()* ' },
    { query: 'x', limit: 0 },
    { query: 'x', namespaces: [] },
    { query: 'x', namespaces: ['a b'] },
  ])('takes no %j', async (args) => {
    await expect(search(new FakeKnowledge(), args)).rejects.toEqual(refusedWith('invalid_arguments'));
  });
});
