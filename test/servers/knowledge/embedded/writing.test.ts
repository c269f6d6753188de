import { describe, expect, test } from 'vitest';
import type { KnowledgeWrite } from '#capabilities/knowledge-write/ports.ts';
import { embeddedSponsors } from '#servers/knowledge/embedded/sponsors.ts';
import {
  archiveNamespace,
  everybody,
  namespaceByKey,
  setMember,
} from '#servers/knowledge/embedded/store/namespaces.ts';
import {
  agent,
  found,
  markdown,
  newBase,
  newMark,
  person,
  placeOf,
  present,
  query,
  refOf,
  refused,
  stale,
  update,
} from './base.ts';

describe('a page', () => {
  test('says where each of its states comes from', async () => {
    const { write, page, reader, add } = newBase();
    const id = add('handbook', { text: 'by hand' });
    const session = { from: '2026-06-30T00:00:00.000Z', to: '2026-07-01T00:00:00.000Z' };
    const mark = newMark();
    await write(update(await page(id), 'by an agent'), agent('deps-bot', { session, trust: 'untrusted' }), mark);
    await write(update(await page(id), 'for a person'), person);
    const { items } = await reader.history(await page(id), { limit: 5 });
    expect(items.map(({ provenance }) => provenance)).toMatchObject([
      { kind: 'person', agent: null, sponsor: 'alice', session: null, trust: 'trusted', quarantined: false },
      { kind: 'agent', agent: 'deps-bot', sponsor: 'alice', session, source: mark.changeId, trust: 'untrusted' },
      { kind: 'person', by: { id: 'alice', name: 'Alice Moreau', standing: 'member' }, agent: null, source: null },
    ]);
    expect(items[1]?.provenance.by).toEqual(await reader.self());
  });

  test('says of words that a person puts back what was said of them when they first came', async () => {
    const { write, page, add } = newBase();
    const id = add('handbook', { title: 'Kettles', text: 'ours' });
    const put = async (text: string, title: string, origin: typeof person) => {
      const { namespace, revision, body, ...now } = await page(id);
      const from = { title: now.title, body };
      const back = { page: refOf(await page(id)), revision: revision.id, from, title, body: markdown(text) };
      const isPerson = origin === person;
      await write(
        isPerson ? { kind: 'bring_back', namespace, pages: [{ kind: 'text', ...back }] } : { kind: 'update', ...back },
        origin,
      );
      return (await page(id)).revision.provenance.trust;
    };
    const tainted = agent('deps-bot', { trust: 'untrusted' });
    expect(await put('a stranger’s', 'Kettles', tainted)).toBe('untrusted');
    expect(await put('ours again', 'Kettles', agent('deps-bot'))).toBe('trusted');
    expect(await put('a stranger’s', 'Kettles', person)).toBe('untrusted');
    expect(await put('ours', 'Kettles', person)).toBe('trusted');
    expect(await put('ours', 'Pots', tainted)).toBe('untrusted');
    expect(await put('ours', 'Kettles', person)).toBe('trusted');
    expect(await put('ours', 'Pots', person)).toBe('untrusted');
    await write(update(await page(id), 'a stranger’s'), person);
    expect((await page(id)).revision.provenance.trust).toBe('untrusted');
  });

  test.each([
    ['10 MB', 'x'.repeat(10_000_000), 'longer than 1048576'],
    ['a character that is none', 'a\0b', 'U+0000'],
    ['half a character', 'a\ud800b', 'well-formed'],
  ])('is not taken with %s, in words', async (_what, text, message) => {
    const { write, page, add, reader } = newBase();
    const at = await page(add('handbook', { text: 'as it was' }));
    await expect(write(update(at, text))).rejects.toMatchObject({
      ...refused,
      message: expect.stringContaining(message),
    });
    const create = { kind: 'create', place: placeOf(at), title: 'New', body: markdown(text) } as const;
    await expect(write(create)).rejects.toMatchObject(refused);
    expect((await page(at.id)).body.text).toBe('as it was');
    expect((await reader.children(at.namespace, null, { limit: 5 })).items).toHaveLength(1);
  });

  test('keeps every character of what it is given: HTML, scripts, ends of lines, what nobody sees', async () => {
    const { write, page, add, reader } = newBase();
    const at = await page(add('handbook'));
    const text = '<script>alert(1)</script>\r\n\r\n<b onclick="x">b</b>\u202eab\u200b\ufeff\n\n\t```\n#no\n\u{e0041}';
    await write(update(at, text));
    expect((await page(at.id)).body.text).toBe(text);
    expect((await found(reader, query('alert')))[0]?.snippet).toContain('<script>alert(1)</script>');
  });

  test('of the longest text is kept and found at its end', async () => {
    const { write, page, add, reader } = newBase();
    const at = await page(add('handbook'));
    const text = `${'# a\n'.repeat(200_000)}\n${'word '.repeat(40_000)}\nneedle`;
    await write(update(at, text));
    expect((await page(at.id)).body.text).toBe(text);
    expect((await found(reader, query('needle')))[0]).toMatchObject({ id: at.id, line: 200_003 });
  });

  test.each(['', '  ', 'two\nlines', 'x'.repeat(256), 'a\0'])('is not called %j', async (title) => {
    const { write, page, add } = newBase();
    const at = await page(add('handbook'));
    const wanted = { kind: 'create', place: placeOf(at), title, body: markdown('') } as const;
    await expect(write(wanted)).rejects.toMatchObject(refused);
  });

  test('cannot be written in a namespace that is archived', async () => {
    const { write, page, add, store } = newBase();
    const at = await page(add('handbook'));
    archiveNamespace(store, 'handbook', true);
    await expect(write(update(at, 'x'))).rejects.toMatchObject(refused);
    expect(await page(at.id)).toBeTruthy();
  });
});

