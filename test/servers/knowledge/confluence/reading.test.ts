import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { editedDocument } from '#capabilities/knowledge/document.ts';
import type { KnowledgeQuery } from '#capabilities/knowledge-read/ports.ts';
import { containsWord, inIds, quoted, wordsOf } from '#servers/knowledge/confluence/cql.ts';
import { present } from '#test/contracts/common.ts';
import { parseJql, phrasesOf } from '#test/fakes/jira/jql.ts';
import { type ConfluencePlace, kept, openPlace, pageIn } from './place.ts';

let place: ConfluencePlace;
beforeAll(async () => {
  place = await openPlace();
});
afterAll(async () => {
  await place.close();
  expect(place.fake.violations).toEqual([]);
});

const within = (...keys: string[]): KnowledgeQuery['within'] => keys.map((namespace) => ({ namespace, under: null }));
const found = async (text: string, where = within('OPS')): Promise<readonly string[]> =>
  (await place.reader.search({ within: where, text }, { limit: 25 })).items.map(({ id }) => id);

describe('a page that may not be seen', () => {
  test('is in every answer as one that is not there: of another space, restricted, or a draft', async () => {
    const { fake, reader, ops, board, alice } = place;
    const secret = fake.site.page(board.id, { title: 'Secret', body: '<p>hushhush</p>', by: alice.accountId });
    const parent = await pageIn(place, ops);
    const restricted = kept(place, await pageIn(place, ops, { body: '<p>hushhush</p>', parentId: parent.id }));
    restricted.restrictedTo = new Set([alice.accountId]);
    const draft = kept(place, await pageIn(place, ops, { body: '<p>hushhush</p>' }));
    draft.status = 'draft';
    for (const { id } of [secret, restricted, draft, { id: '999999999' }]) {
      const ref = { ...parent, id };
      const empty = { items: [], cursor: null };
      expect(await reader.page(id)).toBeNull();
      expect(await reader.past(ref, { revision: '1' })).toBeNull();
      expect(await reader.history(ref, { limit: 5 })).toEqual(empty);
      expect(await reader.comments(ref, { limit: 5 })).toEqual(empty);
      expect(await reader.children(parent.namespace, id, { limit: 5 })).toEqual(empty);
      expect(await reader.links(ref)).toEqual({ to: [], from: [] });
    }
    expect((await reader.children(parent.namespace, parent.id, { limit: 5 })).items).toEqual([]);
    expect(await found('hushhush', within('OPS', 'BOARD'))).toEqual([]);
    expect(await reader.namespace('BOARD')).toBeNull();
  });

  test.each(['../../user/current', '1/../2', '0', '', 'x1', '12?status=any', '1,2'])(
    'is not asked for by %j, which is no id',
    async (id) => {
      const ref = await pageIn(place, place.ops);
      const before = place.fake.sent.length;
      expect(await place.reader.page(id)).toBeNull();
      expect(await place.reader.comment(ref, id)).toBeNull();
      expect(await place.reader.past(ref, { revision: id === '0' ? '-1' : id })).toBeNull();
      expect(place.fake.sent).toHaveLength(before);
    },
  );
});

