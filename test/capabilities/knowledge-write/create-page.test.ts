import { beforeEach, describe, expect, test } from 'vitest';
import { AppError } from '#shared/errors.ts';
import { FakeKnowledge } from '#test/fakes/knowledge/place.ts';
import {
  carryOut,
  compare,
  landed,
  leaves,
  planRestore,
  propose,
  receiptOf,
  restore,
  shown,
  standsOn,
  still,
  undecided,
  write,
} from './drive.ts';

let wiki: FakeKnowledge;
let parent: string;

beforeEach(() => {
  wiki = new FakeKnowledge();
  parent = wiki.add('handbook', { title: 'Guides', text: 'All of them.' });
});

const create = (more: Record<string, unknown> = {}) =>
  propose(wiki, 'create_page', { namespace: 'handbook', title: 'Install', text: '# How\n\nRun it.\n', ...more });

/** The error that a call ends with. */
async function refusal(call: Promise<unknown>): Promise<AppError> {
  const error = await call.then(
    () => null,
    (caught: unknown) => caught,
  );
  if (!(error instanceof AppError)) throw new Error('it was not refused');
  return error;
}

describe('what is proposed', () => {
  test('shows an approver where the page comes, what it is called and what it says, in full', async () => {
    const proposal = await create({ parent });
    expect(shown(proposal)).toEqual([
      ['place', null, 'handbook, under "Guides"'],
      ['title', null, 'Install'],
      ['text', null, '# How\n\nRun it.\n'],
    ]);
    expect(proposal.description).toMatchObject({
      summary: 'Make the page "Install" in handbook',
      flags: [],
      audience: 'private',
      quarantine: 'possible',
      reversible: { kind: 'partial' },
    });
    expect(wiki.writes).toEqual([]);
  });

  test('asks the scope for the very place, once the backend has told what is above the parent', async () => {
    const under = wiki.add('handbook', { title: 'Linux', parent });
    const { asked } = await create({ parent: under });
    expect(asked).toEqual([
      { want: 'write', namespace: 'handbook' },
      { want: 'write', namespace: 'handbook', page: { id: null, above: [parent, under] } },
    ]);
    expect((await create()).asked[0]).toEqual({
      ...{ want: 'write', namespace: 'handbook', page: { id: null, above: [] } },
    });
  });

  test('builds on the parent, so that what goes under a page of its own can be decided by a rule', async () => {
    expect(standsOn(await create({ parent }))).toEqual([{ thing: `page:${parent}`, version: null }]);
    expect(standsOn(await create())).toEqual([]);
  });

  test('keeps the text in contents: the plan and the effects only name it', async () => {
    const text = 'word '.repeat(200_000);
    const { plan, description } = await create({ text });
    expect(JSON.stringify([plan, description]).length).toBeLessThan(10_000);
  });

  test('says that what is public leaves the organisation', async () => {
    const found = wiki.namespaces.get('handbook');
    if (found) wiki.namespaces.set('handbook', { ...found, audience: 'public' });
    const { description } = await create();
    expect(description.reaches.map(({ code }) => code)).toEqual(['notifies', 'leaves_organisation']);
  });

  test('flags what does not show, whom it mentions and what it has fetched; HTML is text and no flag', async () => {
    const text = 'a\u202eb\n\n@alice, look: ![x](https://evil.example/?q=1)\n\n<script>alert(1)</script>\n';
    const { description } = await create({ text });
    expect(description.flags.map(({ code }) => code)).toEqual(['hidden_characters', 'mentions', 'remote_content']);
    expect((await create({ text: '<script>alert(1)</script>' })).description.flags).toEqual([]);
  });

  test('says where a backend cannot hold it back, so that a person decides', async () => {
    wiki = new FakeKnowledge({ quarantine: false });
    expect((await create()).description.quarantine).toBe('impossible');
  });
});

describe('what is refused', () => {
  test('answers alike for a namespace or a parent that is not there and one outside the scope', async () => {
    const secret = wiki.add('board', { title: 'Secret' });
    const outside = await refusal(
      propose(
        wiki,
        'create_page',
        { namespace: 'handbook', parent: secret, title: 'T', text: 'x' },
        ({ namespace }) => namespace === 'handbook',
      ),
    );
    const missing = await refusal(create({ parent: secret.replace(/\d+$/, '999') }));
    expect(outside.code).toBe('not_found');
    expect(outside.message).toBe(missing.message.replace(/"P999"/, JSON.stringify(secret)));
    expect((await refusal(create({ namespace: 'nowhere' }))).code).toBe('not_found');
  });

  test('refuses a parent in another namespace, in the trash, and a namespace that is archived', async () => {
    const other = wiki.add('runbooks', { title: 'Elsewhere' });
    expect((await refusal(create({ parent: other }))).message).toMatch(/another namespace/);
    wiki.trash(parent);
    expect((await refusal(create({ parent }))).message).toMatch(/in the trash/);
    expect((await refusal(create({ namespace: 'old' }))).message).toMatch(/archived/);
  });

  test('refuses what is too long before it asks the backend for anything', async () => {
    expect((await refusal(create({ text: 'x'.repeat(1_100_001) }))).code).toBe('too_large');
    expect((await refusal(create({ title: 'x'.repeat(251) }))).code).toBe('too_large');
    await expect(create({ text: 'x'.repeat(10_000_000) })).rejects.toThrow(/3300000/);
    expect(wiki.reads).toEqual([]);
  });

  test('refuses broken Unicode, control characters and what looks like a mark of ours', async () => {
    for (const text of ['a\ud800', 'a\u0000', '<!-- countersign chg_1/00 -->']) {
      await expect(create({ text })).rejects.toThrow();
    }
    expect(wiki.reads).toEqual([]);
  });
});

