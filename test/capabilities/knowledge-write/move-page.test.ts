import { describe, expect, test } from 'vitest';
import type { NamespaceRef } from '#capabilities/knowledge/types.ts';
import { movePage as tool } from '#capabilities/knowledge-write/move_page.ts';
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
} from './drive.ts';

/** handbook: Guides / Setup / (Linux, Mac), Old; runbooks: Alarms. */
function withPages() {
  const wiki = new FakeKnowledge();
  const guides = wiki.add('handbook', { title: 'Guides' });
  const setup = wiki.add('handbook', { title: 'Setup', parent: guides });
  const linux = wiki.add('handbook', { title: 'Linux', parent: setup });
  const old = wiki.add('handbook', { title: 'Old' });
  const alarms = wiki.add('runbooks', { title: 'Alarms' });
  wiki.add('handbook', { title: 'Mac', parent: setup });
  return { wiki, guides, setup, linux, old, alarms };
}

const move = (wiki: FakeKnowledge, page: string, parent: string | null, more: object = {}) =>
  propose(wiki, 'move_page', { page, parent, ...more });

const aboveNow = async (wiki: FakeKnowledge, id: string) => {
  const { namespace, above } = await wiki.page(id);
  return [namespace.key, ...above.map(({ title }) => title)].join(' / ');
};

function see(wiki: FakeKnowledge, key: string, audience: NamespaceRef['audience']): void {
  const found = wiki.namespaces.get(key);
  if (found === undefined || audience === undefined) throw new Error(key);
  wiki.namespaces.set(key, { ...found, audience });
}