describe('a page', () => {
  test('that came to another space is told of there, under what it is under now', async () => {
    const { fake, reader, ops, hr } = place;
    const [made, holder] = [await pageIn(place, ops), await pageIn(place, hr)];
    fake.site.moveTo(kept(place, made), hr.id, holder.id);
    const now = present(await reader.page(made.id));
    expect(now.namespace).toMatchObject({ key: 'HR', id: hr.id });
    expect(now.above).toEqual([{ id: holder.id, title: holder.title }]);
    expect((await reader.children(made.namespace, holder.id, { limit: 5 })).items).toEqual([]);
  });

  test('says who wrote it, how far they can be relied on, and what they said of it', async () => {
    const { fake, reader, ops, mallory, alice } = place;
    const made = await pageIn(place, ops);
    expect(made.revision).toMatchObject({ id: '1', note: null, provenance: { trust: 'trusted', kind: 'person' } });
    fake.site.edit(kept(place, made), mallory.accountId, { body: '<p>Theirs</p>', message: 'tidied up' });
    fake.site.edit(kept(place, made), alice.accountId, { message: `Change-Id: chg_0abc/${'f'.repeat(32)}` });
    const { items } = await reader.history(made, { limit: 5 });
    expect(items.map(({ id, note, provenance: { trust, by } }) => [id, note, trust, by?.standing])).toEqual([
      ['3', null, 'trusted', 'member'],
      ['2', 'tidied up', 'untrusted', 'guest'],
      ['1', null, 'trusted', 'member'],
    ]);
    const past = present(await reader.past(made, { revision: '2' }));
    expect(past.body.text).toBe('Theirs');
  });

  test('with a text that cannot be read is told with all else, and its text is not edited', async () => {
    const made = await pageIn(place, place.ops, { body: `${'<div>'.repeat(199)}a${'</div>'.repeat(199)}` });
    const native = `${'<div>'.repeat(250)}${'</div>'.repeat(250)}`;
    Object.assign(present(kept(place, made).versions.at(-1)), { body: native });
    const now = present(await place.reader.page(made.id));
    expect(now.body).toMatchObject({ native, text: expect.stringMatching(/^⟦a document that cannot be read here/) });
    expect(() => editedDocument(now.body, 'Other')).toThrow(expect.objectContaining({ code: 'unsupported' }));
  });

  test('tells which pages it leads to by their addresses here, and by no other', async () => {
    const { fake, reader, ops, board, alice } = place;
    const [one, other] = [await pageIn(place, ops), await pageIn(place, place.hr)];
    const secret = fake.site.page(board.id, { title: 'Led to', body: '', by: alice.accountId });
    const body =
      `<p><a href="${one.url}">a</a> <a href="/wiki/pages/viewpage.action?pageId=${other.id}&amp;x=1">b</a> ` +
      `<a href="/wiki/spaces/BOARD/pages/${secret.id}/x">c</a> <a href="https://evil.example/wiki/pages/${one.id}">d</a></p>`;
    const { to } = await reader.links(await pageIn(place, ops, { body }));
    expect(to.map(({ id }) => id).toSorted()).toEqual([one.id, other.id].toSorted());
  });
});

describe('a search', () => {
  test('does not tell of a page that the index has elsewhere than it is', async () => {
    const { fake, ops, hr } = place;
    const [holder, made] = [await pageIn(place, ops), await pageIn(place, ops, { body: '<p>wandering</p>' })];
    expect(await found('wandering')).toEqual([made.id]);
    const stayed = fake.site.search.bind(fake.site);
    const old = stayed().map(([page, indexed]) => [{ ...page }, indexed] as const);
    fake.site.search = () => old;
    fake.site.moveTo(kept(place, made), hr.id, null);
    expect(await found('wandering')).toEqual([]);
    expect(await found('wandering', [{ namespace: 'OPS', under: [holder.id] }])).toEqual([]);
    fake.site.search = stayed;
    expect(await found('wandering', within('HR'))).toEqual([made.id]);
  });

  test('shows words around what was found, without the marks of Confluence, and of no certain state', async () => {
    const made = await pageIn(place, place.ops, { body: '<p>Before it, <strong>needleword</strong> &amp; after.</p>' });
    const [hit] = (await place.reader.search({ within: within('OPS'), text: 'needleword' }, { limit: 5 })).items;
    expect(hit).toMatchObject({ id: made.id, revision: null, score: null });
    expect(hit?.snippet).toContain('needleword & after.');
  });

  test('asks nothing for no word, no known space and no page to look under', async () => {
    const searches = () => place.fake.sent.filter(({ name }) => name.endsWith('api/search')).length;
    const before = searches();
    expect(await found('!?')).toEqual([]);
    expect(await found('word', within('NOPE'))).toEqual([]);
    expect(await found('word', [{ namespace: 'OPS', under: ['x', '1) OR id IN (2'] }])).toEqual([]);
    expect(searches()).toBe(before);
  });
});

