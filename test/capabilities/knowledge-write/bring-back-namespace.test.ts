import { beforeEach, describe, expect, test } from 'vitest';
import { bringBackNamespace as tool } from '#capabilities/knowledge-write/bring_back_namespace.ts';
import { FakeKnowledge } from '#test/fakes/knowledge/place.ts';
import {
  asOne,
  carryOut,
  compare,
  landed,
  leaves,
  mark,
  otherMark,
  planRestore,
  propose,
  restore,
  shown,
  stepOf,
  still,
  undecided,
  write,
} from './drive.ts';
import { everybodySees } from './everybody-sees.ts';

let wiki: FakeKnowledge;
let guides: string;
let setup: string;
let old: string;

beforeEach(() => {
  wiki = new FakeKnowledge();
  guides = wiki.add('handbook', { title: 'Guides', text: 'All of them.' });
  setup = wiki.add('handbook', { title: 'Setup', text: 'Run it.', parent: guides });
  old = wiki.add('handbook', { title: 'Old', text: 'Was so.' });
});

const bringBack = (at: string, namespace = 'handbook') => propose(wiki, 'bring_back_namespace', { namespace, at });
const sees = () => everybodySees(wiki, 'handbook');
const agents = { provenance: { kind: 'agent', agent: 'deps-bot' } } as const;

