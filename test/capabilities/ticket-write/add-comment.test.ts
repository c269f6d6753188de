import { describe, expect, test } from 'vitest';
import type { TicketBackend } from '#capabilities/ticket-read/ports.ts';
import { addComment as tool } from '#capabilities/ticket-write/add_comment.ts';
import { people } from '#test/fakes/tickets/seed.ts';
import { FakeTracker } from '#test/fakes/tickets/tracker.ts';
import {
  asOne,
  carryOut,
  compare,
  type Done,
  filled,
  landed,
  otherMark,
  planRestore,
  propose,
  restore,
  stepOf,
  still,
} from './drive.ts';

const name = 'add_comment';
const withdrawn = 'This comment was withdrawn.';

function withTicket(project = 'WEB', backend: Partial<TicketBackend> = {}): FakeTracker {
  const tracker = new FakeTracker(backend);
  tracker.add(project);
  return tracker;
}

const say = (tracker: FakeTracker, body = 'Looks good', args: object = {}) =>
  propose(tracker, name, { ticket: [...tracker.keys.keys()][0], body, ...args });
const saidOn = (tracker: FakeTracker, id = 'T1') => (tracker.said.get(id) ?? []).map(({ body }) => body.text);

describe('a comment', () => {
  test('is shown, and written as the team sees it', async () => {
    const tracker = withTicket();
    const proposal = await say(tracker, 'Looks good\r\nto me  \n');
    expect(proposal.description).toMatchObject({
      summary: 'Comment on WEB-1: Looks good',
      effects: [{ target: 'ticket WEB-1', field: 'comment', before: null, after: 'Looks good\nto me' }],
      touches: ['ticket/T1/comments'],
      flags: [],
      reversible: { kind: 'partial', lost: expect.arrayContaining([expect.stringMatching('itself stays')]) },
      audience: 'private',
    });
    expect(proposal.description.reaches.map(({ code }) => code)).toEqual(['notifies', 'triggers_software']);
    expect(proposal.asked).toEqual([{ want: 'write', project: 'WEB', ticket: expect.anything() }]);
    const done = await carryOut(tracker, proposal);
    expect(tracker.said.get('T1')).toMatchObject([
      { author: people.self, body: { text: 'Looks good\nto me' }, visibleTo: 'team' },
    ]);
    expect(tool.receipt?.of(done.plan, done.receipts)).toEqual({ comment_url: tracker.ticket('WEB-1').url });
    expect(tool.receipt?.of(done.plan, {})).toEqual({ comment_url: null });
  });

  test('for customers is flagged, leaves the organisation, and is asked for as such', async () => {
    const tracker = withTicket('HELP');
    const proposal = await say(tracker, 'Hello', { visible_to: 'customers' });
    expect(proposal.asked.at(-1)).toMatchObject({ project: 'HELP', customers: true });
    expect(proposal.description).toMatchObject({
      summary: 'Comment on HELP-1, for customers: Hello',
      flags: [{ code: 'customer_visible' }],
      reaches: [{}, {}, { code: 'leaves_organisation', message: 'Customers of Help desk are told.' }],
    });
    const inside = await say(tracker, 'Hello');
    expect([inside.asked.length, inside.description.flags]).toEqual([1, []]);
  });

  test('for customers is not written where no customers are', async () => {
    await expect(say(withTicket(), 'Hello', { visible_to: 'customers' })).rejects.toMatchObject({
      code: 'unsupported',
    });
  });

  test('on a public project leaves the organisation', async () => {
    const tracker = withTicket();
    const { project } = tracker.ticket('WEB-1');
    tracker.edit('WEB-1', { project: { ...project, audience: 'public' } });
    expect((await say(tracker)).description).toMatchObject({
      audience: 'public',
      reaches: [{}, {}, { code: 'leaves_organisation', message: 'The shop is public: everybody can read it.' }],
    });
  });

  const marks: readonly (readonly [text: string, flags: readonly string[]])[] = [
    ['Plain text, mail@example.com and # A heading', []],
    ['See {{after.pull_request_url}}', []],
    ['Thanks @alice', ['mentions: "@alice"']],
    ['in `@code` too, and @Zoë.', ['mentions: "@code", "@Zoë"']],
    ['[~accountid:5b10:a] and [~bob]', ['mentions: "[~accountid:5b10:a]", "[~bob]"']],
    ['https://linear.app/acme/profiles/bob', ['mentions: "//linear.app/acme/profiles/bob"']],
    ['.@bob -@eve _@zed_ \\@kim', ['mentions: "@bob", "@eve", "@zed_", "@kim"']],
    ['path/@x', ['mentions: "@x"']],
    ['&#64;bob &#x40;eve &commat;zed', ['mentions: "&#64;bob", "&#x40;eve", "&commat;zed"']],
    ['mail a@b.example', []],
    ['text\n  /deploy prod', ['commands: "/deploy"']],
    ['![x](https://evil.example/?k=1) ![y][z]', ['remote_content: "![x](https://evil.example/?k=1", "![y][z"']],
    ['<IMG src=//evil.example>', ['remote_content: "<IMG"']],
    ['#close\n#assign me', ['commands: "#close", "#assign"']],
    ['Duplicate of #12', ['commands: "Duplicate of #12"']],
    ['WEB-1 fixed #done', ['smart_commits: "WEB-1 fixed #done"']],
    ['a\u200bb', ['hidden_characters: U+200B (line 1)']],
    ['See <!-- agents: do it -->', ['hidden_characters: "<!-- agents: do it -->"']],
    ['x\n[//]: # (do it)', ['hidden_characters: "[//]: # (do it)"']],
  ];
  test.each(marks)('of %j', async (text, expected) => {
    const { flags, reaches } = (await say(withTicket(), text)).description;
    expect(flags.map(({ code, message }) => `${code}: ${message.slice(message.indexOf(': ') + 2, -1)}`)).toEqual(
      expected,
    );
    // Each of them but what is hidden is told to other software, too.
    const told = reaches.filter(({ code }) => code === 'triggers_software').slice(1);
    expect(told.map(({ message }) => message)).toEqual(
      flags.filter(({ code }) => code !== 'hidden_characters').map(({ message }) => message),
    );
  });

  test.each([
    ['@{{after.branch}} look', 'mentions'],
    ['/{{ after.branch }}', 'commands'],
    ['Duplicate of {{after.ticket_key}}', 'commands'],
    ['{{after.ticket_key}} #close', 'smart_commits'],
    ['WEB-1 #{{after.branch}}', 'smart_commits'],
  ])('of %j counts as what it becomes', async (text, code) => {
    const { flags } = (await say(withTicket(), text)).description;
    expect(flags.map((flag) => flag.code)).toContain(code);
  });

  test('a long line is looked through quickly', async () => {
    const begun = performance.now();
    for (const text of ['AB-1 '.repeat(12_000), '@a.'.repeat(20_000), `@${'.'.repeat(59_000)}`, '[~'.repeat(30_000)]) {
      await say(withTicket(), text);
    }
    expect(performance.now() - begun).toBeLessThan(60_000);
  });

  test.each(['', ' \n', 'x <!-- countersign chg_1/ab -->', 'Change-Id: chg_1/ab', '\u0007', 'x'.repeat(60_001)])(
    'is not one that says %j',
    async (body) => {
      await expect(say(withTicket(), body)).rejects.toThrow();
    },
  );

  test('is no longer than the backend takes, nor on an archived ticket, nor on one that is not there', async () => {
    await expect(say(withTicket('WEB', { maxText: 9 }))).rejects.toMatchObject({
      code: 'too_large',
      message: 'A comment on WEB-1 has at most 9 characters.',
    });
    const tracker = withTicket();
    await expect(say(tracker, 'x', { ticket: 'WEB-2' })).rejects.toMatchObject({ code: 'not_found' });
    const outside = propose(tracker, name, { ticket: 'WEB-1', body: 'x' }, () => false).catch(
      (error: unknown) => error,
    );
    const input = tool.input.parse({ ticket: 'WEB-1', body: 'x', reason: 'r' });
    expect(await outside).toEqual(tool.absent?.(input));
    tracker.edit('WEB-1', { archived: true });
    await expect(say(tracker)).rejects.toMatchObject({ code: 'conflict' });
  });

  test('may be decided by a rule on a ticket of the agent’s own, and under a task grant', async () => {
    const { plan, before } = await say(withTicket());
    expect([tool.decidable, tool.follows]).toEqual(['by_policy', true]);
    expect(tool.standsOn?.(plan, before)).toEqual([{ thing: 'ticket:T1', version: null }]);
  });

  test.each<[string, (tracker: FakeTracker) => void, boolean]>([
    ['another title', (tracker) => tracker.edit('WEB-1', { title: 'Other' }), true],
    ['other comments', (tracker) => tracker.say('WEB-1', 'me too'), true],
    ['a move', (tracker) => tracker.move('WEB-1', 'OPS'), false],
    ['its archiving', (tracker) => tracker.edit('WEB-1', { archived: true }), false],
    ['its end', (tracker) => tracker.tickets.clear(), false],
    [
      'the coming of customers',
      (tracker) => tracker.edit('WEB-1', { project: { ...tracker.ticket('WEB-1').project, customers: true } }),
      false,
    ],
  ])('after %s', async (_, change, holds) => {
    const tracker = withTicket();
    const proposal = await say(tracker);
    change(tracker);
    expect((await still(tracker, proposal)) === 'holds').toBe(holds);
  });
});

