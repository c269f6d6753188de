import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { editedDocument, newDocument } from '#capabilities/knowledge/document.ts';
import type { KnowledgeWrite } from '#capabilities/knowledge-write/ports.ts';
import { newMark, present } from '#test/contracts/common.ts';
import { placeOf, placeUnder, refOf, topOf, trashOf, updateOf } from '#test/contracts/knowledge/bench.ts';
import { failure } from '#test/fakes/notion/call.ts';
import { kept, type NotionPlace, openPlace, pageIn, write } from './place.ts';

let place: NotionPlace;
beforeAll(async () => {
  place = await openPlace();
});
afterAll(async () => {
  await place.close();
  expect(place.fake.violations).toEqual([]);
});

const text = (markdown: string) => newDocument('notion', markdown);
const sentSince = (count: number) => place.fake.sent.slice(count).filter(({ name }) => !name.startsWith('GET'));
const blockIds = (id: string) => kept(place, { id }).blocks.map((block) => block.id);
const stale = { name: 'NotDone', kind: 'stale' };
const refused = { name: 'NotDone', kind: 'refused' };

describe('an edit', () => {
  test('sends what changed alone, so that all other blocks stay the blocks that they were', async () => {
    const callout = '<callout icon="x">\n\tRead\n</callout>';
    const page = await pageIn(place, place.handbook, { text: `One\n${callout}\nTwo\n- a\n- b` });
    const before = blockIds(page.id);
    const count = place.fake.sent.length;
    await write(
      place.backend,
      updateOf(page, { body: editedDocument(page.body, page.body.text.replace('Two', 'Three')) }),
    );
    const [sent] = sentSince(count);
    expect(sentSince(count)).toHaveLength(1);
    expect(sent?.body).toEqual({
      type: 'update_content',
      update_content: { content_updates: [{ old_str: 'Two', new_str: 'Three' }], allow_deleting_content: false },
    });
    const after = blockIds(page.id);
    expect(after.map((id, index) => id === before[index])).toEqual([true, true, false, true, true]);
  });

  test('of a page with others under it keeps them, and does not take them away', async () => {
    const { handbook, fake, alice, reader } = place;
    const holder = await pageIn(place, handbook, { text: 'Words' });
    fake.workspace.page({ title: 'Under', by: alice.id, parent: holder.id });
    const now = present(await reader.page(holder.id));
    await write(
      place.backend,
      updateOf(now, { body: editedDocument(now.body, now.body.text.replace('Words', 'Others')) }),
    );
    expect(fake.workspace.under(holder.id)).toHaveLength(1);
    const then = present(await reader.page(holder.id));
    await expect(write(place.backend, updateOf(then, { body: text('Nothing else') }))).rejects.toMatchObject(refused);
    expect((await reader.page(holder.id))?.body).toEqual(then.body);
  });

  test('goes through where a page came under it, or one there has another name by now', async () => {
    const { handbook, fake, alice, reader } = place;
    const holder = await pageIn(place, handbook, { text: 'Words' });
    const under = fake.workspace.page({ title: 'Under', by: alice.id, parent: holder.id });
    const planned = present(await reader.page(holder.id));
    under.title = 'Renamed';
    fake.workspace.page({ title: 'New', by: alice.id, parent: holder.id });
    const body = editedDocument(planned.body, planned.body.text.replace('Words', 'Others'));
    const written = await write(place.backend, updateOf(planned, { body }));
    expect(written.differs).toEqual([]);
    expect(fake.workspace.textOf(kept(place, holder))).toMatch(
      /^Others\n<page [^>]*>Renamed<\/page>\n<page [^>]*>New<\/page>$/,
    );
  });

  test('is refused by Notion where its words were changed between the look and the write', async () => {
    const page = await pageIn(place, place.handbook, { text: 'One\nTwo' });
    const found = kept(place, page);
    const meanwhile = () => place.fake.workspace.edit(found, place.alice.id, { text: 'Theirs\nTwo' });
    place.fake.mishaps.push({ on: 'write', act: { first: meanwhile } });
    await expect(write(place.backend, updateOf(page, { body: text('Ours\n\nTwo') }))).rejects.toMatchObject(stale);
    expect(place.fake.workspace.textOf(found)).toBe('Theirs\nTwo');
  });

  test('leaves a version that stays while no word changes, and no longer', async () => {
    const { handbook, fake, alice, reader } = place;
    const page = await pageIn(place, handbook, { text: 'One' });
    const { revision } = await write(place.backend, updateOf(page, { body: text('Two') }));
    fake.workspace.page({ title: 'Under', by: alice.id, parent: page.id });
    kept(place, page).edited = '2040-01-01T00:00:00.000Z';
    expect((await reader.page(page.id))?.revision.id).toBe(revision);
    fake.workspace.edit(kept(place, page), alice.id, { title: 'Another' });
    expect((await reader.page(page.id))?.revision.id).not.toBe(revision);
  });

  test('of an empty page adds to it, so that what came meanwhile is not written over', async () => {
    const page = await pageIn(place, place.handbook, { text: '' });
    const found = kept(place, page);
    const meanwhile = () => place.fake.workspace.edit(found, place.alice.id, { text: 'Theirs' });
    place.fake.mishaps.push({ on: 'write', act: { first: meanwhile } });
    const written = await write(place.backend, updateOf(page, { body: text('Ours') }));
    expect(place.fake.workspace.textOf(found)).toBe('Theirs\nOurs');
    expect(written.differs).toEqual(['body']);
  });

  test('of a title and a text of which only one was done is in doubt, and is not found', async () => {
    const page = await pageIn(place, place.handbook, { text: 'One' });
    const lose = () => place.fake.mishaps.push({ on: 'write', act: failure(400, 'validation_error') });
    place.fake.mishaps.push({ on: 'write', act: { first: lose } });
    const wanted = updateOf(page, { title: 'Another title', body: text('Two') });
    const mark = newMark();
    await expect(write(place.backend, wanted, { mark })).rejects.not.toMatchObject({ name: 'NotDone' });
    expect(await place.reader.landed(wanted, mark)).toBe('unclear');
  });

  test('of a page that is given in part is refused', async () => {
    const page = await pageIn(place, place.handbook, { text: 'One\nTwo' });
    kept(place, page).truncated = true;
    const now = present(await place.reader.page(page.id));
    await expect(write(place.backend, updateOf(now, { body: text('Three') }))).rejects.toMatchObject(refused);
  });
});

