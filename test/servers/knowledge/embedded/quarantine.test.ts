import { describe, expect, test } from 'vitest';
import type { KnowledgePage, KnowledgeReader } from '#capabilities/knowledge-read/ports.ts';
import type { KnowledgeWrite } from '#capabilities/knowledge-write/ports.ts';
import {
  agent,
  found,
  markdown,
  newBase,
  person,
  placeOf,
  present,
  query,
  refOf,
  refused,
  stale,
  titles,
  unseen,
  update,
} from './base.ts';

function acceptanceOf(kind: 'accept' | 'unaccept', page: KnowledgePage): KnowledgeWrite {
  const { revision } = page;
  const change = present(revision.provenance.source);
  return { kind, page: refOf(page), revision: revision.id, waiting: revision, change };
}

/** A published page with a draft of agent `a` on it. */
async function drafted() {
  const base = newBase();
  const id = base.add('handbook', { title: 'Kettles', text: 'teapot' });
  await base.write(update(await base.page(id), 'kettle'), unseen('a'));
  return { ...base, id, own: base.as('a'), others: [base.reader, base.as('b')] };
}

const texts = async (reader: KnowledgeReader, id: string) => {
  const page = present(await reader.page(id));
  const { items } = await reader.history(page, { limit: 10 });
  return { text: page.body.text, history: items.length, published: page.published?.body.text };
};

