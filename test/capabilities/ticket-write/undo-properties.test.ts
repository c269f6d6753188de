import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AppError } from '#shared/errors.ts';
import type { Mark } from '#shared/tools/index.ts';
import { people, statuses } from '#test/fakes/tickets/seed.ts';
import { FakeTracker } from '#test/fakes/tickets/tracker.ts';
import { asOne, carryOut, compare, type Done, mark, otherMark, planRestore, propose } from './drive.ts';

const withdrawn = 'This comment was withdrawn.';
const ticket = fc.constantFrom('WEB-1', 'WEB-2', 'OPS-1');
const text = fc.constantFrom('One', 'Two\n\nthree', '**bold** é', '- a\n- b');

/** A call of one of the tools; `pick` chooses among the comments that are there. */
const call = fc.oneof(
  fc.record({
    name: fc.constant('transition_ticket'),
    args: fc.record({ ticket, to_status: fc.constantFrom('To do', 'In progress', 'In review', 'Done') }),
  }),
  fc.record({ name: fc.constant('add_comment'), args: fc.record({ ticket, body: text }) }),
  fc.record({ name: fc.constant('update_comment'), args: fc.record({ ticket, body: text }), pick: fc.nat(3) }),
  fc.record({
    name: fc.constant('link_tickets'),
    args: fc.record({ ticket, relation: fc.constantFrom('blocks', 'is blocked by', 'relates to'), other: ticket }),
  }),
  fc.record({ name: fc.constant('archive_ticket'), args: fc.record({ ticket }) }),
);
type Call = typeof call extends fc.Arbitrary<infer T> ? T : never;

/** What somebody else does. */
const deed = fc.oneof(
  fc.record({ ticket, status: fc.constantFrom(...Object.values(statuses)) }),
  fc.record({ ticket, says: text }),
  fc.record({ ticket, rewords: fc.nat(3), as: text }),
);

function withTickets(documents: 'markdown' | 'adf'): FakeTracker {
  const tracker = new FakeTracker({ documents });
  for (const project of ['WEB', 'WEB', 'OPS']) {
    const { key } = tracker.add(project, { status: statuses.inProgress });
    tracker.say(key, 'ours', { author: people.self });
    tracker.say(key, 'theirs');
  }
  return tracker;
}

/** Nothing tells the marks of two changes apart but this. */
function marks(): () => Mark {
  let count = 0;
  return () => {
    count += 1;
    return { ...mark, token: count.toString(16).padStart(32, '0') };
  };
}

