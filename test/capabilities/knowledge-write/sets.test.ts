import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FakeKnowledge } from '#test/fakes/knowledge/place.ts';
import { everybodySees } from './everybody-sees.ts';
import { type SetKit, setKit } from './set-kit.ts';

let kit: SetKit;
let wiki: FakeKnowledge;
let since: string;
beforeAll(async () => {
  kit = await setKit();
});
afterAll(() => kit.close());
beforeEach(() => {
  wiki = new FakeKnowledge();
  kit.use(wiki);
  since = kit.later();
});

const applied = (...groups: readonly string[][]) => groups.map((of) => ({ of, status: 'applied', note: null }));
const newest = (): string => [...wiki.pages.keys()].at(-1) ?? '';
const everybody = () => everybodySees(wiki, 'handbook');
const seen = (id: string) => wiki.reader('deps-bot').page(id);

/** The agent makes a page; answers the change, and the page. */
async function make(title: string, parent?: string): Promise<readonly [string, string]> {
  const text = `${title}, at first`;
  const change = await kit.act('create_page', { namespace: 'handbook', title, text, ...(parent && { parent }) });
  return [change, newest()];
}

async function update(page: string, text: string): Promise<string> {
  return kit.act('update_page', { page, expected_version: (await seen(page))?.revision.id, text });
}

const accept = async (change: string, page: string): Promise<string> => {
  const id = await kit.accept(change, page);
  if (id === null) throw new Error('nothing to accept');
  return id;
};

describe('a set', () => {
  test('puts away a page with another under it that was accepted, in one decision', async () => {
    const [one, parent] = await make('Notes');
    const [other, page] = await make('Note', parent);
    expect(await wiki.reader('deps-bot').page(page)).toMatchObject({ published: null });
    const accepted = await accept(other, page);
    expect((await everybody()).map(({ id }) => id)).toEqual([parent, page]);
    const ended = await kit.restore({ changeIds: [one, other, accepted] });
    expect(ended).toEqual({ leftOut: [], restores: applied([other, accepted], [one]) });
    expect(await everybody()).toEqual([]);
  });

  test('puts an update and its acceptance back on what everybody sees', async () => {
    const [, page] = await make('Notes');
    since = kit.later();
    const before = await everybody();
    const changed = await update(page, 'noted');
    const accepted = await accept(changed, page);
    expect((await everybody())[0]?.text).toBe('noted');
    expect(await kit.restore({ changeIds: [changed, accepted] })).toEqual({
      leftOut: [],
      restores: applied([changed, accepted]),
    });
    expect(await everybody()).toEqual(before);
    expect((await seen(page))?.published).toBeUndefined();
  });

  test('puts away what was made, changed, accepted and moved since, with what was moved under it', async () => {
    const theirs = wiki.add('handbook', { title: 'Theirs', text: 'x' });
    const before = await everybody();
    const [, notes] = await make('Notes');
    const [made, page] = await make('Note', notes);
    const changed = await update(page, 'noted');
    await accept(changed, page);
    await kit.act('comment_on_page', { page, body: 'Done.' });
    const [, other] = await make('Archive');
    await kit.act('move_page', { page, parent: other });
    await kit.act('move_page', { page: theirs, parent: other });
    await update(page, 'noted once more');
    expect((await everybody()).find(({ id }) => id === page)?.under).toEqual([other]);
    const ended = await kit.restore({ since });
    expect(ended.leftOut).toEqual([]);
    expect(ended.restores.filter(({ status }) => status !== 'applied')).toEqual([]);
    expect(ended.restores.flatMap(({ of }) => of)).toContain(made);
    expect(await everybody()).toEqual(before);
  });

  test('names a page that somebody else put a page under, and does not put it away', async () => {
    const [one, parent] = await make('Notes');
    const [other, page] = await make('Note', parent);
    const theirs = wiki.add('handbook', { title: 'Theirs', text: 'x', parent });
    const ended = await kit.restore({ since });
    expect(ended).toEqual({
      leftOut: [{ change_id: one, why: 'There are pages under it, of others (one page).' }],
      restores: applied([other]),
    });
    expect((await everybody()).map(({ id }) => id)).toEqual([parent, theirs]);
    expect(await seen(page)).toMatchObject({ trashed: true });
  });

  test('leaves a page alone under which somebody else puts one after it was planned, and says so', async () => {
    const [one, parent] = await make('Notes');
    const [other] = await make('Note', parent);
    const put = { id: '' };
    wiki.inBetween = () => {
      put.id = wiki.add('handbook', { title: 'Theirs', text: 'x', parent });
    };
    expect((await kit.restore({ since })).restores).toEqual([
      { of: [other], status: 'applied', note: null },
      { of: [one], status: 'stale', note: 'There are pages under it.' },
    ]);
    expect((await everybody()).map(({ id }) => id)).toEqual([parent, put.id]);
  });

  test('names a page that somebody else changed between two changes of its agent', async () => {
    const [one, page] = await make('Notes');
    wiki.edit(page, { text: 'theirs' });
    const two = await kit.act('update_page', {
      ...{ page, expected_version: (await seen(page))?.revision.id, text: 'again' },
    });
    const ended = await kit.restore({ since });
    expect(ended.restores).toEqual([]);
    expect(ended.leftOut.map(({ change_id }) => change_id)).toEqual([one, two]);
    expect((await everybody())[0]?.text).toBe('again');
  });
});