describe('a move', () => {
  async function family() {
    const base = newBase();
    const top = base.add('handbook', { title: 'Top', text: 'teapot' });
    const middle = base.add('handbook', { title: 'Middle', text: 'teapot', under: top });
    const low = base.add('handbook', { title: 'Low', text: 'teapot', under: middle });
    const notes = await base.page(base.add('notes', { title: 'Notes' }));
    const moved = async (id: string, parent: string | null, namespace = 'handbook'): Promise<KnowledgeWrite> => {
      const page = await base.page(id);
      const above = parent === null ? [] : [{ id: parent, title: '' }];
      const to = { namespace: present(await base.reader.namespace(namespace)), above };
      return { kind: 'move', page: refOf(page), from: placeOf(page), to };
    };
    return { ...base, top, middle, low, notes, moved };
  }

  test('takes along what is under it, also to another namespace and its index, and back to where it was', async () => {
    const { write, page, reader, middle, low, notes, moved, top } = await family();
    const before = await page(low);
    await write(await moved(middle, notes.id, 'notes'));
    expect((await page(low)).namespace.key).toBe('notes');
    expect((await page(low)).above.map(({ title }) => title)).toEqual(['Notes', 'Middle']);
    expect((await found(reader, query('teapot'))).map(({ title }) => title)).toEqual(['Top']);
    expect(await found(reader, query('teapot', 'notes'))).toHaveLength(2);
    await write(await moved(middle, top));
    expect({ ...(await page(low)), updatedAt: '' }).toEqual({ ...before, updatedAt: '', revision: before.revision });
  });

  test('never puts a page under itself or under what is under it', async () => {
    const { write, page, top, middle, low, moved } = await family();
    for (const parent of [top, middle, low]) {
      await expect(write(await moved(top, parent))).rejects.toMatchObject(stale);
    }
    expect((await page(low)).above.map(({ id }) => id)).toEqual([top, middle]);
  });

  test('is stale when the page, or its new place, is not where it was', async () => {
    const { write, page, top, middle, low, notes, moved } = await family();
    const again = await moved(low, top);
    await write(again);
    await expect(write(again)).rejects.toMatchObject(stale);
    const elsewhere = await moved(low, notes.id, 'handbook');
    await expect(write(elsewhere)).rejects.toMatchObject(stale);
    const under = await moved(low, middle);
    const { namespace, above, revision, ...ref } = await page(middle);
    await write({
      kind: 'trash',
      page: { ...refOf({ ...ref, namespace }) },
      place: { namespace, above: [...above] },
      revision: revision.id,
    });
    await expect(write(under)).rejects.toMatchObject(stale);
  });

  test('of the trash: only what has nothing under it, says what it said, and is where it was', async () => {
    const { write, page, middle, low } = await family();
    const trash = async (id: string, say = {}): Promise<KnowledgeWrite> => {
      const at = await page(id);
      return { kind: 'trash', page: refOf(at), place: placeOf(at), revision: at.revision.id, ...say } as KnowledgeWrite;
    };
    await expect(write(await trash(middle))).rejects.toMatchObject(refused);
    await expect(write(await trash(low, { revision: 'rv_other' }))).rejects.toMatchObject(stale);
    const wanted = await trash(low);
    await write(wanted);
    await expect(write(wanted)).rejects.toMatchObject(stale);
    expect(await page(low)).toMatchObject({ trashed: true });
    await expect(write(update(await page(low), 'x'))).rejects.toMatchObject(stale);
    await write(await trash(middle));
  });
});