describe('a write', () => {
  const kinds: readonly (readonly [string, () => Promise<KnowledgeWrite>])[] = [
    ['an update', async () => updateOf(await pageIn(place, place.handbook), { body: text('New') })],
    [
      'a move',
      async () => {
        const page = await pageIn(place, place.handbook);
        const to = placeUnder(await pageIn(place, place.handbook));
        return { kind: 'move', page: refOf(page), from: placeOf(page), to };
      },
    ],
    ['the trash', async () => trashOf(await pageIn(place, place.handbook))],
    [
      'a comment',
      async () => {
        return { kind: 'comment', page: refOf(await pageIn(place, place.handbook)), body: text('Hi'), replyTo: null };
      },
    ],
  ];

  test.for(kinds)('%s does not reach a page that left its namespace', async ([, make]) => {
    const wanted = (await make()) as KnowledgeWrite & { page: { id: string } };
    place.fake.workspace.move(kept(place, wanted.page), place.hr.id, place.alice.id);
    const count = place.fake.sent.length;
    await expect(write(place.backend, wanted)).rejects.toMatchObject(stale);
    expect(sentSince(count)).toEqual([]);
  });

  test.each([
    [429, 'rate_limited', 'unavailable'],
    [529, 'service_overload', 'unavailable'],
    [409, 'conflict_error', 'unavailable'],
    [401, 'unauthorized', 'unavailable'],
    [403, 'restricted_resource', 'refused'],
    [404, 'object_not_found', 'stale'],
    [500, 'internal_server_error', null],
    [502, 'bad_gateway', null],
    [504, 'gateway_timeout', null],
  ])('that Notion answers with %i (%s) is told as what that proves', async (status, code, kind) => {
    const backend = await place.open();
    const page = await pageIn(place, place.handbook);
    place.fake.mishaps.push({ on: 'write', act: failure(status, code, { 'retry-after': '1' }) });
    const wanted = { kind: 'comment', page: refOf(page), body: text('Hi'), replyTo: null } as const;
    const count = place.fake.sent.length;
    const error: unknown = await write(backend, wanted).catch((thrown: unknown) => thrown);
    if (kind === null) expect(error).not.toMatchObject({ name: 'NotDone' });
    else expect(error).toMatchObject({ name: 'NotDone', kind });
    expect(`${error}`).not.toContain('Secret words');
    expect(sentSince(count)).toHaveLength(1);
  });

  test('that the integration lacks the capability for is refused, and nothing is done', async () => {
    const page = await pageIn(place, place.handbook);
    place.fake.capabilities.delete('update');
    await expect(write(place.backend, updateOf(page, { title: 'No' }))).rejects.toMatchObject(refused);
    place.fake.capabilities.add('update');
    expect((await place.reader.page(page.id))?.title).toBe(page.title);
  });

  test('of a new page does not come under one that left the namespace, nor under one in the trash', async () => {
    const [one, other] = [await pageIn(place, place.handbook), await pageIn(place, place.handbook)];
    place.fake.workspace.move(kept(place, one), place.hr.id, place.alice.id);
    kept(place, other).in_trash = true;
    for (const parent of [one, other]) {
      const wanted = { kind: 'create', place: placeUnder(parent), title: 'x', body: text('x') } as const;
      await expect(write(place.backend, wanted)).rejects.toMatchObject(stale);
    }
  });

  test('puts nothing into the trash that has a database in it', async () => {
    const database = '<database url="https://app.notion.com/p/39e1e7f170858038a903fc5f9f1dbc9e">Tasks</database>';
    const page = await pageIn(place, place.handbook, { text: database });
    await expect(write(place.backend, trashOf(page))).rejects.toMatchObject(refused);
  });

  test('whose lost answer two pages could be is for a person to settle', async () => {
    const root = present(await place.reader.namespace('handbook'));
    const wanted = { kind: 'create', place: topOf(root), title: 'Twice', body: text('Same') } as const;
    const mark = newMark();
    await write(place.backend, wanted);
    expect(await place.reader.landed(wanted, mark)).toMatchObject({ landed: { differs: [] } });
    await write(place.backend, wanted);
    expect(await place.reader.landed(wanted, mark)).toBe('unclear');
  });
});

