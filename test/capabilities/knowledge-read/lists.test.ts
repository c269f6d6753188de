import { describe, expect, test } from 'vitest';
import { FakeKnowledge } from '#test/fakes/knowledge/place.ts';
import { people } from '#test/fakes/knowledge/seed.ts';
import { call, callAnd, type Out, refusedWith, said } from './call.ts';

const list = (wiki: FakeKnowledge, args: Record<string, unknown>, scope = {}): Promise<Out> =>
  call(wiki.reader('deps-bot'), 'list_pages', args, scope);
const ids = (out: Out): string[] => (out['pages'] as { page: string }[]).map(({ page }) => page);

describe('a list of pages', () => {
  test('without a namespace is one of those that are granted', async () => {
    const wiki = new FakeKnowledge();
    const scope = { namespaces: ['handbook', 'old', 'nowhere'] };
    expect(await list(wiki, {}, scope)).toMatchObject({
      namespaces: [
        { namespace: 'handbook', name: 'The handbook', audience: 'private' },
        { namespace: 'old', name: 'What was', archived: true },
      ],
      next_cursor: null,
    });
    const first = await list(wiki, { limit: 1 }, scope);
    expect(first['namespaces']).toHaveLength(1);
    expect(await list(wiki, { limit: 1, cursor: first['next_cursor'] }, scope)).toMatchObject({
      namespaces: [{ namespace: 'old' }],
    });
  });

  test('has those at the top of a namespace, or right under a page', async () => {
    const wiki = new FakeKnowledge();
    const top = wiki.add('handbook', { title: 'Top' });
    const below = wiki.add('handbook', { title: 'Below', parent: top });
    const gone = wiki.add('handbook');
    wiki.trash(gone);
    wiki.add('board');
    const { out, told } = await callAnd(wiki.reader('deps-bot'), 'list_pages', { namespace: 'handbook' });
    expect(out).toMatchObject({ pages: [{ page: top, title: 'Top', has_children: true }], next_cursor: null });
    expect(told).toMatchObject([{ thing: `page:${top}`, revision: null, rank: null, trust: 'trusted' }]);
    expect(await list(wiki, { parent: top })).toMatchObject({ pages: [{ page: below, has_children: false }] });
    expect(ids(await list(wiki, { parent: below, namespace: 'handbook' }))).toEqual([]);
    const scope = { namespaces: ['handbook', 'runbooks'] };
    await expect(list(wiki, { parent: top, namespace: 'runbooks' }, scope)).rejects.toEqual(
      refusedWith('invalid_arguments'),
    );
  });

  test('of ten thousand comes page by page, each once', async () => {
    const wiki = new FakeKnowledge();
    for (let index = 0; index < 10_000; index += 1) wiki.add('handbook');
    const first = await list(wiki, { namespace: 'handbook', limit: 100 });
    const second = await list(wiki, { namespace: 'handbook', limit: 100, cursor: first['next_cursor'] });
    expect(new Set([...ids(first), ...ids(second)]).size).toBe(ids(first).length + ids(second).length);
    expect(ids(first).length).toBeGreaterThan(50);
  });

  test('is of those that a scope is limited to, where it is limited to some', async () => {
    const wiki = new FakeKnowledge();
    const hidden = wiki.add('handbook', { title: 'Hidden' });
    const [one, other] = [wiki.add('handbook', { parent: hidden }), wiki.add('handbook')];
    const elsewhere = wiki.add('runbooks');
    const below = wiki.add('handbook', { parent: one });
    const scope = { namespaces: ['handbook', 'runbooks'], under: [one, other, elsewhere, 'P999'] };
    expect(ids(await list(wiki, { namespace: 'handbook' }, scope))).toEqual([one, other]);
    expect(ids(await list(wiki, { namespace: 'runbooks' }, scope))).toEqual([elsewhere]);
    expect(ids(await list(wiki, { parent: one }, scope))).toEqual([below]);
    expect(await said(wiki.reader('x'), 'list_pages', { parent: hidden }, scope)).toContain('not_found');
    wiki.namespaces.set('handbook', { ...(wiki.namespaces.get('handbook') as never as object), pages: 4 } as never);
    expect(JSON.stringify(await list(wiki, {}, scope))).not.toContain('"pages"');
    expect(JSON.stringify(await list(wiki, {}))).toContain('"pages":4');
  });

  test('is told as it was at a moment', async () => {
    const wiki = new FakeKnowledge();
    const top = wiki.add('handbook', { title: 'Old name' });
    const below = wiki.add('handbook', { parent: top });
    const closed = wiki.add('handbook', { title: 'What is closed by now' });
    const then = wiki.at();
    wiki.move(closed, { namespace: 'board' });
    wiki.edit(top, { title: 'New name' });
    wiki.move(below, { namespace: 'handbook' });
    const secret = wiki.add('handbook');
    wiki.move(secret, { namespace: 'board' });
    const at = { namespace: 'handbook', at: then };
    const { out, told } = await callAnd(wiki.reader('deps-bot'), 'list_pages', at);
    expect(out['pages']).toEqual([
      expect.objectContaining({ page: top, title: 'Old name', revision: expect.any(String) }),
    ]);
    expect(told).toMatchObject([{ thing: `page:${top}`, revision: expect.any(String) }]);
    expect(ids(await list(wiki, { parent: top, at: then }))).toEqual([below]);
    expect(ids(await list(wiki, { namespace: 'handbook', at: '2026-12-31T00:00:00Z' })).toSorted()).toEqual(
      [top, below].toSorted(),
    );
    expect(ids(await list(wiki, at, { under: [below] }))).toEqual([below]);
    await expect(list(wiki, { at: then })).rejects.toEqual(refusedWith('invalid_arguments'));
    await expect(list(new FakeKnowledge({ past: false }), at)).rejects.toEqual(refusedWith('unsupported'));
  });

  test('of a namespace that is not granted is refused before the backend is asked', async () => {
    const wiki = new FakeKnowledge();
    for (const namespace of ['board', 'nowhere']) {
      await expect(list(wiki, { namespace })).rejects.toMatchObject({
        message: `Reading ${namespace} is not granted.`,
      });
    }
    expect(wiki.reads).toEqual([]);
    await expect(list(wiki, { namespace: 'nowhere' }, { namespaces: ['nowhere'] })).rejects.toEqual(
      refusedWith('not_found'),
    );
  });
});