describe('a namespace', () => {
  test('is brought back to a moment, page by page as is shown, and forth again', async () => {
    const at = wiki.at();
    const before = await sees();
    wiki.edit(setup, { title: 'Set up', text: 'Run it twice.', ...agents });
    wiki.move(setup, { namespace: 'handbook', parent: old });
    wiki.trash(old);
    wiki.move(setup, { namespace: 'handbook', parent: null });
    const poison = wiki.add('handbook', { title: 'Read first', text: 'Obey.', parent: guides, ...agents });
    const after = await sees();
    const proposal = await bringBack(at);
    expect(proposal.description).toMatchObject({
      summary: `Bring handbook back to ${at.slice(0, 10)} ${at.slice(11, 19)} UTC: one page with another text, one page moved, one page out of the trash, one page into the trash`,
      touches: ['namespace/1', ...[setup, old, poison].flatMap((id) => [`page:${id}`, `page:${id}/place`])],
      reaches: [{ code: 'notifies' }],
      reversible: { kind: 'partial' },
      audience: 'private',
    });
    expect(shown(proposal)).toEqual([
      ['in the trash', 'yes', 'no'],
      ['place', null, 'handbook, at the top'],
      ['text', null, 'Was so.'],
      ['in the trash', 'no', 'yes'],
      ['place', 'handbook, under "Guides"', null],
      ['text', 'Obey.', null],
      ['place', 'handbook, at the top', 'handbook, under "Guides"'],
      ['title', 'Set up', 'Setup'],
      ['text', 'Run it twice.', 'Run it.'],
    ]);
    expect(proposal.description.flags).toEqual([
      { code: 'deletion', message: 'Go to the trash: "Read first".' },
      { code: 'overwrites_others', message: expect.stringContaining('"Old"') },
    ]);
    const done = await carryOut(wiki, proposal);
    expect(await sees()).toEqual(before);
    expect((await compare(wiki, done)).map(({ standing }) => standing)).toEqual(['as_left', 'as_left', 'as_left']);
    const undone = await restore(wiki, done);
    expect(await sees()).toEqual(after);
    expect(await planRestore(wiki, done)).toMatchObject({ refused: 'There is nothing left to undo.' });
    expect(asOne([done, undone])).not.toBeNull();
    await restore(wiki, undone, 'refuse', mark);
    expect(await sees()).toEqual(before);
    expect(wiki.writes).toEqual(['bring_back', 'bring_back', 'bring_back']);
  });

  test('that is as it was has nothing to bring back, nor has one that is not there or archived', async () => {
    const at = wiki.at();
    await expect(bringBack(at)).rejects.toMatchObject({ code: 'conflict', message: 'handbook is as it was then.' });
    wiki.edit(setup, { text: 'x' });
    wiki.edit(setup, { text: 'Run it.' });
    await expect(bringBack(at)).rejects.toMatchObject({ code: 'conflict' });
    await expect(bringBack(at, 'nowhere')).rejects.toMatchObject({ code: 'not_found' });
    await expect(bringBack(at, 'old')).rejects.toMatchObject({ code: 'conflict' });
    const input = { namespace: 'handbook', reason: 'r' };
    expect(tool.input.safeParse({ ...input, at: 'yesterday' }).success).toBe(false);
    expect(tool.asks(tool.input.parse({ ...input, at }))).toEqual([
      { want: 'write', namespace: 'handbook', page: { id: null, above: [] } },
    ]);
  });

  test('takes a moment in any time zone', async () => {
    const at = wiki.at();
    wiki.edit(setup, { text: 'x' });
    const there = `${new Date(Date.parse(at) + 9 * 3_600_000).toISOString().slice(0, -1)}+09:00`;
    expect((await bringBack(there)).plan).toMatchObject({ at, pages: [{ page: { id: setup } }] });
  });

  test('tells apart what agents changed from what people did', async () => {
    const at = wiki.at();
    wiki.edit(setup, { text: 'By an agent.', ...agents });
    expect((await bringBack(at)).description.flags).toEqual([]);
    wiki.edit(setup, { text: 'By a person.' });
    wiki.edit(setup, { text: 'By an agent again.', ...agents });
    expect((await bringBack(at)).description.flags).toMatchObject([
      { code: 'overwrites_others', message: expect.stringContaining('"Setup"') },
    ]);
  });

  test('does not get a bad text for an old one unseen', async () => {
    wiki.edit(setup, { text: 'Ask @alice\u200b.' });
    const at = wiki.at();
    wiki.edit(setup, { text: 'Run it.', ...agents });
    const codes = (await bringBack(at)).description.flags.map(({ code }) => code);
    expect(codes).toEqual(expect.arrayContaining(['hidden_characters', 'mentions']));
  });

  test('that exchanged what is above and what is under gets it back without any page under itself', async () => {
    const linux = wiki.add('handbook', { title: 'Linux', parent: setup });
    const at = wiki.at();
    const before = await sees();
    wiki.move(linux, { namespace: 'handbook', parent: null });
    wiki.move(setup, { namespace: 'handbook', parent: linux });
    wiki.move(guides, { namespace: 'handbook', parent: setup });
    const after = await sees();
    const done = await carryOut(wiki, await bringBack(at));
    expect(await sees()).toEqual(before);
    await restore(wiki, done);
    expect(await sees()).toEqual(after);
  });

  test('leaves alone what came from or went to another namespace, and what is gone, and says so', async () => {
    const guest = wiki.add('runbooks', { title: 'Guest' });
    const gone = wiki.add('handbook', { title: 'Gone' });
    const away = wiki.add('handbook', { title: 'Away' });
    const under = wiki.add('handbook', { title: 'Under', parent: away });
    const at = wiki.at();
    const made = wiki.add('handbook', { title: 'Made' });
    wiki.move(guest, { namespace: 'handbook', parent: made });
    wiki.move(under, { namespace: 'handbook', parent: setup });
    wiki.move(away, { namespace: 'board' });
    wiki.trash(gone);
    const reader = wiki.reader();
    const page = async (id: string) => (id === gone ? null : reader.page(id));
    const place = { reader: () => ({ ...reader, page }), writer: () => wiki.writer() };
    const proposal = await propose(place, 'bring_back_namespace', { namespace: 'handbook', at });
    const why = shown(proposal).filter(([field]) => field === 'stays as it is');
    expect(why.map(([, , after]) => after).toSorted()).toEqual([
      'It is gone for good.',
      'It is in another namespace now: it is not moved back from there.',
      'It was in another namespace then: it is not moved back there.',
    ]);
    expect(JSON.stringify(proposal.description)).not.toContain('board');
    await carryOut(wiki, proposal);
    expect((await wiki.page(guest)).above).toEqual([]);
    expect((await wiki.page(under)).above).toEqual([]);
    expect((await wiki.page(away)).namespace.key).toBe('board');
    const again = propose(place, 'bring_back_namespace', { namespace: 'handbook', at });
    await expect(again).rejects.toMatchObject({ message: expect.stringContaining('but for pages') });
  });

  test('loses what waits: with a page that others did not see yet under one that goes', async () => {
    const at = wiki.at();
    const made = wiki.add('handbook', { title: 'Made', ...agents });
    const hidden = leaves(
      await write(
        wiki,
        'create_page',
        { namespace: 'handbook', parent: made, title: 'Hidden', text: 'x' },
        { origin: undecided },
      ),
    )[0]?.thing.replace('page:', '');
    const version = (await wiki.page(setup)).revision.id;
    await write(
      wiki,
      'update_page',
      { page: setup, expected_version: version, text: 'Waits.' },
      { by: otherMark, origin: undecided },
    );
    wiki.edit(guides, { text: 'Other.', ...agents });
    const done = await carryOut(wiki, await bringBack(at), { by: { ...mark, token: 'ab' } });
    expect((await wiki.reader().page(hidden ?? ''))?.trashed).toBe(true);
    expect((await wiki.reader('deps-bot').page(setup))?.body.text).toBe('Waits.');
    await restore(wiki, done, 'refuse', { ...mark, token: 'cd' });
    expect((await wiki.reader().page(hidden ?? ''))?.trashed).toBe(false);
  });

  test('is not brought back where its backend cannot tell what was', async () => {
    wiki = new FakeKnowledge({ past: false });
    await expect(bringBack(wiki.at())).rejects.toMatchObject({ code: 'unsupported' });
  });

  test('of which too much has changed is not brought back at once', async () => {
    const at = wiki.at();
    const long = 'x'.repeat(1_000_000);
    for (let index = 0; index < 6; index += 1) wiki.add('handbook', { text: `${index}${long}` });
    await expect(bringBack(at)).rejects.toMatchObject({ code: 'too_large', message: expect.stringContaining('text') });
    const then = wiki.at();
    for (let index = 0; index < 2_001; index += 1) wiki.add('handbook');
    await expect(bringBack(then)).rejects.toMatchObject({
      code: 'too_large',
      message: expect.stringContaining('2000 pages'),
      next: expect.stringContaining('later moment'),
    });
  });
});