describe('a comment', () => {
  test('is words: what looks like a mention is none, and long ones are sent in pieces that Notion takes', async () => {
    const page = await pageIn(place, place.handbook);
    const words = `<mention-user url="user://1"/> @Alice ${'日'.repeat(1_990)}🚀${'x'.repeat(3_000)}`;
    const wanted = { kind: 'comment', page: refOf(page), body: text(words), replyTo: null } as const;
    const { differs, id } = await write(place.backend, wanted);
    expect(differs).toEqual([]);
    const body =
      place.fake.sent.at(-1)?.body ?? place.fake.sent.findLast(({ name }) => name === 'POST /v1/comments')?.body;
    expect(JSON.stringify(body)).not.toContain('"mention"');
    expect((await place.reader.comment(page, id))?.body.text).toContain('@Alice');
  });

  test('has the lines of lists and code as they are written, since comments have no blocks', async () => {
    const page = await pageIn(place, place.handbook);
    const wanted = { kind: 'comment', page: refOf(page), body: text('Look:\n\n- one\n- two'), replyTo: null } as const;
    const { id, differs } = await write(place.backend, wanted);
    expect(differs).toEqual([]);
    const sent = place.fake.workspace.comments.find((each) => each.id === id);
    expect(sent?.text.map((each) => each.text.content).join('')).toBe('Look:\n- one\n- two');
  });
});