describe('a page', () => {
  test('comes under another with all that is under it, which is told by number, and back', async () => {
    const { wiki, setup, old } = withPages();
    const proposal = await move(wiki, setup, old);
    expect(proposal.description).toMatchObject({
      summary: 'Move "Setup" under "Old", with 2 pages under it',
      touches: [`page:${setup}/place`],
      flags: [],
      reaches: [{ code: 'notifies' }],
      reversible: { kind: 'partial' },
      audience: 'private',
    });
    expect(shown(proposal)).toEqual([
      ['place', 'handbook, under "Guides"', 'handbook, under "Old"'],
      ['pages that come along', null, '2 pages'],
    ]);
    const done = await carryOut(wiki, proposal);
    expect(await aboveNow(wiki, setup)).toBe('handbook / Old');
    expect(await compare(wiki, done)).toMatchObject([{ name: 'page "Setup"', standing: 'as_left' }]);
    const undone = await restore(wiki, done);
    expect(await aboveNow(wiki, setup)).toBe('handbook / Guides');
    expect(await planRestore(wiki, done)).toMatchObject({ refused: 'There is nothing left to undo.' });
    expect(asOne([done, undone])).not.toBeNull();
    await restore(wiki, undone);
    expect(await aboveNow(wiki, setup)).toBe('handbook / Old');
    expect(wiki.writes).toEqual(['move', 'move', 'move']);
  });

  test('comes to the top, of another namespace too, and says who else may see it', async () => {
    const { wiki, setup, linux } = withPages();
    const top = await move(wiki, linux, null);
    expect(top.description).toMatchObject({ summary: 'Move "Linux" to the top of handbook', flags: [] });
    see(wiki, 'runbooks', 'internal');
    const away = await move(wiki, setup, null, { namespace: 'runbooks' });
    expect(away.description).toMatchObject({
      summary: 'Move "Setup" to the top of runbooks, with 2 pages under it',
      flags: [{ code: 'publishes', message: expect.stringContaining('handbook (private) to runbooks (internal)') }],
      audience: 'internal',
    });
    await carryOut(wiki, away);
    expect(await aboveNow(wiki, linux)).toBe('runbooks / Setup');
    see(wiki, 'handbook', 'internal');
    const back = await move(wiki, setup, null, { namespace: 'handbook' });
    expect(back.description.flags.map(({ code }) => code)).toEqual(['retargets']);
    see(wiki, 'handbook', 'public');
    const out = await move(wiki, setup, null, { namespace: 'handbook' });
    expect(out.description.reaches.map(({ code }) => code)).toEqual(['notifies', 'leaves_organisation']);
  });

  test('stays in its namespace where the backend does not let it go', async () => {
    const wiki = new FakeKnowledge({ movesBetween: false });
    const page = wiki.add('handbook');
    const away = move(wiki, page, null, { namespace: 'runbooks' });
    await expect(away).rejects.toMatchObject({ code: 'unsupported', next: expect.stringContaining('create_page') });
    await move(wiki, page, wiki.add('handbook'));
  });

  test('never comes under itself: not when it is asked for, not later, and not by the writer', async () => {
    const { wiki, guides, setup, linux, old } = withPages();
    await expect(move(wiki, setup, setup)).rejects.toMatchObject({ code: 'invalid_arguments' });
    await expect(move(wiki, guides, linux)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('under it'),
    });
    await expect(move(wiki, setup, guides)).rejects.toMatchObject({
      message: expect.stringContaining('there already'),
    });
    const proposal = await move(wiki, guides, old);
    wiki.move(old, { namespace: 'handbook', parent: linux });
    expect(await still(wiki, proposal)).toEqual({ stale: expect.stringContaining('under it') });
    await expect(carryOut(wiki, proposal)).rejects.toMatchObject({ name: 'NotDone' });
    expect(await aboveNow(wiki, guides)).toBe('handbook');
  });

  test('has to be in scope, and so has the place that it comes to, whatever it is itself', async () => {
    const { wiki, setup, old, alarms } = withPages();
    const { asked } = await move(wiki, setup, old);
    expect(asked.map(({ want, page }) => [want, page])).toEqual([
      ['write', { id: setup, above: ['P1'] }],
      ['write', { id: null, above: [old] }],
      ['read', { id: setup, above: ['P1'] }],
      ['read', { id: null, above: [old] }],
    ]);
    const input = (args: object) => tool.input.parse({ page: setup, reason: 'r', ...args });
    const refusals = [
      { parent: alarms },
      { parent: 'P99' },
      { parent: null, namespace: 'runbooks' },
      { parent: null, namespace: 'nowhere' },
      { parent: null, namespace: 'old' },
    ];
    for (const args of refusals) {
      const outside = propose(
        wiki,
        'move_page',
        { page: setup, ...args },
        (ask) => ask.page?.id === setup || ask.namespace === 'handbook',
      );
      const error = await outside.catch((caught: unknown) => caught);
      if ('namespace' in args) expect(error).toMatchObject({ message: expect.stringMatching(/denied|not both/) });
      else expect(error).toEqual(tool.absent?.(input(args)));
    }
    expect(tool.asks(input({ parent: null, namespace: 'runbooks' }))).toMatchObject([{ namespace: 'runbooks' }]);
    expect(tool.input.safeParse({ page: setup, parent: old, namespace: 'runbooks', reason: 'r' }).success).toBe(false);
  });

  test('is not moved out of the trash, nor to what is there', async () => {
    const { wiki, setup, old, linux } = withPages();
    wiki.trash(old);
    await expect(move(wiki, old, setup)).rejects.toMatchObject({ code: 'conflict' });
    await expect(move(wiki, linux, old)).rejects.toMatchObject({ code: 'not_found' });
  });

  test.each<[string, (at: ReturnType<typeof withPages>) => void, unknown]>([
    ['another text', ({ wiki, setup }) => wiki.edit(setup, { text: 'Other' }), 'holds'],
    ['more pages under it', ({ wiki, setup }) => wiki.add('handbook', { parent: setup }), 'holds'],
    [
      'a move',
      ({ wiki, setup }) => wiki.move(setup, { namespace: 'handbook' }),
      { stale: expect.stringMatching('place') },
    ],
    [
      'a move away',
      ({ wiki, setup }) => wiki.move(setup, { namespace: 'board' }),
      { stale: expect.stringMatching('namespace') },
    ],
    ['the trash', ({ wiki, setup }) => wiki.trash(setup), { stale: expect.stringMatching('trash') }],
    ['the end of the new parent', ({ wiki, old }) => wiki.trash(old), { stale: expect.stringMatching('gone') }],
    ['its end', ({ wiki, setup }) => wiki.pages.delete(setup), { stale: expect.stringMatching('not there') }],
  ])('after %s', async (_, change, answer) => {
    const at = withPages();
    const proposal = await move(at.wiki, at.setup, at.old);
    change(at);
    expect(await still(at.wiki, proposal)).toEqual(answer);
  });

  test('is not moved to another namespace with more than was shown', async () => {
    const { wiki, setup } = withPages();
    const proposal = await move(wiki, setup, null, { namespace: 'runbooks' });
    wiki.add('handbook', { parent: setup });
    expect(await still(wiki, proposal)).toEqual({ stale: expect.stringContaining('Other pages') });
  });

  test('does not go back where its former parent is gone or under it, nor over another move unless told to', async () => {
    const { wiki, guides, setup, old, linux } = withPages();
    const done = await carryOut(wiki, await move(wiki, setup, old));
    wiki.move(setup, { namespace: 'handbook' });
    expect(await compare(wiki, done)).toMatchObject([{ standing: 'changed' }]);
    expect(await planRestore(wiki, done)).toMatchObject({ conflicts: [expect.stringContaining(setup)] });
    expect(await planRestore(wiki, done, 'untouched')).toMatchObject({ conflicts: [expect.anything()] });
    const over = await planRestore(wiki, done, 'overwrite');
    expect(over).toMatchObject({ description: { flags: [{ code: 'overwrites_others' }] } });
    wiki.move(guides, { namespace: 'handbook', parent: linux });
    expect(await planRestore(wiki, done)).toMatchObject({ refused: expect.stringContaining('under it by now') });
    wiki.trash(guides);
    expect(await planRestore(wiki, done)).toMatchObject({ refused: 'The place that it was at is gone.' });
    wiki.trash(setup);
    expect(await planRestore(wiki, done)).toMatchObject({ refused: 'The page is in the trash.' });
  });

  test('moved twice goes back as one, and is nobody’s but who moved it last', async () => {
    const { wiki, setup, old } = withPages();
    const first = await carryOut(wiki, await move(wiki, setup, old));
    const second = await carryOut(wiki, await move(wiki, setup, null));
    const whole = asOne([first, second]);
    if (whole === null) throw new Error('they are not one');
    await restore(wiki, whole);
    expect(await aboveNow(wiki, setup)).toBe('handbook / Guides');
    expect(asOne([second, first])).toBeNull();
    expect(standsOn(await move(wiki, setup, old))).toMatchObject([
      { thing: `page:${setup}` },
      { thing: `page:${old}` },
    ]);
    expect(leaves(first)).toMatchObject([{ thing: `page:${setup}`, made: false }]);
    expect([tool.decidable, tool.follows]).toEqual([undefined, undefined]);
  });

  test('is looked for where the answer was lost', async () => {
    const { wiki, setup, old } = withPages();
    const proposal = await move(wiki, setup, old);
    wiki.fault = 'answer_lost';
    await expect(carryOut(wiki, proposal)).rejects.toThrow('connection');
    expect(await landed(wiki, proposal)).toMatchObject({ landed: { id: setup } });
    expect(stepOf(proposal).repeat).toBe('guarded');
  });

  test('with very many under it is counted as far as that is quick', async () => {
    const { wiki, setup, old } = withPages();
    for (let index = 0; index < 40; index += 1)
      wiki.add('handbook', { parent: wiki.add('handbook', { parent: setup }) });
    const { description } = await move(wiki, setup, old);
    expect(description.summary).toMatch(/, with \d+ pages or more under it$/);
    expect(wiki.reads.filter((each) => each === 'children').length).toBeLessThanOrEqual(30);
  });
});
