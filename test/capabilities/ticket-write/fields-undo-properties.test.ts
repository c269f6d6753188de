import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AppError } from '#shared/errors.ts';
import type { Mark } from '#shared/tools/index.ts';
import { people, seedProjects } from '#test/fakes/tickets/seed.ts';
import { FakeTracker, type KeptTicket } from '#test/fakes/tickets/tracker.ts';
import { asOne, carryOut, compare, type Done, mark, planRestore, propose } from './drive.ts';

const ticket = fc.constantFrom('WEB-1', 'WEB-2');
const labels = fc.subarray(['a', 'b', 'c']);
const priorities = seedProjects()[0]?.priorities ?? [];
const text = fc.constantFrom('', 'One', 'Two\n\nthree', '**bold** é', '- a\n- b');
const given = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined, freq: 2 });

/** A call that writes some fields, which may be none, or what is there already. */
const wanted = fc.record({
  ticket,
  title: given(fc.constantFrom('T', 'U')),
  description: given(text),
  labels: given(labels),
  assignees: given(fc.subarray(['alice', 'bob'])),
  priority: given(fc.constantFrom('High', 'Low', null)),
  parent: given(fc.constantFrom('OPS-1', null)),
  due: given(fc.constantFrom('2026-12-01', null)),
  fields: given(fc.record({ Environment: fc.constantFrom('x', null), Points: fc.constantFrom(1, 2.5, null) })),
});
type Wanted = typeof wanted extends fc.Arbitrary<infer T> ? T : never;

/** What somebody else does to some fields. */
const deed = fc.record({
  ticket,
  edit: fc.oneof(
    fc.record({ title: fc.constantFrom('Theirs', 'T') }),
    fc.record({ labels }),
    fc.record({ assignees: fc.subarray([people.alice, people.bob]) }),
    fc.record({ priority: fc.constantFrom(...priorities, null) }),
    fc.record({ due: fc.constantFrom('2027-01-01', null) }),
  ),
});

function withTickets(documents: 'markdown' | 'adf'): FakeTracker {
  const tracker = new FakeTracker({ documents });
  for (const project of ['WEB', 'WEB', 'OPS']) tracker.add(project, { text: 'One', labels: ['a'] });
  return tracker;
}

/** All that an update can write, without what only says when. */
function seen(tracker: FakeTracker, key: string) {
  const { title, description, labels: on, assignees, priority, parent, due, custom } = tracker.ticket(key);
  return {
    ...{ title, labels: on.toSorted(), due, description: description?.text || null },
    ...{ assignees: assignees.map(({ id }) => id), priority: priority?.id ?? null, parent: parent?.id ?? null },
    custom: custom.flatMap(({ id, value }) => (value === null ? [] : [`${id} ${value}`])).toSorted(),
  };
}
const both = (tracker: FakeTracker) => ['WEB-1', 'WEB-2'].map((key) => seen(tracker, key));

function marks(): () => Mark {
  let count = 0;
  return () => {
    count += 1;
    return { ...mark, token: count.toString(16).padStart(32, '0') };
  };
}

/** Proposes and carries out; null when there is nothing to do, which must be said with a code. */
async function tryUpdate(tracker: FakeTracker, args: Wanted, by: Mark): Promise<Done | null> {
  try {
    return await carryOut(tracker, await propose(tracker, 'update_ticket', args), { by });
  } catch (error) {
    if (error instanceof AppError || (error as Error).name === 'ZodError') return null;
    throw error;
  }
}

async function undo(tracker: FakeTracker, done: Done, by: Mark): Promise<Done> {
  const planned = await planRestore(tracker, done);
  if ('refused' in planned) throw new Error(planned.refused);
  return carryOut(tracker, planned, { by });
}

const forms = fc.constantFrom('markdown' as const, 'adf' as const);

describe('for any fields', () => {
  test('what is written is put back one by one, newest first, and the undo of each undo does it again', async () => {
    let count = 0;
    await fc.assert(
      fc.asyncProperty(forms, fc.array(wanted, { minLength: 1, maxLength: 4 }), async (documents, calls) => {
        const [tracker, next] = [withTickets(documents), marks()];
        const before = both(tracker);
        const made: Done[] = [];
        for (const each of calls) made.push(...[await tryUpdate(tracker, each, next())].filter((one) => one !== null));
        count += made.length;
        const after = both(tracker);
        const undone: Done[] = [];
        for (const each of made.toReversed()) {
          undone.push(await undo(tracker, each, next()));
          expect((await compare(tracker, each)).every(({ standing }) => standing === 'back')).toBe(true);
        }
        expect(both(tracker)).toEqual(before);
        for (const each of undone.toReversed()) await undo(tracker, each, next());
        expect(both(tracker)).toEqual(after);
      }),
      { numRuns: 100, seed: 42 },
    );
    expect(count).toBeGreaterThan(150);
  });

  test('several of one ticket go back as one, to where they began', async () => {
    let together = 0;
    const calls = fc.array(wanted, { minLength: 2, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(forms, calls, async (documents, all) => {
        const [tracker, next] = [withTickets(documents), marks()];
        const before = both(tracker);
        const made: Done[] = [];
        for (const each of all) {
          made.push(...[await tryUpdate(tracker, { ...each, ticket: 'WEB-1' }, next())].filter((one) => one !== null));
        }
        const whole = asOne(made);
        if (whole === null) return;
        const planned = await planRestore(tracker, whole);
        if ('refused' in planned) expect(planned.refused).toBe('There is nothing to put back.');
        else await carryOut(tracker, planned, { by: next() });
        expect(both(tracker)).toEqual(before);
        if (made.length > 1) together += 1;
      }),
      { numRuns: 100, seed: 42 },
    );
    expect(together).toBeGreaterThan(50);
  });

  test('an undo never takes back what somebody else did since, unless told to', async () => {
    let conflicts = 0;
    const deeds = fc.array(deed, { minLength: 1, maxLength: 3 });
    const choices = fc.constantFrom('refuse' as const, 'untouched' as const);
    await fc.assert(
      fc.asyncProperty(forms, wanted, deeds, choices, async (documents, call, theirs, choice) => {
        const tracker = withTickets(documents);
        const done = await tryUpdate(tracker, call, mark);
        if (done === null) return;
        const left = both(tracker);
        for (const { ticket: key, edit } of theirs) tracker.edit(key, edit as Partial<KeptTicket>);
        const now = both(tracker);
        const planned = await planRestore(tracker, done, choice);
        if ('refused' in planned) conflicts += planned.conflicts.length;
        else await carryOut(tracker, planned, { by: { ...mark, token: 'f'.repeat(32) } });
        for (const [index, is] of both(tracker).entries()) {
          for (const [field, value] of Object.entries(is)) {
            const of = (values: readonly object[]) => (values[index] as Record<string, unknown>)[field];
            if (JSON.stringify(of(now)) !== JSON.stringify(of(left))) expect(value).toEqual(of(now));
          }
        }
      }),
      { numRuns: 200, seed: 42 },
    );
    expect(conflicts).toBeGreaterThan(5);
  });
});
