import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { editedDocument, newDocument } from '#capabilities/knowledge/document.ts';
import type { KnowledgePage } from '#capabilities/knowledge-read/ports.ts';
import type { KnowledgeWrite } from '#capabilities/knowledge-write/ports.ts';
import { newChangeId } from '#shared/changes/ids.ts';
import { mintPermit } from '#shared/changes/mint-permit.ts';
import { newMark, present } from '#test/contracts/common.ts';
import { placeOf, placeUnder, refOf, topOf, trashOf, untrashOf, updateOf } from '#test/contracts/knowledge/bench.ts';
import { newest } from '#test/fakes/confluence/site.ts';
import { decidedOrigin } from '#test/fakes/origin.ts';
import { type ConfluencePlace, kept, openPlace, pageIn, write } from './place.ts';

let place: ConfluencePlace;
beforeAll(async () => {
  place = await openPlace();
});
afterAll(async () => {
  await place.close();
  expect(place.fake.violations).toEqual([]);
});

const of = (wanted: KnowledgeWrite, mark = newMark()) => write(place.backend, wanted, { mark });
const text = (markdown: string) => newDocument('storage', markdown);
const writes = () => place.fake.sent.filter(({ method, name }) => method !== 'GET' && !name.endsWith('users-bulk'));
const stale = { name: 'NotDone', kind: 'stale' };
const refused = { name: 'NotDone', kind: 'refused' };
const unavailable = { name: 'NotDone', kind: 'unavailable' };
const made = () => pageIn(place, place.ops);
const createIn = (title: string): KnowledgeWrite => {
  const { id, key, name } = place.ops;
  return { kind: 'create', place: topOf({ id, key, name }), title, body: text('Words') };
};

/** As if its change had been made an hour ago. */
const earlier = () => ({ ...newMark(), changeId: newChangeId(new Date(Date.now() - 3_600_000)) });
/** As if its change were made an hour from now: what was done before cannot be of it. */
const later = () => ({ ...newMark(), changeId: newChangeId(new Date(Date.now() + 3_600_000)) });

describe('an update', () => {
  test('is one request, carries the mark of its change as the message of the version, and only the words that changed', async () => {
    const body =
      '<p>One</p><ac:structured-macro ac:name="toc" ac:macro-id="a1" />\n<p>State: <ac:link><ri:user ri:account-id="712020:x" /></ac:link></p>';
    const [page, mark] = [await pageIn(place, place.ops, { body }), newMark()];
    const before = writes().length;
    await of(updateOf(page, { body: editedDocument(page.body, page.body.text.replace('One', 'Two')) }), mark);
    expect(writes()).toHaveLength(before + 1);
    expect(newest(kept(place, page))).toMatchObject({
      number: 2,
      message: `Change-Id: ${mark.changeId}/${mark.token}`,
      body: body.replace('One', 'Two'),
    });
  });

  test('is refused by Confluence where somebody was faster between the look and the write', async () => {
    const page = await made();
    const { fake, alice } = place;
    fake.mishaps.push({
      on: 'write',
      act: { first: () => fake.site.edit(kept(place, page), alice.accountId, { body: '<p>Theirs</p>' }) },
    });
    await expect(of(updateOf(page, { body: text('Ours') }))).rejects.toMatchObject(stale);
    expect(newest(kept(place, page)).body).toBe('<p>Theirs</p>');
  });

  test('of a page that came to another space, which makes no version, is not sent', async () => {
    const page = await made();
    place.fake.site.moveTo(kept(place, page), place.hr.id, null);
    const before = writes().length;
    await expect(of(updateOf(page, { body: text('Ours') }))).rejects.toMatchObject(stale);
    expect(writes()).toHaveLength(before);
  });

  test('of a text of another format, or one that is too long, is refused before anything is asked', async () => {
    const page = await made();
    const before = place.fake.sent.length;
    for (const body of [{ format: 'markdown', text: 'x' } as const, { ...text('x'), text: 'x'.repeat(1_000_001) }]) {
      await expect(of(updateOf(page, { body }))).rejects.toMatchObject(refused);
    }
    await expect(of(updateOf(page, { title: 'x'.repeat(256) }))).rejects.toMatchObject(refused);
    expect(place.fake.sent).toHaveLength(before);
  });

  test('whose answer was lost is found under whatever was written since, and is not taken for another’s', async () => {
    const [page, mark] = [await made(), newMark()];
    const { fake, reader, alice } = place;
    const wanted = updateOf(page, { body: text('Ours') });
    expect(await reader.landed(wanted, mark)).toBe('not_found');
    fake.mishaps.push({ on: 'write', act: 'lose_answer' });
    await expect(of(wanted, mark)).rejects.not.toMatchObject({ name: 'NotDone' });
    fake.site.edit(kept(place, page), alice.accountId, { body: '<p>Since</p>' });
    expect(await reader.landed(wanted, mark)).toMatchObject({ landed: { revision: '2', differs: [] } });
    expect(await reader.landed(wanted, newMark())).toBe('not_found');
    Object.assign(present(kept(place, page).versions[1]), { authorId: alice.accountId });
    expect(await reader.landed(wanted, mark)).toBe('not_found');
  });
});

