import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AppError } from '#shared/errors.ts';
import type { Mark } from '#shared/tools/index.ts';
import { FakeKnowledge } from '#test/fakes/knowledge/place.ts';
import { decidedOrigin } from '#test/fakes/origin.ts';
import { asOne, carryOut, compare, type Done, mark, otherMark, planRestore, propose, undecided } from './drive.ts';

const titles = fc.constantFrom('Install', 'Set up', 'é');
const texts = fc.constantFrom('', 'one\n', '# A\n\ntwo\n', '- a\n- b', 'hidden\u200b\n');
const given = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined, freq: 2 });

/** A call that makes a page, or changes one of those there are; `decided`: whether a person looked at it. */
const call = fc.record({
  at: fc.nat(3),
  makes: fc.boolean(),
  title: given(titles),
  text: given(texts),
  decided: fc.boolean(),
});
type Call = typeof call extends fc.Arbitrary<infer T> ? T : never;

/** What somebody else does. */
const deed = fc.record({ at: fc.nat(2), title: given(titles), text: given(texts), says: fc.boolean() });

function doDeed(wiki: FakeKnowledge, { at, says, title, text }: typeof deed extends fc.Arbitrary<infer T> ? T : never) {
  const id = [...wiki.pages.keys()][at % wiki.pages.size] ?? '';
  if (says) wiki.say(id, 'hello');
  else wiki.edit(id, { ...(title !== undefined && { title }), ...(text !== undefined && { text }) });
}

const marks = (): (() => Mark) => {
  let count = 0;
  return () => {
    count += 1;
    return { ...mark, token: count.toString(16).padStart(32, '0') };
  };
};

function withPages(): FakeKnowledge {
  const wiki = new FakeKnowledge();
  for (const title of ['One', 'Two']) wiki.add('handbook', { title, text: 'as it was\n' });
  return wiki;
}

/** Proposes and carries out; null when there is nothing to do, which must be said with a code. */
async function tryCall(wiki: FakeKnowledge, { at, makes, title, text, decided }: Call, by: Mark): Promise<Done | null> {
  const ids = [...wiki.pages.keys()];
  const id = ids[at % ids.length] ?? '';
  const there = await wiki.reader('deps-bot').page(id);
  const [name, args] = makes
    ? ['create_page', { namespace: 'handbook', parent: id, title: title ?? 'T', text: text ?? '' }]
    : ['update_page', { page: id, expected_version: there?.revision.id, title, text }];
  try {
    return await carryOut(wiki, await propose(wiki, name ?? '', { ...(args as object) }), {
      ...{ by, origin: decided ? decidedOrigin : undecided },
    });
  } catch (error) {
    if (error instanceof AppError || (error as Error).name === 'ZodError') return null;
    throw error;
  }
}

/** What a viewer sees of each page that is not in the trash; nobody that of an agent alone. */
async function seen(wiki: FakeKnowledge, viewer: string) {
  const pages = await Promise.all([...wiki.pages.keys()].map((id) => wiki.reader(viewer).page(id)));
  return pages.flatMap((page) =>
    page === null || page.trashed ? [] : [{ id: page.id, title: page.title, text: page.body.text }],
  );
}

async function undo(wiki: FakeKnowledge, done: Done, by: Mark): Promise<Done> {
  const planned = await planRestore(wiki, done);
  if ('refused' in planned) throw new Error(planned.refused);
  return carryOut(wiki, planned, { by, origin: { ...decidedOrigin, agent: null, session: null } });
}

async function tryAll(wiki: FakeKnowledge, calls: readonly Call[], next: () => Mark): Promise<readonly Done[]> {
  const made: Done[] = [];
  for (const each of calls) {
    const one = await tryCall(wiki, each, next());
    if (one !== null) made.push(one);
  }
  return made;
}

describe('for any words', () => {
  test('what is written is put back one by one, newest first, and the undo of each undo does it again', async () => {
    let count = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(call, { minLength: 1, maxLength: 5 }), async (calls) => {
        const [wiki, next] = [withPages(), marks()];
        const before = await seen(wiki, 'nobody');
        const made = await tryAll(wiki, calls, next);
        count += made.length;
        const after = await seen(wiki, 'deps-bot');
        const undone: Done[] = [];
        for (const each of made.toReversed()) {
          undone.push(await undo(wiki, each, next()));
          expect((await compare(wiki, each)).every(({ standing }) => standing === 'back')).toBe(true);
        }
        expect(await seen(wiki, 'nobody')).toEqual(before);
        expect(await seen(wiki, 'deps-bot')).toEqual(before);
        for (const each of undone.toReversed()) await undo(wiki, each, next());
        expect(await seen(wiki, 'deps-bot')).toEqual(after);
      }),
      { numRuns: 100, seed: 42 },
    );
    expect(count).toBeGreaterThan(150);
  });

  test('several of one page go back as one, to where they began', async () => {
    let together = 0;
    const calls = fc.array(call, { minLength: 2, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(calls, async (all) => {
        const [wiki, next] = [withPages(), marks()];
        const before = await seen(wiki, 'nobody');
        const made = await tryAll(
          wiki,
          all.map((each) => ({ ...each, at: 0, makes: false })),
          next,
        );
        const whole = asOne(made);
        if (whole === null) return;
        const planned = await planRestore(wiki, whole);
        if ('refused' in planned) expect(planned.refused).toBe('There is nothing to put back.');
        else await carryOut(wiki, planned, { by: next() });
        expect(await seen(wiki, 'deps-bot')).toEqual(before);
        if (made.length > 1) together += 1;
      }),
      { numRuns: 100, seed: 42 },
    );
    expect(together).toBeGreaterThan(50);
  });

  test('an undo never takes back what somebody else did since, unless told to', async () => {
    let conflicts = 0;
    const choices = fc.constantFrom('refuse' as const, 'untouched' as const);
    await fc.assert(
      fc.asyncProperty(call, fc.array(deed, { minLength: 1, maxLength: 3 }), choices, async (wanted, deeds, choice) => {
        const wiki = withPages();
        const done = await tryCall(wiki, { ...wanted, decided: true }, mark);
        if (done === null) return;
        const left = await seen(wiki, 'nobody');
        for (const each of deeds) doDeed(wiki, each);
        const now = await seen(wiki, 'nobody');
        const planned = await planRestore(wiki, done, choice);
        if ('refused' in planned) conflicts += planned.conflicts.length;
        else await carryOut(wiki, planned, { by: otherMark });
        const is = new Map((await seen(wiki, 'nobody')).map((each) => [each.id, each]));
        for (const [index, each] of now.entries()) {
          if (each.title !== left[index]?.title) expect(is.get(each.id)?.title).toBe(each.title);
          if (each.text !== left[index]?.text) expect(is.get(each.id)?.text).toBe(each.text);
        }
      }),
      { numRuns: 200, seed: 42 },
    );
    expect(conflicts).toBeGreaterThan(5);
  });
});