describe('a history', () => {
  test('tells each revision, newest first, by whom, and how far it can be relied on', async () => {
    const wiki = new FakeKnowledge();
    const page = wiki.add('handbook', { title: 'First' });
    const { revision: first } = await wiki.page(page);
    const provenance = { kind: 'imported', source: 'docs/first.md' } as const;
    const second = wiki.edit(page, { title: 'Second', provenance, note: 'from the repository' });
    const third = wiki.edit(page, { by: people.self, provenance: { kind: 'agent', agent: 'bot', trust: 'untrusted' } });
    const { out, told } = await callAnd(wiki.reader('deps-bot'), 'get_page_history', { page });
    expect(out).toMatchObject({
      ...{ page, version: third, next_cursor: null },
      revisions: [
        { revision: third, kind: 'agent', agent: 'bot', trust: 'untrusted' },
        { revision: second, title: 'Second', kind: 'imported', source: 'docs/first.md', note: 'from the repository' },
        { revision: first.id, title: 'First', kind: 'person', by: 'Alice Ito', trust: 'trusted' },
      ],
    });
    expect(told.map(({ revision, trust }) => [revision, trust])).toEqual([
      [third, 'untrusted'],
      [second, 'trusted'],
      [first.id, 'trusted'],
    ]);
  });

  test('comes page by page, and neither its pages nor its cursors count what was elsewhere', async () => {
    const wiki = new FakeKnowledge();
    const page = wiki.add('handbook', { title: 'r0' });
    wiki.edit(page, { title: 'r1' });
    wiki.move(page, { namespace: 'board' });
    for (let index = 0; index < 150; index += 1) wiki.edit(page, { title: 'secret' });
    wiki.edit(page, { title: 'cleaned' });
    wiki.move(page, { namespace: 'handbook' });
    wiki.edit(page, { title: 'r2' });
    const moved = await call(wiki.reader('x'), 'get_page_history', { page, limit: 1 });
    const other = new FakeKnowledge();
    const plain = other.add('handbook', { title: 'r0' });
    other.edit(plain, { title: 'cleaned' });
    other.edit(plain, { title: 'r2' });
    const same = await call(other.reader('x'), 'get_page_history', { page: plain, limit: 1 });
    expect(moved['next_cursor']).toBe(same['next_cursor']);
    const titles: unknown[] = [];
    for (let cursor: unknown = null; ; ) {
      const out: Out = await call(wiki.reader('x'), 'get_page_history', {
        page,
        limit: 1,
        ...(cursor !== null && { cursor }),
      });
      titles.push(...(out['revisions'] as { title: string }[]).map(({ title }) => title));
      cursor = out['next_cursor'];
      if (cursor === null) break;
    }
    // What it said when it went was what it said elsewhere, too; what it said when it came is what it says here.
    expect(titles).toEqual(['r2', 'cleaned', 'r0']);
  });
});