describe('a new page', () => {
  test('at the top of a space is not put under its home page', async () => {
    const { id } = await of(createIn('At the top'));
    expect(kept(place, { id }).parentId).toBeNull();
  });

  test('with a title that the space has already is refused, and the other one is not taken for it', async () => {
    const { fake, ops, alice, reader } = place;
    fake.site.page(ops.id, { title: 'Taken', body: '<p>Words</p>', by: alice.accountId });
    const [wanted, mark] = [createIn('Taken'), newMark()];
    await expect(of(wanted, mark)).rejects.toMatchObject(refused);
    expect(await reader.landed(wanted, mark)).toBe('not_found');
  });

  test('whose answer was lost is ours by title, place, words, account and time', async () => {
    const { fake, reader, alice } = place;
    const [wanted, mark] = [createIn('Lost'), newMark()];
    expect(await reader.landed(wanted, mark)).toBe('not_found');
    fake.mishaps.push({ on: 'write', act: 'lose_answer' });
    await expect(of(wanted, mark)).rejects.not.toMatchObject({ name: 'NotDone' });
    expect(await reader.landed(wanted, mark)).toMatchObject({ landed: { revision: '1', differs: [] } });
    expect(await reader.landed(wanted, later())).toBe('not_found');
    expect(await reader.landed({ ...wanted, body: text('Others') } as KnowledgeWrite, mark)).toBe('unclear');
    const page = present([...fake.site.pages.values()].find((each) => newest(each).title === 'Lost'));
    fake.site.edit(page, alice.accountId, { body: '<p>Since</p>' });
    expect(await reader.landed(wanted, mark)).toMatchObject({ landed: { id: page.id } });
  });
});

const comment = async (): Promise<KnowledgeWrite & { kind: 'comment' }> => {
  return { kind: 'comment', page: refOf(await made()), body: text('Hello'), replyTo: null };
};

