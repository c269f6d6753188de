import { beforeEach, describe, expect, test } from 'vitest';
import { AppError } from '#shared/errors.ts';
import { FakeKnowledge } from '#test/fakes/knowledge/place.ts';
import { people } from '#test/fakes/knowledge/seed.ts';
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
  still,
  undecided,
  write,
} from './drive.ts';

const text = '# How\n\nRun it.\n\n## Linux\n\nUse apt.\n';
let wiki: FakeKnowledge;
let id: string;

beforeEach(() => {
  wiki = new FakeKnowledge();
  id = wiki.add('handbook', { title: 'Install', text });
});

async function version(agent = 'deps-bot'): Promise<string> {
  return (await wiki.reader(agent).page(id))?.revision.id ?? '';
}

async function update(more: Record<string, unknown>) {
  return propose(wiki, 'update_page', { page: id, expected_version: await version(), ...more });
}

async function change(more: Record<string, unknown>, how: Parameters<typeof carryOut>[2] = {}) {
  return carryOut(wiki, await update(more), how);
}

/** The error that a call ends with. */
async function refusal(call: Promise<unknown>): Promise<AppError> {
  const error = await call.then(
    () => null,
    (caught: unknown) => caught,
  );
  if (!(error instanceof AppError)) throw new Error('it was not refused');
  return error;
}

const textNow = async (): Promise<string> => (await wiki.page(id)).body.text;

describe('what is proposed', () => {
  test('shows what differs, and asks the scope to write it and to read it', async () => {
    const proposal = await update({ title: 'Set up', edits: [{ find: 'Run it.', replace: 'Start it.' }] });
    expect(shown(proposal)).toEqual([
      ['title', 'Install', 'Set up'],
      ['text', text, text.replace('Run', 'Start')],
    ]);
    expect(proposal.description.summary).toBe('Change "Install": call it "Set up", change its text');
    const page = { id, above: [] };
    expect(proposal.asked).toEqual([
      { want: 'write', namespace: 'handbook', page },
      { want: 'read', namespace: 'handbook', page },
    ]);
    expect(standsOn(proposal)).toEqual([{ thing: `page:${id}`, version: await version() }]);
  });

  test('flags what is new of a text, not what others see already', async () => {
    wiki.edit(id, { text: 'a\u200bb, @alice\n' });
    const { description } = await update({ text: 'a\u200bb, @alice\n\n@bob\n' });
    expect(description.flags).toEqual([{ code: 'mentions', message: 'Mentions people, teams or bots: "@bob".' }]);
  });

  test('keeps what does not show on lines that a whole text leaves alone, and the line ends of the page', async () => {
    wiki.edit(id, { text: 'one\u200b\r\ntwo\r\n' });
    await change({ text: 'one\nthree' });
    expect(await textNow()).toBe('one\u200b\r\nthree\r\n');
  });

  test('takes out by an edit what does not show', async () => {
    wiki.edit(id, { text: 'one\u200b two\n' });
    await change({ edits: [{ find: 'one\u200b', replace: 'one' }] });
    expect(await textNow()).toBe('one two\n');
  });
});