describe('a draft', () => {
  test('is relied on no further than the one that it was made on', async () => {
    const { id, own, write, people } = await drafted();
    await write(update(present(await own.page(id)), 'poison'), { ...unseen('a'), trust: 'untrusted' });
    await write(update(present(await own.page(id)), 'anew'), unseen('a'));
    const { revision } = present(await people.page(id));
    expect(revision.provenance).toMatchObject({ trust: 'untrusted', quarantined: true });
    await write(acceptanceOf('accept', present(await people.page(id))), person);
    expect(present(await people.page(id)).revision.provenance).toMatchObject({
      trust: 'untrusted',
      quarantined: false,
    });
    await write(update(present(await own.page(id)), 'ours'), { ...unseen('a'), accepted: true });
    expect(present(await people.page(id)).revision.provenance.trust).toBe('trusted');
  });

  test('is there for its own agent and for people, and in nothing that others see', async () => {
    const { id, own, others, people } = await drafted();
    for (const reader of [own, people]) {
      expect(await texts(reader, id)).toEqual({ text: 'kettle', history: 2, published: 'teapot' });
      expect(await reader.page(id)).toMatchObject({
        revision: { provenance: { quarantined: true, kind: 'agent', agent: 'a' } },
      });
      expect(await titles(reader, query('kettle'))).toEqual(['Kettles']);
      expect((await found(reader, query('teapot'))).length).toBe(0);
      expect((await found(reader, query('kettle')))[0]?.provenance.quarantined).toBe(true);
    }
    for (const reader of others) {
      const draft = present(await own.page(id));
      expect(await texts(reader, id)).toEqual({ text: 'teapot', history: 1, published: undefined });
      expect([await titles(reader, query('kettle')), await titles(reader, query('teapot'))]).toEqual([[], ['Kettles']]);
      expect(await reader.past(draft, { revision: draft.revision.id })).toBeNull();
      expect(present(await reader.page(id)).updatedAt).not.toBe(draft.updatedAt);
    }
  });

  test('of a new page is a page for those alone: in lists, counts, links, above others and by its id', async () => {
    const { write, page, as, reader, people, add } = newBase();
    const root = await page(add('handbook', { title: 'Root' }));
    const place = { namespace: root.namespace, above: [{ id: root.id, title: root.title }] };
    const body = markdown(`See [root](page:${root.id}).`);
    const made = await write({ kind: 'create', place, title: 'Mine', body }, unseen('a'));
    const within = { namespace: root.namespace, above: [...place.above, { id: made.id, title: 'Mine' }] };
    const child = await write({ kind: 'create', place: within, title: 'Under mine', body }, unseen('a'));
    for (const from of [as('a'), people]) {
      expect(await from.page(child.id)).toMatchObject({
        above: [{ title: 'Root' }, { title: 'Mine' }],
        published: null,
      });
      expect((await from.children(root.namespace, root.id, { limit: 5 })).items).toMatchObject([
        { title: 'Mine', parent: true },
      ]);
      expect((await from.links(root)).from.map(({ id }) => id)).toEqual([made.id, child.id]);
      expect((await from.namespace('handbook'))?.pages).toBe(3);
      expect(await from.page(root.id)).toMatchObject({ parent: true });
    }
    for (const from of [as('b'), reader]) {
      expect(await from.page(made.id)).toBeNull();
      expect((await from.children(root.namespace, root.id, { limit: 5 })).items).toEqual([]);
      expect((await from.links(root)).from).toEqual([]);
      expect((await from.namespace('handbook'))?.pages).toBe(1);
      expect(await from.page(root.id)).toMatchObject({ parent: false });
      expect((await from.pastPages(root.namespace, null, { limit: 5 })).items).toHaveLength(1);
      expect(await found(from, query('Mine'))).toEqual([]);
    }
    expect((await people.pastPages(root.namespace, null, { limit: 5 })).items).toHaveLength(1);
  });

  test('is accepted as that very revision, once, and found by all then', async () => {
    const { id, people, others, page, write } = await drafted();
    const draft = await page(id, people);
    const wanted = acceptanceOf('accept', draft);
    expect(await write(wanted, person)).toMatchObject({ id, revision: draft.revision.id });
    for (const reader of others) {
      expect(await texts(reader, id)).toEqual({ text: 'kettle', history: 2, published: undefined });
      expect((await found(reader, query('kettle')))[0]?.provenance.quarantined).toBe(false);
    }
    await expect(write(wanted, person)).rejects.toMatchObject(stale);
  });

  test('is not accepted once it was written on, nor by the name of another change', async () => {
    const { id, people, own, page, write } = await drafted();
    const first = await page(id, people);
    const other = { ...acceptanceOf('accept', first), change: 'chg_other' } as KnowledgeWrite;
    await expect(write(other, person)).rejects.toMatchObject(stale);
    await write(update(await page(id, own), 'kettle and more'), unseen('a'));
    await expect(write(acceptanceOf('accept', first), person)).rejects.toMatchObject(stale);
    await write(acceptanceOf('accept', await page(id, people)), person);
    const { items } = await people.history(first, { limit: 10 });
    expect(items.map(({ provenance }) => provenance.quarantined)).toEqual([false, true, false]);
  });

  test('waits again when its acceptance is taken back, and others see what they saw', async () => {
    const { id, people, own, others, page, write } = await drafted();
    await write(acceptanceOf('accept', await page(id, people)), person);
    await write(acceptanceOf('unaccept', await page(id, people)), person);
    expect(await texts(own, id)).toEqual({ text: 'kettle', history: 2, published: 'teapot' });
    for (const reader of others) expect(await texts(reader, id)).toMatchObject({ text: 'teapot', history: 1 });
    await write(acceptanceOf('accept', await page(id, people)), person);
    const accepted = acceptanceOf('unaccept', await page(id, people));
    await write(update(await page(id), 'written since'), agent('b'));
    await expect(write(accepted, person)).rejects.toMatchObject(stale);
  });

  test('ends when something else is published, and stays in the history of those who knew it', async () => {
    const { id, people, own, others, page, write } = await drafted();
    await write(update(await page(id), 'another'), agent('b'));
    for (const reader of [own, people]) expect(await texts(reader, id)).toMatchObject({ text: 'another', history: 3 });
    for (const reader of others) expect(await texts(reader, id)).toMatchObject({ text: 'another', history: 2 });
  });

  test('of one agent is not one of another: each goes on with its own, people see the newest', async () => {
    const { id, people, own, as, page, write } = await drafted();
    await write(update(await page(id), 'from b'), unseen('b'));
    expect((await page(id, own)).body.text).toBe('kettle');
    expect((await page(id, as('b'))).body.text).toBe('from b');
    expect((await page(id, people)).body.text).toBe('from b');
    await expect(write(update(await page(id), 'over it'), unseen('a'))).rejects.toMatchObject(stale);
  });

  test('that was decided comes out with all that its agent had written before', async () => {
    const { id, own, reader, page, write } = await drafted();
    await write(update(await page(id, own), 'kettle, looked at'), agent('a'));
    expect((await page(id, reader)).body.text).toBe('kettle, looked at');
  });
});