describe('an answer to a write', () => {
  test.each([
    [400, refused],
    [403, refused],
    [404, refused],
    [409, stale],
    [413, refused],
  ])('of %d proves that nothing was done', async (status, proof) => {
    place.fake.mishaps.push({ on: 'write', act: { status } });
    await expect(of(await comment())).rejects.toMatchObject(proof);
  });

  test.each([500, 502, 503, 504, 408])('of %d proves nothing, and the write is sent once', async (status) => {
    const wanted = await comment();
    const before = writes().length;
    place.fake.mishaps.push({ on: 'write', act: { status } });
    await expect(of(wanted)).rejects.not.toMatchObject({ name: 'NotDone' });
    expect(writes()).toHaveLength(before + 1);
  });

  test('of a limit says when more is taken, and nothing is sent until then', async () => {
    const backend = await place.open();
    const wanted = await comment();
    place.fake.mishaps.push({ on: 'write', act: { status: 429, headers: { 'retry-after': '120' } } });
    const held = { ...unavailable, message: expect.stringMatching(/until 20.*Nothing was done/) };
    await expect(write(backend, wanted)).rejects.toMatchObject(held);
    const before = place.fake.sent.length;
    await expect(write(backend, wanted)).rejects.toMatchObject(held);
    expect(place.fake.sent).toHaveLength(before);
  });

  test('of 401 is no write: it is sent once more with a new token, and done once', async () => {
    const { fake } = place;
    const wanted = await comment();
    fake.mishaps.push({ on: 'write', act: { first: () => fake.oauth.revokeAll() } });
    await of(wanted);
    expect((await place.reader.comments(wanted.page, { limit: 5 })).items).toHaveLength(1);
  });

  test('that cannot be read, or is a redirect, leaves it in doubt', async () => {
    for (const act of ['garbage', { redirect: `${place.fake.origin}/elsewhere` }] as const) {
      place.fake.mishaps.push({ on: 'write', act });
      await expect(of(await comment())).rejects.not.toMatchObject({ name: 'NotDone' });
    }
    expect(place.fake.sent.some(({ path }) => path === '/elsewhere')).toBe(false);
  });

  test('that proves nothing is no move and no way to or from the trash, where the page is as it was', async () => {
    const { fake, reader } = place;
    const [page, parent] = [await made(), await made()];
    const move: KnowledgeWrite = { kind: 'move', page: refOf(page), from: placeOf(page), to: placeUnder(parent) };
    const inDoubt = async (wanted: KnowledgeWrite): Promise<void> => {
      const mark = newMark();
      fake.mishaps.push({ on: 'write', act: 'garbage' });
      await expect(of(wanted, mark)).rejects.not.toMatchObject({ name: 'NotDone' });
      expect(await reader.landed(wanted, mark)).toBe('not_found');
    };
    for (const wanted of [move, trashOf(page)]) await inDoubt(wanted);
    await of(trashOf(page));
    await inDoubt(untrashOf(page));
  });
});

describe('a comment', () => {
  test('whose answer was lost is unclear where the same words were said twice', async () => {
    const { fake, reader, bot } = place;
    const [wanted, mark] = [await comment(), newMark()];
    fake.mishaps.push({ on: 'write', act: 'lose_answer' });
    await expect(of(wanted, mark)).rejects.not.toMatchObject({ name: 'NotDone' });
    expect(await reader.landed(wanted, mark)).toMatchObject({ landed: { id: expect.any(String) } });
    expect(await reader.landed(wanted, later())).toBe('not_found');
    fake.site.say(kept(place, wanted.page), '<p>Hello</p>', bot.accountId);
    expect(await reader.landed(wanted, mark)).toBe('unclear');
  });

  test('that others wrote with our words is not taken for ours', async () => {
    const wanted = await comment();
    place.fake.site.say(kept(place, wanted.page), '<p>Hello</p>', place.alice.accountId);
    expect(await place.reader.landed(wanted, earlier())).toBe('not_found');
  });

  test('of somebody else is not changed, nor one that says something else', async () => {
    const page = await made();
    const said = place.fake.site.say(kept(place, page), '<p>Theirs</p>', place.alice.accountId);
    const there = present(await place.reader.comment(page, said.id));
    const wanted = {
      kind: 'edit_comment',
      page: refOf(page),
      comment: there,
      expect: there.body,
      body: text('Ours'),
    } as const;
    await expect(of(wanted)).rejects.toMatchObject(refused);
    await expect(of({ ...wanted, expect: text('Other') })).rejects.toMatchObject(stale);
  });
});