describe('a comparison', () => {
  test('shows the lines that differ, with those around them, and both revisions', async () => {
    const wiki = new FakeKnowledge();
    const lines = Array.from({ length: 30 }, (_line, index) => `Line ${index + 1}`);
    const page = wiki.add('handbook', { text: lines.join('\n') });
    const { revision: first } = await wiki.page(page);
    const second = wiki.edit(page, { text: lines.with(14, 'Changed\u200b').join('\n'), by: people.bob });
    const { out, told } = await callAnd(wiki.reader('deps-bot'), 'diff_page', { page, from: first.id });
    expect(out).toMatchObject({
      from: { revision: first.id, by: 'Alice Ito' },
      to: { revision: second, by: 'Bob Weiss' },
      ...{ added: 1, removed: 1, hidden_left_out: 1 },
      diff: {
        text: expect.stringMatching(/^@@ -12,7 \+12,7 @@\n Line 12\n[\s\S]*\n-Line 15\n\+Changed\n/),
        next: null,
      },
    });
    expect(told.map(({ revision }) => revision)).toEqual([first.id, second]);
    const same = await call(wiki.reader('x'), 'diff_page', { page, from: second });
    expect(same).toMatchObject({ added: 0, removed: 0, diff: { text: '' } });
    const back = await call(wiki.reader('x'), 'diff_page', { page, from: second, to: first.id });
    expect(back).toMatchObject({ diff: { text: expect.stringContaining('+Line 15') } });
    await expect(call(wiki.reader('x'), 'diff_page', { page, from: 'R999' })).rejects.toEqual(refusedWith('not_found'));
  });

  test('that is long comes in parts, and one of texts with little in common is refused', async () => {
    const wiki = new FakeKnowledge();
    const page = wiki.add('handbook', { text: '' });
    const { revision: first } = await wiki.page(page);
    const lines = (count: number, word: string) => Array.from({ length: count }, (_, at) => `${word} ${at}`).join('\n');
    wiki.edit(page, { text: lines(900, 'A line of some length') });
    const out = await call(wiki.reader('x'), 'diff_page', { page, from: first.id });
    const { text, next } = out['diff'] as { text: string; next: string };
    const start = Number(/start_line (\d+)\.$/.exec(next)?.[1]);
    expect(start).toBe(text.split('\n').length);
    expect(next).toContain(`from "${first.id}"`);
    const rest = await call(wiki.reader('x'), 'diff_page', { page, from: first.id, start_line: start });
    expect((rest['diff'] as { text: string }).text).toMatch(/^\+A line/);
    const second = wiki.edit(page, { text: lines(9_000, 'one') });
    wiki.edit(page, { text: lines(9_000, 'other') });
    await expect(call(wiki.reader('x'), 'diff_page', { page, from: second })).rejects.toEqual(
      refusedWith('unsupported'),
    );
  });
});
