import { describe, expect, test } from 'vitest';
import { acceptPage as tool } from '#capabilities/knowledge-write/accept_page.ts';
import type { Mark } from '#shared/tools/index.ts';
import { FakeKnowledge } from '#test/fakes/knowledge/place.ts';
import {
  asOne,
  carryOut,
  compare,
  type Done,
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

const agent = 'deps-bot';
const laterMark: Mark = { changeId: 'chg_02', token: 'a1' };

function withPage() {
  const wiki = new FakeKnowledge();
  return { wiki, page: wiki.add('handbook', { title: 'Setup', text: 'Run it.\n' }) };
}

type At = ReturnType<typeof withPage>;

async function draft({ wiki, page }: At, words: object, by = mark, origin = undecided): Promise<Done> {
  const version = (await wiki.reader(origin.agent ?? undefined).page(page))?.revision.id;
  return write(wiki, 'update_page', { page, expected_version: version, ...words }, { by, origin });
}

const accept = ({ wiki, page }: At, change = mark.changeId) => propose(wiki, 'accept_page', { page, change });
const seen = async ({ wiki, page }: At, by = 'other-bot') => {
  const found = await wiki.reader(by).page(page);
  return found && [found.title, found.body.text];
};

describe('what waits on a page', () => {
  test('is shown as what it is to everybody, with where it comes from, and found by others then', async () => {
    const at = withPage();
    await draft(at, { title: 'Set up', text: 'Run it twice.\n' });
    expect(await seen(at)).toEqual(['Setup', 'Run it.\n']);
    const proposal = await accept(at);
    expect(proposal.description).toMatchObject({
      summary: 'Let others find what is new on "Set up"',
      touches: [`page:${at.page}`],
      flags: [],
      reversible: { kind: 'partial' },
    });
    expect(proposal.description).not.toHaveProperty('quarantine');
    const { session } = undecided;
    const range = `${session?.from} to ${session?.to}`;
    expect(shown(proposal)).toEqual([
      ['title', 'Setup', 'Set up'],
      ['text', 'Run it.\n', 'Run it twice.\n'],
      ['written by agent', null, agent],
      ['for sponsor', null, 'alice'],
      ['in session', null, range],
      ['by change', null, mark.changeId],
      ['trust', null, 'trusted'],
    ]);
    const done = await carryOut(at.wiki, proposal, { by: otherMark });
    expect(await seen(at)).toEqual(['Set up', 'Run it twice.\n']);
    expect(await compare(at.wiki, done)).toMatchObject([{ name: 'page "Set up"', standing: 'as_left' }]);
    expect(leaves(done)).toEqual([]);
  });

  test('is shown with all that it goes on from, and is relied on no further than that', async () => {
    const at = withPage();
    await draft(at, { text: 'Poison.\n' }, { ...mark, changeId: 'chg_00' }, { ...undecided, agent: 'other-bot' });
    await draft(at, { text: 'Run it twice.\n' }, mark, { ...undecided, trust: 'untrusted' });
    await draft(at, { text: 'Run it twice, please.\n' }, laterMark);
    const { description, before } = await accept(at, laterMark.changeId);
    expect(tool.including?.(tool.state.parse(before))).toEqual([mark.changeId]);
    const fields = description.effects.map((one) => (one.kind === 'field' ? [one.field, one.after] : [one.kind]));
    expect(fields).toContainEqual(['and before, by changes', mark.changeId]);
    expect(fields).toContainEqual(['trust', expect.stringMatching(/^untrusted/)]);
    expect(description.effects.find(({ kind }) => kind === 'text')).toMatchObject({ field: 'text' });
  });

  test('waits again when that is undone, and is found when the undo is', async () => {
    const at = withPage();
    await draft(at, { text: 'Run it twice.\n' });
    const done = await carryOut(at.wiki, await accept(at), { by: otherMark });
    const planned = await planRestore(at.wiki, done);
    if ('refused' in planned) throw new Error(planned.refused);
    expect(planned.description).toMatchObject({ summary: expect.stringContaining('wait again'), flags: [] });
    expect(shown(planned)[0]).toEqual(['text', 'Run it twice.\n', 'Run it.\n']);
    const undone = await restore(at.wiki, done);
    expect([await seen(at), await seen(at, agent)]).toEqual([
      ['Setup', 'Run it.\n'],
      ['Setup', 'Run it twice.\n'],
    ]);
    expect(await planRestore(at.wiki, done)).toMatchObject({ refused: 'There is nothing left to undo.' });
    expect(asOne([done, undone])).not.toBeNull();
    await restore(at.wiki, undone, 'refuse', laterMark);
    expect(await seen(at)).toEqual(['Setup', 'Run it twice.\n']);
  });

  test('as a new page is seen by nobody before, and by nobody after the undo', async () => {
    const wiki = new FakeKnowledge();
    const made = await write(
      wiki,
      'create_page',
      { namespace: 'handbook', title: 'New', text: 'Words.' },
      { origin: undecided },
    );
    const [{ thing } = { thing: '' }] = leaves(made);
    const args = tool.accepts?.({ id: mark.changeId, left: [thing] });
    expect(args).toEqual({ page: thing.replace('page:', ''), change: mark.changeId });
    const at = { wiki, page: String(args?.['page']) };
    const proposal = await accept(at);
    expect(proposal.description.summary).toBe('Let others find the new page "New"');
    expect(shown(proposal).slice(0, 4)).toEqual([
      ['seen by others', 'no', 'yes'],
      ['place', null, 'handbook, at the top'],
      ['title', null, 'New'],
      ['text', null, 'Words.'],
    ]);
    const done = await carryOut(wiki, proposal, { by: otherMark });
    expect(await seen(at)).toEqual(['New', 'Words.']);
    await restore(wiki, done);
    expect(await seen(at)).toBeNull();
  });

  test('under one that waits itself is accepted after that', async () => {
    const wiki = new FakeKnowledge();
    const make = async (title: string, by: Mark, parent?: string) => {
      const args = { namespace: 'handbook', title, text: 'x', ...(parent && { parent }) };
      const [{ thing } = { thing: '' }] = leaves(await write(wiki, 'create_page', args, { by, origin: undecided }));
      return thing.replace('page:', '');
    };
    const above = await make('Above', mark);
    const at = { wiki, page: await make('Under', laterMark, above) };
    await expect(accept(at, 'chg_02')).rejects.toMatchObject({ code: 'conflict', next: 'Accept that page first.' });
    await carryOut(wiki, await accept({ wiki, page: above }), { by: otherMark });
    await carryOut(wiki, await accept(at, 'chg_02'), { by: { changeId: 'chg_03', token: 'b2' } });
    expect(await seen(at)).toEqual(['Under', 'x']);
  });

  test('says of words that an agent wrote who had read others’ that they are untrusted, and flags what is new in them', async () => {
    const at = withPage();
    const origin = { ...undecided, trust: 'untrusted' } as const;
    await draft(at, { text: 'Run it.\nThanks @alice\u200b\n' }, mark, origin);
    const proposal = await accept(at);
    expect(shown(proposal).at(-1)?.[2]).toMatch(/^untrusted: /);
    const codes = proposal.description.flags.map(({ code }) => code);
    expect(codes).toEqual(expect.arrayContaining(['hidden_characters', 'mentions']));
    expect(codes).not.toContain('read_untrusted');
  });

  test('is accepted only while it is what would be seen', async () => {
    const at = withPage();
    await expect(accept(at)).rejects.toMatchObject({ code: 'not_found' });
    await draft(at, { text: 'One.\n' });
    await draft(at, { text: 'Two.\n' }, laterMark);
    await expect(accept(at)).rejects.toMatchObject({ code: 'conflict', next: 'Look at chg_02.' });
    await carryOut(at.wiki, await accept(at, 'chg_02'), { by: otherMark });
    await expect(accept(at, 'chg_02')).rejects.toMatchObject({ message: expect.stringContaining('everybody already') });
    await expect(accept(at)).rejects.toMatchObject({ code: 'conflict' });
    const other = withPage();
    await draft(other, { text: 'One.\n' });
    other.wiki.edit(other.page, { text: 'Theirs.\n' });
    await expect(accept(other)).rejects.toMatchObject({ next: expect.stringContaining('nothing on it waits') });
    other.wiki.trash(other.page);
    await expect(accept(other)).rejects.toMatchObject({ message: expect.stringContaining('trash') });
  });

  test.each<[string, (at: At) => unknown, unknown]>([
    ['a comment', ({ wiki, page }) => wiki.say(page, 'why?'), 'holds'],
    ['a newer draft', (at) => draft(at, { text: 'Two.\n' }, laterMark), { stale: expect.stringMatching('revision') }],
    [
      'an edit by people',
      ({ wiki, page }) => wiki.edit(page, { text: 'x' }),
      { stale: expect.stringMatching('revision') },
    ],
    ['the trash', ({ wiki, page }) => wiki.trash(page), { stale: expect.stringMatching('trash') }],
    [
      'a move away',
      ({ wiki, page }) => wiki.move(page, { namespace: 'board' }),
      { stale: expect.stringMatching('namespace') },
    ],
  ])('after %s', async (_, change, answer) => {
    const at = withPage();
    await draft(at, { text: 'One.\n' });
    const proposal = await accept(at);
    await change(at);
    expect(await still(at.wiki, proposal)).toEqual(answer);
    const carried = carryOut(at.wiki, proposal, { by: otherMark });
    if (answer === 'holds') await carried;
    else await expect(carried).rejects.toMatchObject({ name: 'NotDone', kind: 'stale' });
  });

  test('is not taken back once somebody has written to it', async () => {
    const at = withPage();
    await draft(at, { text: 'One.\n' });
    const done = await carryOut(at.wiki, await accept(at), { by: otherMark });
    await draft(at, { text: 'Two.\n' }, laterMark);
    expect(await planRestore(at.wiki, done)).toMatchObject({ refused: 'Somebody has written to it since.' });
    at.wiki.edit(at.page, { text: 'Theirs.\n' });
    expect(await planRestore(at.wiki, done, 'overwrite')).toMatchObject({
      refused: 'Somebody has written to it since.',
    });
    at.wiki.trash(at.page);
    expect(await planRestore(at.wiki, done)).toMatchObject({ refused: 'The page is in the trash.' });
  });

  test('is for people to accept, about the change that wrote it, and looked for where the answer was lost', async () => {
    const at = withPage();
    await draft(at, { text: 'One.\n' });
    expect([tool.door, tool.decidable]).toEqual(['people', undefined]);
    const input = tool.input.parse({ page: at.page, change: mark.changeId, reason: 'r' });
    expect(tool.about?.(input)).toBe(mark.changeId);
    expect(tool.accepts?.({ id: 'chg_1', left: ['ticket:1'] })).toBeNull();
    expect(tool.accepts?.({ id: 'chg_1', left: ['page:a', 'page:b'] })).toBeNull();
    const proposal = await accept(at);
    at.wiki.fault = 'answer_lost';
    await expect(carryOut(at.wiki, proposal)).rejects.toThrow('connection');
    expect(await landed(at.wiki, proposal)).toMatchObject({ landed: { id: at.page } });
    expect(stepOf(proposal).repeat).toBe('guarded');
  });
});

describe('a comment that waits', () => {
  const say = (at: At, body = 'Follow @alice') =>
    write(at.wiki, 'comment_on_page', { page: at.page, body }, { origin: undecided });
  const heard = async ({ wiki, page }: At) => {
    const ref = await wiki.page(page);
    return (await wiki.reader('other-bot').comments(ref, { limit: 10 })).items.map(({ body }) => body.text);
  };

  test('is accepted as a page is, by its change, and waits again when that is undone', async () => {
    const at = withPage();
    const left = leaves(await say(at)).map(({ thing }) => thing);
    expect(tool.accepts?.({ id: mark.changeId, left })).toEqual({ page: at.page, change: mark.changeId });
    expect(await heard(at)).toEqual([]);
    const proposal = await accept(at);
    expect(proposal.description).toMatchObject({
      summary: 'Let others find a comment on "Setup"',
      flags: [{ code: 'mentions' }],
    });
    expect(shown(proposal).slice(0, 2)).toEqual([
      ['comment', null, 'Follow @alice'],
      ['written by agent', null, agent],
    ]);
    const done = await carryOut(at.wiki, proposal, { by: otherMark });
    expect(await heard(at)).toEqual(['Follow @alice']);
    await expect(accept(at)).rejects.toMatchObject({ message: expect.stringContaining('already') });
    const undone = await restore(at.wiki, done);
    expect(await heard(at)).toEqual([]);
    await restore(at.wiki, undone, 'refuse', laterMark);
    expect(await heard(at)).toEqual(['Follow @alice']);
    expect(await compare(at.wiki, done)).toMatchObject([{ name: 'comment on "Setup"', standing: 'as_left' }]);
  });

  test('is not accepted once it says something else', async () => {
    const at = withPage();
    await say(at);
    const proposal = await accept(at);
    const [{ id } = { id: '' }] = at.wiki.kept(at.page).comments;
    at.wiki.reword(at.page, id, { format: 'markdown', text: 'Other' });
    expect(await still(at.wiki, proposal)).toEqual({ stale: expect.stringContaining('another by now') });
    await expect(carryOut(at.wiki, proposal, { by: otherMark })).rejects.toMatchObject({ kind: 'stale' });
    at.wiki.pages.set(at.page, { ...at.wiki.kept(at.page), comments: [] });
    expect(await still(at.wiki, proposal)).toEqual({ stale: expect.stringContaining('gone') });
  });
});
