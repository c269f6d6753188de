import { describe, expect, test } from 'vitest';
import type { TicketDocument } from '#capabilities/ticket/types.ts';
import { updateComment as tool } from '#capabilities/ticket-write/update_comment.ts';
import { people } from '#test/fakes/tickets/seed.ts';
import { FakeTracker } from '#test/fakes/tickets/tracker.ts';
import {
  asOne,
  carryOut,
  compare,
  type Done,
  filled,
  landed,
  mark,
  otherMark,
  planRestore,
  propose,
  restore,
  stepOf,
  still,
} from './drive.ts';

const name = 'update_comment';

function withComment(text = 'One\n\nTwo', about: object = { author: people.self }, backend: object = {}) {
  const tracker = new FakeTracker(backend);
  tracker.add('WEB');
  const { id, url } = tracker.say('WEB-1', text, about);
  return { tracker, id, url };
}

const change = (tracker: FakeTracker, comment: string, args: object) =>
  propose(tracker, name, { ticket: 'WEB-1', comment, ...args });
const textOf = (tracker: FakeTracker) => tracker.said.get('T1')?.[0]?.body.text;

describe('another text of a comment', () => {
  test('is shown beside the old one, written, and taken back', async () => {
    const { tracker, id } = withComment();
    const proposal = await change(tracker, id, { body: 'Three\r\n' });
    expect(proposal.description).toMatchObject({
      summary: 'Change a comment on WEB-1: Three',
      effects: [{ target: 'ticket WEB-1', field: 'comment', before: 'One\n\nTwo', after: 'Three' }],
      touches: [`ticket/T1/comments/${id}`],
      flags: [],
      reversible: { kind: 'partial' },
    });
    const done = await carryOut(tracker, proposal);
    expect(textOf(tracker)).toBe('Three');
    const undone = await restore(tracker, done);
    expect(textOf(tracker)).toBe('One\n\nTwo');
    await restore(tracker, undone);
    expect(textOf(tracker)).toBe('Three');
  });

  test('can be said by edits, which have to fit', async () => {
    const { tracker, id } = withComment();
    const edits = [{ find: 'Two', replace: '2' }];
    expect((await change(tracker, id, { edits })).description.effects).toMatchObject([{ after: 'One\n\n2' }]);
    for (const wrong of [[{ find: 'Four', replace: '' }], [{ find: 'o', replace: '<!-- countersign chg_1/ab -->' }]]) {
      await expect(change(tracker, id, { edits: wrong })).rejects.toMatchObject({ code: 'invalid_arguments' });
    }
    await expect(change(tracker, id, { edits: [{ find: 'One\n\nTwo', replace: ' ' }] })).rejects.toMatchObject({
      message: 'The text that the edits leave must not be blank.',
    });
    await expect(change(tracker, id, { edits, body: 'x' })).rejects.toThrow('either body or edits');
    await expect(change(tracker, id, {})).rejects.toThrow('either body or edits');
  });

  test('keeps what Markdown cannot say, and is refused where it would drop it', async () => {
    const native = JSON.stringify({
      version: 1,
      type: 'doc',
      content: [
        {
          type: 'paragraph',
          content: [
            { type: 'text', text: 'Ask ' },
            { type: 'mention', attrs: { id: 'u1', text: '@Ann' } },
          ],
        },
        { type: 'paragraph', content: [{ type: 'text', text: 'Two' }] },
      ],
    });
    const { adfDocument } = await import('#capabilities/ticket/document.ts');
    const body: TicketDocument = adfDocument(native);
    const { tracker, id } = withComment('', { author: people.self, body }, { documents: 'adf' });
    const done = await carryOut(tracker, await change(tracker, id, { edits: [{ find: 'Two', replace: 'Three' }] }));
    const now = tracker.said.get('T1')?.[0]?.body;
    expect(now).toMatchObject({ format: 'adf', native: expect.stringContaining('"mention"') });
    expect(now).toMatchObject({ native: expect.stringContaining('Three') });
    await expect(change(tracker, id, { body: 'Nobody is asked' })).rejects.toMatchObject({ code: 'unsupported' });
    await restore(tracker, done);
    expect(tracker.said.get('T1')?.[0]?.body).toEqual(body);
  });

  test('may refer to an earlier change', async () => {
    for (const documents of ['markdown', 'adf'] as const) {
      const { tracker, id } = withComment('One', { author: people.self }, { documents });
      const proposal = await change(tracker, id, { body: 'See {{after.pull_request_url}}' });
      const url = 'https://github.com/acme/web/pull/7';
      const done = { ...(await carryOut(tracker, filled(proposal, url))), plan: proposal.plan };
      expect(textOf(tracker)).toContain(url);
      expect(JSON.stringify(tracker.said.get('T1'))).not.toContain('{{');
      await restore(tracker, done);
      expect(textOf(tracker)).toBe('One');
    }
  });

  test('warns of what is new in it', async () => {
    const { tracker, id } = withComment('a\u200b\nb');
    const { flags } = (await change(tracker, id, { body: 'a\u200b\nb @bob \u2066' })).description;
    expect(flags.map(({ code, message }) => `${code}: ${message}`)).toEqual([
      'hidden_characters: Characters that do not show in the comment: U+2066 (line 2).',
      'mentions: Mentions people, teams or bots: "@bob".',
    ]);
  });

  test('that customers see is asked for as such, whatever its ticket is', async () => {
    const { tracker, id } = withComment('One', { author: people.self, visibleTo: 'customers' });
    const { asked, description } = await change(tracker, id, { body: 'Two' });
    expect(asked).toMatchObject([{ want: 'write' }, { want: 'write', customers: true }, { want: 'read' }]);
    expect(description.flags.map(({ code }) => code)).toEqual(['customer_visible']);
  });

  test('stands on the ticket, and no rule decides it', async () => {
    const { tracker, id } = withComment();
    const { plan, before } = await change(tracker, id, { body: 'x' });
    expect([tool.decidable, tool.follows]).toEqual([undefined, true]);
    expect(tool.standsOn?.(plan, before)).toEqual([{ thing: 'ticket:T1', version: null }]);
  });
});