describe('what is carried out', () => {
  test('makes the page at its place, with the origin of the change', async () => {
    const done = await carryOut(wiki, await create({ parent }));
    const { page_id: id, page_url: url } = receiptOf(done);
    const page = await wiki.page(String(id));
    expect(page).toMatchObject({
      ...{ title: 'Install', body: { text: '# How\n\nRun it.\n' }, above: [{ id: parent }], url },
      revision: { provenance: { kind: 'agent', agent: 'deps-bot', quarantined: false } },
    });
    expect(leaves(done)).toEqual([{ thing: `page:${id}`, version: page.revision.id, made: true }]);
  });

  test('leaves for its own agent alone what no person decided', async () => {
    const done = await carryOut(wiki, await create(), { origin: undecided });
    const id = String(receiptOf(done)['page_id']);
    await expect(wiki.page(id)).rejects.toThrow('nobody sees');
    expect(await wiki.reader('deps-bot').page(id)).toMatchObject({ title: 'Install', published: null });
    expect(leaves(done)).toMatchObject([{ thing: `page:${id}`, made: true }]);
  });

  test('is found again after its answer was lost', async () => {
    const proposal = await create();
    wiki.fault = 'answer_lost';
    await expect(carryOut(wiki, proposal)).rejects.toThrow();
    expect(await landed(wiki, proposal)).toMatchObject({ landed: { differs: [] } });
  });

  test('is stale once its parent is gone, in the trash or in another namespace', async () => {
    const proposal = await create({ parent });
    expect(await still(wiki, proposal)).toBe('holds');
    wiki.trash(parent);
    expect(await still(wiki, proposal)).toMatchObject({ stale: expect.stringMatching(/not there any more/) });
    wiki.trash(parent, false);
    wiki.move(parent, { namespace: 'runbooks' });
    expect(await still(wiki, proposal)).toMatchObject({ stale: expect.any(String) });
  });
});

describe('what is undone', () => {
  test('trashes the page, and a restore of that restore brings it back', async () => {
    const done = await write(wiki, 'create_page', { namespace: 'handbook', parent, title: 'Install', text: 'x' });
    const id = String(receiptOf(done)['page_id']);
    const undone = await restore(wiki, done);
    expect((await wiki.page(id)).trashed).toBe(true);
    expect(await compare(wiki, done)).toMatchObject([{ standing: 'back' }]);
    await restore(wiki, undone);
    expect(await wiki.page(id)).toMatchObject({ trashed: false, above: [{ id: parent }], body: { text: 'x' } });
  });

  test('trashes what waits in quarantine', async () => {
    const done = await carryOut(wiki, await create(), { origin: undecided });
    await restore(wiki, done);
    expect(await wiki.reader('deps-bot').page(String(receiptOf(done)['page_id']))).toMatchObject({ trashed: true });
  });

  test('wants a choice once somebody else has changed it, moved it or said something on it', async () => {
    const others: readonly ((id: string) => void)[] = [
      (id) => wiki.edit(id, { text: 'another' }),
      (id) => wiki.move(id, { namespace: 'handbook', parent: null }),
      (id) => wiki.say(id, 'Thanks!'),
    ];
    for (const [index, act] of others.entries()) {
      const done = await write(wiki, 'create_page', {
        namespace: 'handbook',
        parent,
        title: `No. ${index}`,
        text: 'x',
      });
      const id = String(receiptOf(done)['page_id']);
      act(id);
      expect(await compare(wiki, done)).toMatchObject([{ standing: 'changed' }]);
      for (const choice of ['refuse', 'untouched'] as const) {
        expect(await planRestore(wiki, done, choice)).toMatchObject({ conflicts: [expect.stringContaining(id)] });
      }
      const planned = await planRestore(wiki, done, 'overwrite');
      expect(planned).toMatchObject({ description: { flags: [{ code: 'deletion' }, { code: 'overwrites_others' }] } });
    }
  });

  test('wants none for what it said on it itself, nor for what was put back since', async () => {
    const done = await write(wiki, 'create_page', { namespace: 'handbook', parent, title: 'Install', text: 'x' });
    const id = String(receiptOf(done)['page_id']);
    await write(wiki, 'comment_on_page', { page: id, body: 'Made by me.' });
    const { revision } = await wiki.page(id);
    await restore(wiki, await write(wiki, 'update_page', { page: id, expected_version: revision.id, text: 'y' }));
    expect((await wiki.page(id)).revision.id).not.toBe(revision.id);
    expect(await compare(wiki, done)).toMatchObject([{ standing: 'as_left' }]);
  });

  test('never trashes a page that others were put under', async () => {
    const done = await write(wiki, 'create_page', { namespace: 'handbook', title: 'Install', text: 'x' });
    wiki.add('handbook', { title: 'Linux', parent: String(receiptOf(done)['page_id']) });
    expect(await compare(wiki, done)).toMatchObject([{ standing: 'cannot', why: 'There are pages under it.' }]);
    expect(await planRestore(wiki, done, 'overwrite')).toMatchObject({ refused: 'There are pages under it.' });
  });

  test('has nothing to undo where the page is in the trash already', async () => {
    const done = await write(wiki, 'create_page', { namespace: 'handbook', title: 'Install', text: 'x' });
    wiki.trash(String(receiptOf(done)['page_id']));
    expect(await planRestore(wiki, done)).toMatchObject({ refused: 'There is nothing left to undo.' });
  });
});