describe('what is refused', () => {
  test('refuses another version than the one that was read, and says nothing of what changed', async () => {
    const read = await version();
    wiki.edit(id, { text: 'something secret' });
    const error = await refusal(update({ expected_version: read, text: 'mine' }));
    expect(error).toMatchObject({ code: 'conflict', next: expect.stringContaining('read it again') });
    expect(`${error.message}${error.next}`).not.toContain('secret');
  });

  test('answers alike for a page that is not there and one outside the scope', async () => {
    const secret = wiki.add('board', { title: 'Secret' });
    const args = { page: secret, expected_version: 'R1', text: 'x' };
    const outside = await refusal(propose(wiki, 'update_page', args, ({ namespace }) => namespace === 'handbook'));
    const missing = await refusal(propose(wiki, 'update_page', { ...args, page: 'P999' }));
    expect([outside.code, outside.message]).toEqual(['not_found', missing.message.replace('P999', secret)]);
  });

  test('wants the page to be readable, since what an edit finds is told by errors', async () => {
    const blind = propose(
      wiki,
      'update_page',
      { page: id, expected_version: await version(), edits: [{ find: 'guess', replace: 'x' }] },
      ({ want }) => want === 'write',
    );
    expect((await refusal(blind)).code).toBe('not_found');
  });

  test('refuses no change, a page in the trash, and two ways to say a text', async () => {
    expect((await refusal(update({ text, title: 'Install' }))).message).toMatch(/no change/);
    await expect(update({ text: 'x', edits: [{ find: 'a', replace: 'b' }] })).rejects.toThrow(/only one/);
    await expect(update({})).rejects.toThrow(/title, or one of/);
    wiki.trash(id);
    expect((await refusal(update({ text: 'x' }))).message).toMatch(/in the trash/);
  });

  test('refuses an edit that fits nowhere or twice, and names what is like it', async () => {
    const error = await refusal(update({ edits: [{ find: 'run it.', replace: 'x' }] }));
    expect(error.message).toMatch(/matches nothing\. Like it there: line 3/);
    expect((await refusal(update({ edits: [{ find: 'n', replace: 'x' }] }))).message).toMatch(/matches \d+ times/);
  });

  test('refuses what edits put together: more than the backend takes, or a mark of ours', async () => {
    const long = { find: 'Run it.', replace: 'x'.repeat(1_100_000) };
    expect((await refusal(update({ edits: [long] }))).code).toBe('too_large');
    const halves = [
      { find: 'Run it.', replace: '<!-- counter' },
      { find: '<!-- counter', replace: '<!-- countersign' },
    ];
    await expect(update({ edits: halves })).rejects.toThrow();
    const joined = [
      { find: 'Run it.', replace: '<!XX-- countersign' },
      { find: 'XX', replace: '' },
    ];
    expect((await refusal(update({ edits: joined }))).message).toMatch(/mark/);
  });

  test('lets one of two editors go first, and makes the other stale', async () => {
    const [one, other] = [await update({ text: 'one' }), await update({ text: 'other' })];
    await carryOut(wiki, one);
    expect(await still(wiki, other)).toEqual({ stale: 'The page has another revision by now.' });
    await expect(carryOut(wiki, other)).rejects.toMatchObject({ kind: 'stale' });
    expect(await textNow()).toBe('one\n');
  });

  test('is stale where somebody else comes between the last look and the write', async () => {
    const proposal = await update({ text: 'mine' });
    wiki.inBetween = () => wiki.edit(id, { text: 'theirs' });
    await expect(carryOut(wiki, proposal)).rejects.toMatchObject({ kind: 'stale' });
    expect(await textNow()).toBe('theirs');
  });
});

describe('a page that waits in quarantine', () => {
  test('is gone on from by its own agent, and shown against what everybody else sees', async () => {
    await change({ title: 'Set up', edits: [{ find: 'Run it.', replace: 'Start it.' }] }, { origin: undecided });
    expect(await textNow()).toBe(text);
    const next = await update({ edits: [{ find: 'Start it.', replace: 'Start it twice.' }] });
    expect(shown(next)).toEqual([
      ['title', 'Install', 'Set up'],
      ['text', text, text.replace('Run it.', 'Start it twice.')],
    ]);
    expect(next.description.summary).toBe('Change "Set up": change its text, on a draft that waits in quarantine');
    const done = await carryOut(wiki, next);
    expect(await wiki.page(id)).toMatchObject({
      title: 'Set up',
      body: { text: text.replace('Run it.', 'Start it twice.') },
    });
    expect(leaves(done)).toEqual([{ thing: `page:${id}`, version: await version('nobody'), made: false }]);
  });

  test('is shown as new where nobody else sees it at all, with its place', async () => {
    const made = await write(
      wiki,
      'create_page',
      { namespace: 'handbook', title: 'New', text: 'a' },
      { origin: undecided },
    );
    id = leaves(made)[0]?.thing.slice('page:'.length) ?? '';
    const proposal = await update({ text: 'b' });
    expect(shown(proposal)).toEqual([
      ['place', null, 'handbook, at the top'],
      ['title', null, 'New'],
      ['text', null, 'b'],
    ]);
    expect(proposal.description.summary).toMatch(/which others do not see yet$/);
  });

  test('is no difference to others once it says what they see: the draft goes', async () => {
    await change({ text: 'draft' }, { origin: undecided });
    expect(shown(await update({ text }))).toEqual([['draft', 'waits until a person accepts it', null]]);
  });

  test('is stale once others see something else', async () => {
    await change({ text: 'draft' }, { origin: undecided });
    const next = await update({ text: 'more' });
    wiki.edit(id, { text: 'theirs' });
    expect(await still(wiki, next)).toMatchObject({ stale: expect.any(String) });
  });

  test('counts for flags by what others see', async () => {
    await change({ text: '@bob\n' }, { origin: undecided });
    const { description } = await update({ edits: [{ find: '@bob', replace: '@bob\n\nMore.' }] });
    expect(description.flags.map(({ code }) => code)).toEqual(['mentions']);
  });
});