describe('a place', () => {
  const move = (page: KnowledgePage, to: ReturnType<typeof topOf>): KnowledgeWrite => {
    return { kind: 'move', page: refOf(page), from: placeOf(page), to };
  };

  test('where a page is tells whether a move took effect', async () => {
    const [page, to] = [await made(), await made()];
    const wanted = move(page, placeUnder(to));
    expect(await place.reader.landed(wanted, newMark())).toBe('not_found');
    await of(wanted);
    expect(await place.reader.landed(wanted, newMark())).toMatchObject({ landed: { id: page.id } });
    place.fake.site.moveTo(kept(place, page), place.hr.id, null);
    expect(await place.reader.landed(wanted, newMark())).toBe('unclear');
  });

  test('in a space that the account may not see, or that is archived, takes nothing', async () => {
    const page = await made();
    for (const { id, key, name } of [place.board, place.old]) {
      await expect(of(move(page, topOf({ id, key, name })))).rejects.toMatchObject({ name: 'NotDone' });
    }
    expect(kept(place, page)).toMatchObject({ spaceId: place.ops.id, parentId: null });
  });
});

describe('the trash', () => {
  test('takes no page under which there is one that nobody told of', async () => {
    const page = await made();
    await pageIn(place, place.ops, { parentId: page.id });
    await expect(of(trashOf(page))).rejects.toMatchObject(refused);
  });

  test('gives a page back to where it was alone, and says what else became of it', async () => {
    const [holder, elsewhere] = [await made(), await made()];
    const page = await pageIn(place, place.ops, { parentId: holder.id });
    await of(trashOf(page));
    const wrong = { ...untrashOf(page), place: placeUnder(elsewhere) } as KnowledgeWrite;
    await expect(of(wrong)).rejects.toMatchObject(refused);
    place.fake.site.bin(kept(place, holder));
    await expect(of(untrashOf(page))).rejects.toMatchObject(stale);
    const top = { ...untrashOf(page), place: topOf(page.namespace) } as KnowledgeWrite;
    expect(await of(top)).toMatchObject({ differs: [] });
    expect(kept(place, page)).toMatchObject({ status: 'current', parentId: null });
  });

  test('is never emptied: no request purges anything', () => {
    expect(writes().some(({ query, path }) => `${path}?${query}`.includes('purge'))).toBe(false);
  });
});

test('what Confluence cannot hold back or bring back is refused, and nothing is asked', async () => {
  const page = await made();
  const before = place.fake.sent.length;
  const { id, key, name } = place.ops;
  const acceptance = { page: refOf(page), revision: '1', waiting: page.revision, change: 'chg_1' };
  const all: readonly KnowledgeWrite[] = [
    { kind: 'accept', ...acceptance },
    { kind: 'bring_back', namespace: { id, key, name }, pages: [] },
  ];
  for (const wanted of all) {
    await expect(of(wanted)).rejects.toMatchObject(refused);
    expect(await place.reader.landed(wanted, newMark())).toBe('not_found');
  }
  expect(place.fake.sent).toHaveLength(before);
});

test('a writer writes for its change to its page, and ends with it', async () => {
  const [page, other, mark] = [await made(), await made(), newMark()];
  const { changeId } = mark;
  const target = { namespaceId: page.namespace.id, namespace: 'OPS', pageId: page.id };
  const permit = mintPermit({ changeId, tool: 'update_page', step: 'update', target });
  const writer = await place.backend.door.open(permit);
  const wanted = updateOf(page, { body: text('Late') });
  await expect(writer.write(wanted, newMark(), decidedOrigin)).rejects.toMatchObject(refused);
  await expect(writer.write(updateOf(other, { title: 'x' }), mark, decidedOrigin)).rejects.toMatchObject(refused);
  await place.backend.door.done(changeId);
  await expect(writer.write(wanted, mark, decidedOrigin)).rejects.toMatchObject(refused);
  await expect(place.backend.door.open(permit)).rejects.toMatchObject({ code: 'not_permitted' });
});