describe('a comment that is not to be changed', () => {
  test('is somebody else’s', async () => {
    for (const author of [people.bob, null]) {
      const { tracker, id } = withComment('One', { author });
      await expect(change(tracker, id, { body: 'Two' })).rejects.toMatchObject({
        code: 'not_permitted',
        message: `The comment ${id} on WEB-1 is somebody else’s.`,
      });
    }
  });

  test('is none, or on another ticket', async () => {
    const { tracker, id } = withComment();
    tracker.add('WEB');
    await expect(change(tracker, 'C99', { body: 'x' })).rejects.toMatchObject({ code: 'not_found' });
    await expect(change(tracker, id, { ticket: 'WEB-2', body: 'x' })).rejects.toMatchObject({ code: 'not_found' });
    await expect(change(tracker, '../1', { body: 'x' })).rejects.toThrow('id of a comment');
    await expect(change(tracker, id, { ticket: 'WEB-3', body: 'x' })).rejects.toMatchObject({ code: 'not_found' });
  });

  test('says that already, or more than fits, or is on an archived ticket', async () => {
    const { tracker, id } = withComment('One\n\nTwo', { author: people.self }, { maxText: 9 });
    await expect(change(tracker, id, { body: 'One\r\n\r\nTwo ' })).rejects.toMatchObject({
      message: 'There is no change: the comment already says that.',
    });
    await expect(change(tracker, id, { body: 'x'.repeat(10) })).rejects.toMatchObject({ code: 'too_large' });
    tracker.edit('WEB-1', { archived: true });
    await expect(change(tracker, id, { body: 'x' })).rejects.toMatchObject({ code: 'conflict' });
  });

  test('is answered as a ticket that is not there, where only writing is granted', async () => {
    const { tracker, id } = withComment();
    const mayWrite = ({ want }: { readonly want: string }) => want === 'write';
    await expect(propose(tracker, name, { ticket: 'WEB-1', comment: id, body: 'x' }, mayWrite)).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});

describe('before it is written', () => {
  const other = { format: 'markdown', text: 'Other' } as const;
  test.each<[string, (tracker: FakeTracker, id: string) => void, unknown]>([
    ['another comment', (tracker) => tracker.say('WEB-1', 'me too'), 'holds'],
    [
      'the same in other line ends',
      (tracker, id) => tracker.reword('WEB-1', id, { ...other, text: 'One\r\n\r\nTwo\n' }),
      'holds',
    ],
    ['another text', (tracker, id) => tracker.reword('WEB-1', id, other), { stale: expect.stringMatching('text') }],
    ['its end', (tracker) => tracker.said.clear(), { stale: expect.stringMatching('gone') }],
    ['a move', (tracker) => tracker.move('WEB-1', 'OPS'), { stale: expect.stringMatching('another project') }],
    ['archiving', (tracker) => tracker.edit('WEB-1', { archived: true }), { stale: expect.stringMatching('archived') }],
  ])('after %s', async (_, happens, answer) => {
    const { tracker, id } = withComment();
    const proposal = await change(tracker, id, { body: 'x' });
    happens(tracker, id);
    expect(await still(tracker, proposal)).toEqual(answer);
  });

  test('others who see it make it stale', async () => {
    const { tracker, id } = withComment();
    const proposal = await change(tracker, id, { body: 'x' });
    const [said] = tracker.said.get('T1') ?? expect.unreachable('nothing is said');
    if (said) tracker.said.set('T1', [{ ...said, visibleTo: 'customers' }]);
    expect(await still(tracker, proposal)).toEqual({ stale: 'Others see the comment by now.' });
  });

  test('the last moment counts, and a lost answer is looked for', async () => {
    const { tracker, id } = withComment();
    const proposal = await change(tracker, id, { body: 'x' });
    tracker.inBetween = () => tracker.reword('WEB-1', id, other);
    await expect(carryOut(tracker, proposal)).rejects.toMatchObject({ name: 'NotDone', kind: 'stale' });
    expect(textOf(tracker)).toBe('Other');
    expect(await landed(tracker, proposal)).toBe('not_found');
    expect(stepOf(proposal)).toMatchObject({ name: 'edit_comment', repeat: 'guarded' });
  });
});

describe('the undo of another text', () => {
  const reworded = async (tracker: FakeTracker, id: string, body: string, by = mark): Promise<Done> =>
    carryOut(tracker, await change(tracker, id, { body }), { by });

  test('leaves alone what somebody made of it, unless told to overwrite', async () => {
    const { tracker, id, url } = withComment();
    const done = await reworded(tracker, id, 'Three');
    tracker.reword('WEB-1', id, { format: 'markdown', text: 'Four' });
    expect(await compare(tracker, done)).toMatchObject([
      { before: { text: 'One\n\nTwo' }, left: { text: 'Three' }, now: { text: 'Four' }, standing: 'changed' },
    ]);
    expect(await planRestore(tracker, done, 'untouched')).toMatchObject({
      conflicts: [`${url}: Somebody else changed it since.`],
    });
    await restore(tracker, done, 'overwrite');
    expect(textOf(tracker)).toBe('One\n\nTwo');
    expect(await planRestore(tracker, done)).toMatchObject({ refused: 'There is nothing left to undo.' });
  });

  test('takes several of one comment back as one, and not what somebody said between them', async () => {
    const { tracker, id } = withComment();
    const one = await reworded(tracker, id, 'Three');
    const two = await reworded(tracker, id, 'Four', otherMark);
    const whole = asOne([one, two]) ?? expect.unreachable('they cannot be one');
    expect(await compare(tracker, whole)).toMatchObject([{ before: { text: 'One\n\nTwo' }, standing: 'as_left' }]);
    tracker.reword('WEB-1', id, { format: 'markdown', text: 'Theirs' });
    const three = await reworded(tracker, id, 'Five');
    const apart = asOne([one, two, three]) ?? expect.unreachable('they cannot be one');
    expect(await compare(tracker, apart)).toMatchObject([{ standing: 'changed' }]);
    expect(await planRestore(tracker, apart)).toMatchObject({ conflicts: [expect.any(String)] });
    await restore(tracker, apart, 'untouched');
    expect(textOf(tracker)).toBe('Theirs');
    await expect(restore(tracker, apart, 'overwrite')).resolves.toBeDefined();
    expect(textOf(tracker)).toBe('One\n\nTwo');
    const other = tracker.say('WEB-1', 'x', { author: people.self });
    expect(asOne([one, await reworded(tracker, other.id, 'y')])).toBeNull();
  });

  test('goes with the comment that it is of', async () => {
    const { tracker } = withComment();
    const said = await carryOut(tracker, await propose(tracker, 'add_comment', { ticket: 'WEB-1', body: 'New' }));
    const id = tracker.said.get('T1')?.at(-1)?.id ?? '';
    const changed = await reworded(tracker, id, 'Newer', otherMark);
    const whole = asOne([said, changed]) ?? expect.unreachable('they cannot be one');
    expect(await compare(tracker, whole)).toMatchObject([
      { before: null, left: { text: 'Newer' }, standing: 'as_left' },
    ]);
    await restore(tracker, whole);
    expect(tracker.said.get('T1')?.at(-1)?.body.text).toBe('This comment was withdrawn.');
    tracker.reword('WEB-1', id, { format: 'markdown', text: 'Theirs' });
    const again = await reworded(tracker, id, 'Newest', mark);
    const apart = asOne([said, changed, again]) ?? expect.unreachable('they cannot be one');
    expect(await planRestore(tracker, apart, 'untouched')).toMatchObject({ conflicts: [expect.any(String)] });
  });
});