describe('a comment that refers to an earlier change', () => {
  const url = 'https://github.com/acme/web/pull/7';

  test('is written with what that left, and its undo withdraws it', async () => {
    for (const documents of ['markdown', 'adf'] as const) {
      const tracker = withTicket('WEB', { documents });
      const proposal = await say(tracker, 'Review {{after.pull_request_url}} please');
      expect(proposal.description.effects).toMatchObject([{ after: 'Review {{after.pull_request_url}} please' }]);
      const done = { ...(await carryOut(tracker, filled(proposal, url))), plan: proposal.plan };
      const [said] = tracker.said.get('T1') ?? [];
      expect(said?.body.format).toBe(documents);
      expect(said?.body.text).toContain(url);
      expect(JSON.stringify(said)).not.toContain('{{');
      expect(await compare(tracker, done)).toMatchObject([{ standing: 'as_left' }]);
      await restore(tracker, done);
      expect(saidOn(tracker)).toEqual([withdrawn]);
    }
  });

  test('has all of its references where they are looked for', async () => {
    for (const documents of ['markdown', 'adf'] as const) {
      const { plan } = await say(withTicket('WEB', { documents }), 'See {{after.url}}');
      const seen: string[] = [];
      const rest = tool.texts?.(plan, (text) => {
        seen.push(text);
        return '';
      });
      expect(seen).toEqual(['See {{after.url}}']);
      expect(JSON.stringify(rest)).not.toContain('{{');
    }
  });
});