describe('what is undone', () => {
  test('puts title and text back, and a restore of that restore brings the change back', async () => {
    const done = await change({ title: 'Set up', text: 'new' });
    const undone = await restore(wiki, done);
    expect(await wiki.page(id)).toMatchObject({ title: 'Install', body: { text } });
    expect(await compare(wiki, done)).toMatchObject([{ standing: 'back' }, { standing: 'back' }]);
    await restore(wiki, undone);
    expect(await wiki.page(id)).toMatchObject({ title: 'Set up', body: { text: 'new\n' } });
  });

  test('goes part by part, and leaves what somebody else did unless it is to be overwritten', async () => {
    const done = await change({ title: 'Set up', text: 'new' });
    wiki.edit(id, { text: 'theirs' });
    expect((await compare(wiki, done)).map(({ name, standing }) => [name, standing])).toEqual([
      ['title of "Install"', 'as_left'],
      ['text of "Install"', 'changed'],
    ]);
    expect(await planRestore(wiki, done)).toMatchObject({ conflicts: [expect.stringContaining('text of the page')] });
    const some = await planRestore(wiki, done, 'untouched');
    expect(some).toMatchObject({ plan: { to: { title: 'Install' }, overwrites: [] } });
    const all = await planRestore(wiki, done, 'overwrite');
    expect(all).toMatchObject({ description: { flags: [{ code: 'overwrites_others' }] } });
    await restore(wiki, done, 'untouched');
    expect(await wiki.page(id)).toMatchObject({ title: 'Install', body: { text: 'theirs' } });
  });

  test('takes back what waits in quarantine, which is no difference to others', async () => {
    const done = await change({ text: 'draft' }, { origin: undecided });
    expect(await planRestore(wiki, done)).toMatchObject({ description: { effects: [{ field: 'draft' }] } });
    await restore(wiki, done);
    expect((await wiki.reader('deps-bot').page(id))?.body.text).toBe(text);
    expect(await textNow()).toBe(text);
  });

  test('puts several changes back as one, to what was before the first', async () => {
    const first = await change({ text: 'one' });
    const second = await change({ title: 'Two', text: 'two' });
    const whole = asOne([first, second]);
    if (whole === null) throw new Error('they are not one');
    await restore(wiki, whole);
    expect(await wiki.page(id)).toMatchObject({ title: 'Install', body: { text } });
  });

  test('sees what somebody did between two changes', async () => {
    const first = await change({ text: 'one' });
    wiki.edit(id, { text: 'theirs' });
    const whole = asOne([first, await change({ text: 'two' })]);
    if (whole === null) throw new Error('they are not one');
    expect(await planRestore(wiki, whole)).toMatchObject({ conflicts: [expect.any(String)] });
    await restore(wiki, whole, 'untouched');
    expect(await textNow()).toBe('theirs');
  });

  test('says what cannot be put back while the page is in the trash', async () => {
    const done = await change({ text: 'new' });
    wiki.trash(id);
    expect(await planRestore(wiki, done, 'overwrite')).toMatchObject({
      conflicts: ['text of the page: The page is in the trash.'],
    });
  });
});

test('finds a write again whose answer was lost', async () => {
  const proposal = await update({ text: 'mine' });
  wiki.fault = 'answer_lost';
  await expect(carryOut(wiki, proposal)).rejects.toThrow();
  expect(await landed(wiki, proposal)).toMatchObject({ landed: { id } });
});

test('changes a page of strangers as any other', async () => {
  wiki.edit(id, { text: 'hi', by: people.mallory });
  await change({ text: 'bye' });
  expect(await textNow()).toBe('bye');
});
