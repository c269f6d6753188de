import { describe, expect, test } from 'vitest';
import { trashPage as tool } from '#capabilities/knowledge-write/trash_page.ts';
import { FakeKnowledge } from '#test/fakes/knowledge/place.ts';
import {
  asOne,
  carryOut,
  compare,
  landed,
  leaves,
  planRestore,
  propose,
  restore,
  shown,
  standsOn,
  stepOf,
  still,
  undecided,
  write,
} from './drive.ts';

function withPages() {
  const wiki = new FakeKnowledge();
  const guides = wiki.add('handbook', { title: 'Guides' });
  const setup = wiki.add('handbook', { title: 'Setup', text: 'Run it.', parent: guides });
  return { wiki, guides, setup };
}

const versionOf = async (wiki: FakeKnowledge, id: string) =>
  (await wiki.reader('deps-bot').page(id))?.revision.id ?? '';
const trash = async (wiki: FakeKnowledge, page: string, may?: Parameters<typeof propose>[3]) =>
  propose(wiki, 'trash_page', { page, expected_version: await versionOf(wiki, page) }, may);
const isTrashed = async (wiki: FakeKnowledge, id: string) => (await wiki.page(id)).trashed;

describe('a page', () => {
  test('goes to the trash with what it says shown, and comes back to where it was', async () => {
    const { wiki, setup } = withPages();
    const proposal = await trash(wiki, setup);
    expect(proposal.description).toMatchObject({
      summary: 'Put "Setup" into the trash',
      touches: [`page:${setup}`, `page:${setup}/place`],
      flags: [{ code: 'deletion' }],
      reversible: { kind: 'partial' },
    });
    expect(shown(proposal)).toEqual([
      ['in the trash', 'no', 'yes'],
      ['place', 'handbook, under "Guides"', null],
      ['text', 'Run it.', null],
    ]);
    const done = await carryOut(wiki, proposal);
    expect(await isTrashed(wiki, setup)).toBe(true);
    expect(await compare(wiki, done)).toMatchObject([{ name: 'page "Setup"', standing: 'as_left', why: null }]);
    const undone = await restore(wiki, done);
    expect(await wiki.page(setup)).toMatchObject({ trashed: false, above: [{ title: 'Guides' }] });
    expect(await planRestore(wiki, done)).toMatchObject({ refused: 'There is nothing left to undo.' });
    await restore(wiki, undone);
    expect(await isTrashed(wiki, setup)).toBe(true);
    expect(wiki.writes).toEqual(['trash', 'untrash', 'trash']);
    expect(asOne([done, undone])).not.toBeNull();
    expect(asOne([done, done])).toBeNull();
  });

  test('with others under it does not: that is said, with how many, to who may read it', async () => {
    const { wiki, guides } = withPages();
    await expect(trash(wiki, guides)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('one page under it'),
      next: expect.stringContaining('list_pages'),
    });
    const input = tool.input.parse({ page: guides, expected_version: 'R1', reason: 'r' });
    const writeOnly = trash(wiki, guides, ({ want }) => want === 'write').catch((caught: unknown) => caught);
    expect(await writeOnly).toEqual(tool.absent?.(input));
    const nowhere = propose(wiki, 'trash_page', { page: 'P99', expected_version: 'R1' });
    await expect(nowhere).rejects.toMatchObject({ code: 'not_found' });
  });

  test('of another version, or in the trash already, does not', async () => {
    const { wiki, setup } = withPages();
    const late = propose(wiki, 'trash_page', { page: setup, expected_version: 'R99' });
    await expect(late).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('that version') });
    wiki.trash(setup);
    await expect(trash(wiki, setup)).rejects.toMatchObject({ message: expect.stringContaining('trash already') });
  });

  test.each<[string, (at: ReturnType<typeof withPages>) => void, unknown]>([
    ['a comment', ({ wiki, setup }) => wiki.say(setup, 'why?'), 'holds'],
    [
      'a move',
      ({ wiki, setup }) => wiki.move(setup, { namespace: 'handbook' }),
      { stale: expect.stringMatching('place') },
    ],
    [
      'another text',
      ({ wiki, setup }) => wiki.edit(setup, { text: 'Other' }),
      { stale: expect.stringMatching('revision') },
    ],
    [
      'a page under it',
      ({ wiki, setup }) => wiki.add('handbook', { parent: setup }),
      { stale: expect.stringMatching('under') },
    ],
    ['the trash', ({ wiki, setup }) => wiki.trash(setup), { stale: expect.stringMatching('trash') }],
    [
      'a move away',
      ({ wiki, setup }) => wiki.move(setup, { namespace: 'board' }),
      { stale: expect.stringMatching('namespace') },
    ],
  ])('after %s', async (_, change, answer) => {
    const at = withPages();
    const proposal = await trash(at.wiki, at.setup);
    change(at);
    expect(await still(at.wiki, proposal)).toEqual(answer);
  });

  test('is not put away with words that came in between, nor with pages', async () => {
    const { wiki, setup } = withPages();
    const proposal = await trash(wiki, setup);
    wiki.inBetween = () => wiki.edit(setup, { text: 'Other' });
    await expect(carryOut(wiki, proposal)).rejects.toMatchObject({ name: 'NotDone' });
    const other = await trash(wiki, setup);
    wiki.inBetween = () => wiki.add('handbook', { parent: setup });
    await expect(carryOut(wiki, other)).rejects.toMatchObject({ name: 'NotDone' });
    expect(await isTrashed(wiki, setup)).toBe(false);
  });

  test('whose parent is gone comes back under the nearest that is there, and that is said', async () => {
    const { wiki, guides, setup } = withPages();
    const linux = wiki.add('handbook', { title: 'Linux', parent: setup });
    const done = await write(wiki, 'trash_page', { page: linux, expected_version: await versionOf(wiki, linux) });
    wiki.trash(setup);
    expect(await compare(wiki, done)).toMatchObject([{ standing: 'as_left', why: expect.stringContaining('gone') }]);
    const planned = await planRestore(wiki, done);
    if ('refused' in planned) throw new Error(planned.refused);
    expect(shown(planned)[1]).toEqual(['place', 'was: handbook, under "Guides" / "Setup"', 'handbook, under "Guides"']);
    wiki.trash(guides);
    expect(await still(wiki, planned)).toEqual({ stale: expect.stringContaining('gone') });
    await restore(wiki, done);
    expect(await wiki.page(linux)).toMatchObject({ trashed: false, above: [] });
    const archived = wiki.namespaces.get('handbook');
    if (archived) wiki.namespaces.set('handbook', { ...archived, archived: true });
    wiki.trash(linux);
    expect(await planRestore(wiki, done)).toMatchObject({ refused: expect.stringContaining('takes nothing') });
  });

  test('that others wrote to, or under, since it came back is not put away again unless told to', async () => {
    const { wiki, setup } = withPages();
    const undone = await restore(wiki, await carryOut(wiki, await trash(wiki, setup)));
    wiki.edit(setup, { text: 'Other' });
    expect(await planRestore(wiki, undone)).toMatchObject({ conflicts: [expect.stringContaining(setup)] });
    const over = await planRestore(wiki, undone, 'overwrite');
    expect(over).toMatchObject({ description: { flags: [{ code: 'deletion' }, { code: 'overwrites_others' }] } });
    wiki.add('handbook', { parent: setup });
    expect(await planRestore(wiki, undone, 'overwrite')).toMatchObject({ refused: 'It has one page under it by now.' });
  });

  test('with a draft of the agent’s own is shown as others see it, too', async () => {
    const { wiki, setup } = withPages();
    await write(
      wiki,
      'update_page',
      { page: setup, expected_version: await versionOf(wiki, setup), text: 'Draft.' },
      { origin: undecided },
    );
    const proposal = await trash(wiki, setup);
    expect(shown(proposal).slice(2)).toEqual([
      ['text that others see', 'Run it.', null],
      ['text that waits', 'Draft.', null],
    ]);
    await restore(wiki, await carryOut(wiki, proposal));
    expect((await wiki.page(setup)).body.text).toBe('Run it.');
  });

  test('builds on its version, is decided by people alone, and is looked for where the answer was lost', async () => {
    const { wiki, setup } = withPages();
    const proposal = await trash(wiki, setup);
    expect(standsOn(proposal)).toEqual([{ thing: `page:${setup}`, version: await versionOf(wiki, setup) }]);
    expect([tool.decidable, tool.follows, stepOf(proposal).repeat]).toEqual([undefined, undefined, 'guarded']);
    wiki.fault = 'answer_lost';
    await expect(carryOut(wiki, proposal)).rejects.toThrow('connection');
    expect(await landed(wiki, proposal)).toMatchObject({ landed: { id: setup } });
    wiki.trash(setup, false);
    const done = await carryOut(wiki, await trash(wiki, setup));
    expect(leaves(done)).toMatchObject([{ thing: `page:${setup}`, made: false }]);
  });
});