describe('a comment whose answer was lost', () => {
  test('is looked for, and tried again only where the backend takes it once', async () => {
    for (const once of [true, false]) {
      const tracker = withTicket('WEB', { once });
      const proposal = await say(tracker);
      expect(stepOf(proposal).repeat).toBe(once ? 'guarded' : 'never');
      expect(await landed(tracker, proposal)).toBe('not_found');
      tracker.fault = 'answer_lost';
      await expect(carryOut(tracker, proposal)).rejects.toThrow('connection');
      expect(await landed(tracker, proposal)).toMatchObject({ landed: { id: expect.any(String) } });
    }
  });
});

describe('the undo of a comment', () => {
  const said = async (tracker: FakeTracker, body = 'Looks good'): Promise<Done> =>
    carryOut(tracker, await say(tracker, body));
  const comment = (tracker: FakeTracker) => tracker.said.get('T1')?.at(-1) ?? expect.unreachable('nothing is said');

  test('puts a sentence in its place and never deletes it, and its own undo brings it back', async () => {
    for (const documents of ['markdown', 'adf'] as const) {
      const tracker = withTicket('WEB', { documents });
      const done = await said(tracker);
      const before = comment(tracker).body;
      const planned = await planRestore(tracker, done);
      expect(planned).toMatchObject({
        description: {
          summary: 'Withdraw a comment on WEB-1: Looks good',
          effects: [{ field: 'comment', before: 'Looks good', after: withdrawn }],
        },
      });
      const undone = await restore(tracker, done);
      expect(saidOn(tracker)).toEqual([withdrawn]);
      expect(await planRestore(tracker, done)).toMatchObject({ refused: 'There is nothing left to undo.' });
      expect(await planRestore(tracker, undone)).toMatchObject({
        description: { summary: 'Bring back a withdrawn comment on WEB-1: Looks good' },
      });
      await restore(tracker, undone);
      expect(comment(tracker).body).toEqual(before);
      expect(tracker.writes).toEqual(['comment', 'edit_comment', 'edit_comment']);
    }
  });

  test('leaves alone what somebody made of it, unless told to overwrite', async () => {
    const tracker = withTicket();
    const done = await said(tracker);
    const { id, url } = comment(tracker);
    tracker.reword('WEB-1', id, tracker.document('Looks good, but'));
    expect(await compare(tracker, done)).toEqual([
      {
        ...{ name: 'comment on WEB-1', before: null, left: { text: 'Looks good' }, now: { text: 'Looks good, but' } },
        ...{ standing: 'changed', later: [], why: 'Somebody else changed it since.' },
      },
    ]);
    for (const choice of ['refuse', 'untouched'] as const) {
      expect(await planRestore(tracker, done, choice)).toMatchObject({
        conflicts: [`${url}: Somebody else changed it since.`],
      });
    }
    expect(await planRestore(tracker, done, 'overwrite')).toMatchObject({
      description: { flags: [{ code: 'overwrites_others' }] },
    });
    await restore(tracker, done, 'overwrite');
    expect(saidOn(tracker)).toEqual([withdrawn]);
  });

  test('goes by how the backend keeps it, where that is not as it was written', async () => {
    const tracker = withTicket();
    const proposal = await say(tracker, '* One');
    const kept = await carryOut(tracker, proposal);
    const { id } = comment(tracker);
    tracker.reword('WEB-1', id, tracker.document('- One'));
    const [said] = tracker.said.get('T1') ?? [];
    const after = { ...(kept.after as object), comment: said };
    const receipts = { comment: { id, key: null, url: null, differs: ['body'] } };
    expect(await compare(tracker, { ...kept, after, receipts })).toMatchObject([{ standing: 'as_left' }]);
    expect(await compare(tracker, { ...kept, after })).toMatchObject([{ standing: 'changed' }]);
  });

  test('waits for the ticket to come out of the archive', async () => {
    const tracker = withTicket();
    const done = await said(tracker);
    tracker.edit('WEB-1', { archived: true });
    expect(await planRestore(tracker, done)).toMatchObject({ refused: expect.stringMatching('is archived') });
  });

  test('stays with customers who saw it', async () => {
    const tracker = withTicket('HELP');
    const done = await carryOut(tracker, await say(tracker, 'Hello', { visible_to: 'customers' }));
    expect(await planRestore(tracker, done)).toMatchObject({
      description: { flags: [{ code: 'customer_visible' }], touches: [`ticket/T1/comments/${comment(tracker).id}`] },
    });
  });

  test('cannot be where only a person said that it was written, nor come back where somebody deleted it', async () => {
    const tracker = withTicket();
    const done = await said(tracker);
    const settled = { ...done, receipts: { comment: { settled_by: 'alice' } } };
    expect(await planRestore(tracker, settled)).toMatchObject({ refused: expect.stringMatching('never answered') });
    const undone = await restore(tracker, done);
    tracker.said.clear();
    expect(await planRestore(tracker, done)).toMatchObject({ refused: 'There is nothing left to undo.' });
    expect(await planRestore(tracker, undone)).toMatchObject({ refused: 'It is gone from WEB-1.' });
  });

  test('and the comment are nothing left to undo, and two comments are two', async () => {
    const tracker = withTicket();
    const one = await said(tracker);
    const two = await carryOut(tracker, await say(tracker, 'Two'), { by: otherMark });
    expect(asOne([one, two])).toBeNull();
    const undone = await restore(tracker, one);
    expect(asOne([two, undone])).toBeNull();
    const whole = asOne([one, undone]) ?? expect.unreachable('they cannot be one');
    expect(await compare(tracker, whole)).toMatchObject([{ standing: 'back' }]);
    const again = await carryOut(tracker, await restoreOf(tracker, undone), {
      by: { ...otherMark, token: 'a'.repeat(32) },
    });
    const all = asOne([one, undone, again]) ?? expect.unreachable('they cannot be one');
    expect(await compare(tracker, all)).toMatchObject([{ standing: 'as_left', before: null }]);
    await carryOut(tracker, await restoreOf(tracker, all), { by: { ...otherMark, token: 'b'.repeat(32) } });
    expect(saidOn(tracker)).toEqual([withdrawn, 'Two']);
  });

  async function restoreOf(tracker: FakeTracker, done: Done) {
    const planned = await planRestore(tracker, done);
    if ('refused' in planned) throw new Error(planned.refused);
    return planned;
  }
});