/** Proposes and carries out; null when the call cannot be made now, which must be said with a code. */
async function tryCall(tracker: FakeTracker, { name, args, ...more }: Call, by: Mark): Promise<Done | null> {
  const said = tracker.said.get(tracker.ticket(args.ticket).id) ?? [];
  const comment = 'pick' in more ? said[more.pick % said.length]?.id : undefined;
  try {
    return await carryOut(tracker, await propose(tracker, name, { ...args, ...(comment && { comment }) }), { by });
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}

function doDeed(
  tracker: FakeTracker,
  deed: { ticket: string; status?: object; says?: string; rewords?: number; as?: string },
) {
  const { id } = tracker.ticket(deed.ticket);
  if (deed.status) tracker.edit(id, { status: deed.status as (typeof statuses)['toDo'] });
  if (deed.says !== undefined) tracker.say(id, deed.says);
  const said = tracker.said.get(id) ?? [];
  const chosen = said[(deed.rewords ?? 0) % said.length];
  if (deed.as !== undefined && chosen) tracker.reword(id, chosen.id, tracker.document(deed.as));
}

/** All of the tracker that people see, without what only says when. A comment that is withdrawn stays. */
function seen(tracker: FakeTracker) {
  return [...tracker.tickets.values()].map(({ id, status, archived, title }) => {
    const comments = (tracker.said.get(id) ?? []).map(({ id: comment, body }) => [comment, body] as const);
    const links = tracker.links
      .filter(({ outward }) => outward === id)
      .map(({ type, inward }) => `${type.id} ${inward}`);
    return { id, status: status.id, archived, title, links: links.sort(), comments };
  });
}
type Seen = ReturnType<typeof seen>;

/** The same without the comments that were not there before, each of which must say that it was withdrawn. */
function withoutWithdrawn(now: Seen, before: Seen): Seen {
  return now.map((each, index) => {
    const known = new Set(before[index]?.comments.map(([id]) => id));
    for (const [id, { text: says }] of each.comments) if (!known.has(id)) expect(says).toBe(withdrawn);
    return { ...each, comments: each.comments.filter(([id]) => known.has(id)) };
  });
}

const forms = fc.constantFrom('markdown' as const, 'adf' as const);
// From "Done" nothing leads back, and is said to be so.
const calls = fc.array(
  call.filter(({ args }) => !('to_status' in args) || args.to_status !== 'Done'),
  { minLength: 1, maxLength: 6 },
);

async function tryAll(tracker: FakeTracker, wanted: readonly Call[], next: () => Mark): Promise<readonly Done[]> {
  const made: Done[] = [];
  for (const each of wanted) {
    const one = await tryCall(tracker, each, next());
    if (one !== null) made.push(one);
  }
  return made;
}

/** Undoes changes, newest first; answers with what that did, oldest first. */
async function undoAll(tracker: FakeTracker, made: readonly Done[], next: () => Mark): Promise<readonly Done[]> {
  const undone: Done[] = [];
  for (const each of made.toReversed()) {
    const planned = await planRestore(tracker, each);
    if ('refused' in planned) throw new Error(planned.refused);
    undone.push(await carryOut(tracker, planned, { by: next() }));
    expect(await compare(tracker, each)).toMatchObject([{ standing: 'back' }]);
  }
  return undone;
}

/** That what somebody else did since we left the tracker is there yet. */
function expectKept(tracker: FakeTracker, left: Seen, theirs: Seen): void {
  for (const [index, { status, comments }] of seen(tracker).entries()) {
    const [was, made] = [left[index], theirs[index]];
    if (made?.status !== was?.status) expect(status).toBe(made?.status);
    const others = made?.comments.filter(([id, { text: says }]) => says !== textIn(was, id)) ?? [];
    expect(comments).toEqual(expect.arrayContaining([...others]));
  }
}

function textIn(was: Seen[number] | undefined, id: string): string | undefined {
  return was?.comments.find(([each]) => each === id)?.[1].text;
}

describe('for any calls', () => {
  test('what is carried out is put back one by one, newest first, and the undo of each undo does it again', async () => {
    let done = 0;
    await fc.assert(
      fc.asyncProperty(forms, calls, async (documents, wanted) => {
        const tracker = withTickets(documents);
        const next = marks();
        const before = seen(tracker);
        const made = await tryAll(tracker, wanted, next);
        done += made.length;
        const after = seen(tracker);
        const undone = await undoAll(tracker, made, next);
        expect(withoutWithdrawn(seen(tracker), before)).toEqual(before);
        await undoAll(tracker, undone, next);
        expect(seen(tracker)).toEqual(after);
      }),
      { numRuns: 150, seed: 42 },
    );
    expect(done).toBeGreaterThan(200);
  });

  test('several of one ticket or comment go back as one, to where they began', async () => {
    const alike = fc.constantFrom('transition_ticket', 'update_comment').chain((name) =>
      fc.array(
        call.filter((each) => each.name === name && each.args.ticket === 'WEB-1'),
        { minLength: 2, maxLength: 3 },
      ),
    );
    let together = 0;
    await fc.assert(
      fc.asyncProperty(forms, alike, async (documents, wanted) => {
        const tracker = withTickets(documents);
        const next = marks();
        const before = seen(tracker);
        const made = await tryAll(tracker, wanted, next);
        const whole = asOne(made);
        if (whole === null) return;
        expect(whole.between).toEqual([]);
        const planned = await planRestore(tracker, whole);
        if (!('refused' in planned)) await carryOut(tracker, planned, { by: next() });
        // There may be no way back at once, or none that is left to go.
        else if (planned.refused !== 'There is nothing left to undo.') return;
        if (made.length > 1) together += 1;
        expect(seen(tracker)).toEqual(before);
      }),
      { numRuns: 100, seed: 42 },
    );
    expect(together).toBeGreaterThan(20);
  });

  test('an undo never changes what somebody else did since, unless told to overwrite', async () => {
    let conflicts = 0;
    const deeds = fc.array(deed, { minLength: 1, maxLength: 3 });
    const choices = fc.constantFrom('refuse' as const, 'untouched' as const);
    await fc.assert(
      fc.asyncProperty(forms, call, deeds, choices, async (documents, wanted, theirs, choice) => {
        const tracker = withTickets(documents);
        const done = await tryCall(tracker, wanted, mark);
        if (done === null) return;
        const left = seen(tracker);
        for (const each of theirs) doDeed(tracker, each);
        const now = seen(tracker);
        const planned = await planRestore(tracker, done, choice);
        if ('refused' in planned) {
          conflicts += planned.conflicts.length;
          return;
        }
        expect(planned.description.flags.map(({ code }) => code)).not.toContain('overwrites_others');
        await carryOut(tracker, planned, { by: otherMark });
        expectKept(tracker, left, now);
      }),
      { numRuns: 300, seed: 42 },
    );
    expect(conflicts).toBeGreaterThan(5);
  });
});