describe('bringing a namespace back', () => {
  test('does all of it or nothing', async () => {
    const { write, page, add, reader } = newBase();
    const [one, two] = [await page(add('handbook', { text: 'one' })), await page(add('handbook', { text: 'two' }))];
    const text = (at: typeof one, to: string) => {
      const { kind: _, ...wanted } = update(at, to) as Extract<KnowledgeWrite, { kind: 'update' }>;
      return { kind: 'text', ...wanted } as const;
    };
    const trash = { kind: 'trash', page: refOf(two), place: placeOf(two), revision: two.revision.id } as const;
    const { namespace } = one;
    const wrong = { ...trash, revision: 'rv_other' };
    const pages = [text(one, 'other'), wrong];
    await expect(write({ kind: 'bring_back', namespace, pages }, person)).rejects.toMatchObject(stale);
    expect((await page(one.id)).body.text).toBe('one');
    await write({ kind: 'bring_back', namespace, pages: [text(one, 'other'), trash] }, person);
    expect((await page(one.id)).body.text).toBe('other');
    expect(await page(two.id)).toMatchObject({ trashed: true });
    expect(await found(reader, query('two'))).toEqual([]);
  });
});

describe('the door', () => {
  test('writes to what its permit is for, and until its change is done', async () => {
    const { open, page, add, door } = newBase();
    const [one, two] = [await page(add('handbook')), await page(add('handbook'))];
    const target = { namespaceId: one.namespace.id, namespace: one.namespace.key, pageId: one.id };
    const writer = await open('chg_x', target);
    const mark = { changeId: 'chg_x', token: 't' };
    await expect(writer.write(update(two, 'x'), mark, agent('a'))).rejects.toMatchObject(refused);
    await expect(writer.write(update(one, 'x'), { ...mark, changeId: 'chg_y' }, agent('a'))).rejects.toMatchObject(
      refused,
    );
    await door.done('chg_x');
    await expect(writer.write(update(one, 'x'), mark, agent('a'))).rejects.toMatchObject(refused);
    expect((await page(one.id)).body.text).toBe('');
  });
});

describe('what people may do', () => {
  test('is what the namespace says of them, else of everybody', async () => {
    const { store } = newBase();
    const { levelOf, about } = embeddedSponsors(store, (sponsor) => sponsor);
    expect(await levelOf('alice', 'handbook')).toBe('write');
    expect(await levelOf('ALICE', 'Handbook')).toBe('write');
    expect(await levelOf('bob', 'handbook')).toBe('none');
    const { id } = present(namespaceByKey(store, 'handbook'));
    setMember(store, id, everybody, 'read');
    expect([await levelOf('bob', 'handbook'), await levelOf('alice', 'handbook')]).toEqual(['read', 'write']);
    expect(await levelOf('alice', 'nowhere')).toBe('none');
    expect(about({ want: 'write', namespace: 'handbook' })).toEqual({ thing: 'handbook', wants: 'write' });
  });

  test('and what the doctor finds of namespaces', async () => {
    const { examine, store, add } = newBase();
    add('handbook');
    archiveNamespace(store, 'notes', true);
    const { reached, findings } = await examine(['handbook', 'notes', 'nowhere']);
    expect(reached).toBe(true);
    expect(findings.map(({ about, verdict }) => [about, verdict])).toEqual([
      ['knowledge', 'ok'],
      ['handbook', 'ok'],
      ['notes', 'advice'],
      ['nowhere', 'wrong'],
      ['vectors', 'ok'],
    ]);
  });
});