describe('what nobody decided', () => {
  test('does not move or hide what everybody sees', async () => {
    const { write, page, add } = newBase();
    const [one, two] = [await page(add('handbook')), await page(add('handbook'))];
    const to = { namespace: one.namespace, above: [{ id: two.id, title: two.title }] };
    const move = { kind: 'move', page: refOf(one), from: placeOf(one), to } as const;
    await expect(write(move, unseen('a'))).rejects.toMatchObject(refused);
    const trash = { kind: 'trash', page: refOf(one), place: placeOf(one), revision: one.revision.id } as const;
    await expect(write(trash, unseen('a'))).rejects.toMatchObject(refused);
  });

  test('has nothing that everybody sees under it', async () => {
    const { write, page, as, people, add } = newBase();
    const { namespace } = await page(add('handbook'));
    const made = await write(
      { kind: 'create', place: { namespace, above: [] }, title: 'Mine', body: markdown('') },
      unseen('a'),
    );
    const under = { namespace, above: [{ id: made.id, title: 'Mine' }] };
    const child = { kind: 'create', place: under, title: 'Child', body: markdown('') } as const;
    await expect(write(child, agent('a'))).rejects.toMatchObject(refused);
    await write(acceptanceOf('accept', await page(made.id, people)), person);
    await write(child, agent('a'));
    await expect(write(acceptanceOf('unaccept', await page(made.id, as('a'))), person)).rejects.toMatchObject(refused);
  });

  test('is no comment for others until it is accepted', async () => {
    const { write, page, as, reader, people, add } = newBase();
    const at = await page(add('handbook'));
    const made = await write({ kind: 'comment', page: refOf(at), body: markdown('Hm'), replyTo: null }, unseen('a'));
    const count = async (from: KnowledgeReader) => [
      (await from.comments(at, { limit: 5 })).items.length,
      (await from.page(at.id))?.comments,
      (await from.comment(at, made.id)) === null ? 0 : 1,
    ];
    for (const from of [as('a'), people]) expect(await count(from)).toEqual([1, 1, 1]);
    for (const from of [as('b'), reader]) expect(await count(from)).toEqual([0, 0, 0]);
    const comment = present(await people.comment(at, made.id));
    const answer = { kind: 'comment', page: refOf(at), body: markdown('So?'), replyTo: made.id } as const;
    await expect(write(answer, unseen('b'))).rejects.toMatchObject(stale);
    await expect(write(answer, agent('a'))).rejects.toMatchObject(refused);
    const change = present(comment.provenance.source);
    const accept = { page: refOf(at), comment, expect: comment.body, change };
    await write({ kind: 'accept_comment', ...accept }, person);
    expect(await count(reader)).toEqual([1, 1, 1]);
    await expect(write({ kind: 'accept_comment', ...accept }, person)).rejects.toMatchObject(stale);
    const edit = {
      kind: 'edit_comment',
      page: refOf(at),
      comment,
      expect: comment.body,
      body: markdown('Other'),
    } as const;
    await expect(write(edit, unseen('a'))).rejects.toMatchObject(refused);
    await write({ kind: 'unaccept_comment', ...accept }, person);
    expect(await count(reader)).toEqual([0, 0, 0]);
  });
});