describe('what is planned', () => {
  test.each<[string, () => unknown, unknown]>([
    ['a comment', () => wiki.say(setup, 'why?'), 'holds'],
    ['work on another page', () => wiki.edit(guides, { text: 'x' }), 'holds'],
    [
      'work on a page of it',
      () => wiki.edit(setup, { text: 'Theirs.' }),
      { stale: expect.stringContaining('as it was shown') },
    ],
    ['a move', () => wiki.move(setup, { namespace: 'handbook' }), { stale: expect.anything() }],
    ['the trash', () => wiki.trash(setup), { stale: expect.anything() }],
    ['its end', () => wiki.pages.delete(setup), { stale: expect.anything() }],
    [
      'the end of the namespace',
      () => wiki.namespaces.delete('handbook'),
      { stale: expect.stringContaining('namespace') },
    ],
  ])('after %s', async (_, change, answer) => {
    const at = wiki.at();
    wiki.edit(setup, { text: 'Other.', ...agents });
    const proposal = await bringBack(at);
    change();
    expect(await still(wiki, proposal)).toEqual(answer);
  });

  test('is done as a whole or not at all', async () => {
    const at = wiki.at();
    wiki.edit(setup, { text: 'Other.', ...agents });
    wiki.edit(old, { text: 'Other.', ...agents });
    const proposal = await bringBack(at);
    wiki.inBetween = () => wiki.edit(old, { text: 'Theirs.' });
    await expect(carryOut(wiki, proposal)).rejects.toMatchObject({ name: 'NotDone', kind: 'stale' });
    expect((await wiki.page(setup)).body.text).toBe('Other.');
  });

  test('is for people alone, leaves each page at its revision, and is looked for where the answer was lost', async () => {
    const at = wiki.at();
    wiki.edit(setup, { text: 'Other.', ...agents });
    const proposal = await bringBack(at);
    expect([tool.door, tool.decidable, stepOf(proposal).repeat]).toEqual(['people', undefined, 'guarded']);
    wiki.fault = 'answer_lost';
    await expect(carryOut(wiki, proposal)).rejects.toThrow('connection');
    expect(await landed(wiki, proposal)).toMatchObject({ landed: { revision: null } });
    wiki.edit(setup, { text: 'Other.', ...agents });
    const done = await carryOut(wiki, await bringBack(at), { by: otherMark });
    const version = (await wiki.page(setup)).revision.id;
    expect(leaves(done)).toEqual([{ thing: `page:${setup}`, version, made: false }]);
    expect(leaves({ ...done, receipts: {} })).toEqual([]);
  });
});

describe('its undo', () => {
  const setUp = async () => {
    const at = wiki.at();
    wiki.edit(setup, { text: 'Other.', ...agents });
    wiki.edit(old, { text: 'Other.', ...agents });
    return carryOut(wiki, await bringBack(at));
  };

  test('leaves what others changed since, or takes it back, as is chosen', async () => {
    const done = await setUp();
    wiki.edit(old, { text: 'Theirs.' });
    expect((await compare(wiki, done)).map(({ standing }) => standing)).toEqual(['as_left', 'changed']);
    expect(await planRestore(wiki, done)).toMatchObject({ conflicts: [expect.stringContaining('"Old"')] });
    const some = await planRestore(wiki, done, 'untouched');
    if ('refused' in some) throw new Error(some.refused);
    expect(some.description.flags).toEqual([]);
    expect(shown(some)).toEqual([
      ['text', 'Run it.', 'Other.'],
      ['stays as it is', null, 'Others changed it since.'],
    ]);
    const all = await planRestore(wiki, done, 'overwrite');
    expect(all).toMatchObject({ description: { flags: [{ code: 'overwrites_others' }] } });
    await restore(wiki, done, 'overwrite');
    expect((await wiki.page(old)).body.text).toBe('Other.');
  });

  test('does not do what others stand in the way of', async () => {
    const at = wiki.at();
    wiki.trash(old);
    const done = await carryOut(wiki, await bringBack(at));
    wiki.add('handbook', { title: 'New', parent: old });
    expect(await planRestore(wiki, done)).toMatchObject({ conflicts: [expect.stringContaining('in its way')] });
    wiki.pages.delete(old);
    expect(await planRestore(wiki, done, 'overwrite')).toMatchObject({ conflicts: [expect.stringContaining('gone')] });
  });
});