describe('a value in CQL', () => {
  test('is read back as it was, whatever is in it, and ends where it ends', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const { where } = parseJql(`space = ${quoted(text)} AND id IN (1)`);
        const plain = text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ');
        expect(where).toMatchObject({
          parts: [{ parts: [{ values: [{ text: plain, quoted: true }] }, { field: 'id' }] }],
        });
      }),
    );
  });

  test('that is searched for has words alone, each a phrase of its own', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        for (const word of wordsOf(text)) {
          const { where } = parseJql(containsWord(word));
          const clause = where as unknown as { parts: [{ parts: [{ values: [{ text: string }] }] }] };
          expect(phrasesOf(clause.parts[0].parts[0].values[0].text)).toEqual([word]);
        }
      }),
    );
  });

  test('of an id is a number or nothing', () => {
    expect(inIds('ancestor', ['1', '20'])).toBe('ancestor IN (1, 20)');
    expect(() => inIds('id', ['1) OR id IN (2'])).toThrow(RangeError);
  });
});

describe('comments', () => {
  test('that were changed say who began them and whose words they are now', async () => {
    const { fake, reader, ops, alice, mallory } = place;
    const made = await pageIn(place, ops);
    const said = fake.site.say(kept(place, made), '<p>First</p>', alice.accountId);
    const [first] = said.versions;
    said.versions.push({
      ...present(first),
      number: 2,
      authorId: mallory.accountId,
      body: '<p>Twisted</p>',
      createdAt: fake.site.at(),
    });
    const comment = present(await reader.comment(made, said.id));
    expect(comment).toMatchObject({ author: { id: alice.accountId }, createdAt: first?.createdAt });
    expect(comment.provenance).toMatchObject({ trust: 'untrusted', by: { id: mallory.accountId } });
    expect(comment.updatedAt > comment.createdAt).toBe(true);
  });

  test('come with all answers to them, and an answer is of the page of what it answers', async () => {
    const { fake, reader, ops, alice } = place;
    const [made, other] = [await pageIn(place, ops), await pageIn(place, ops)];
    const page = kept(place, made);
    const root = fake.site.say(page, '<p>root</p>', alice.accountId);
    const answer = fake.site.say(page, '<p>answer</p>', alice.accountId, root.id);
    const deep = fake.site.say(page, '<p>deep</p>', alice.accountId, answer.id);
    const { items } = await reader.comments(made, { limit: 5 });
    expect(items.map(({ body, replyTo }) => [body.text, replyTo])).toEqual([
      ['deep', answer.id],
      ['answer', root.id],
      ['root', null],
    ]);
    expect(await reader.comment(made, deep.id)).toMatchObject({ id: deep.id, replyTo: answer.id });
    expect(await reader.comment(other, deep.id)).toBeNull();
  });
});

test('a busy Confluence is asked once more, and one that stays away is told as that', async () => {
  const { fake, reader } = place;
  fake.mishaps.push({ on: 'read', act: { status: 503 } }, { on: 'read', act: 'lose_answer' });
  expect(await reader.namespace('OPS')).toMatchObject({ key: 'OPS' });
  fake.mishaps.push(...[1, 2, 3].map(() => ({ on: 'read', act: { status: 502 } }) as const));
  const error = await reader.namespace('OPS').catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'backend_unavailable', message: expect.not.stringContaining('upstream') });
  fake.mishaps.push({ on: 'read', act: 'garbage' });
  await expect(reader.namespace('OPS')).rejects.toMatchObject({ code: 'backend_unavailable' });
});
