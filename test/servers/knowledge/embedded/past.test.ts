import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PastPage } from '#capabilities/knowledge-read/ports.ts';
import type { KnowledgeWrite } from '#capabilities/knowledge-write/ports.ts';
import { NotDone } from '#shared/tools/index.ts';
import { agent, markdown, newBase, openBase, person, placeOf, present, refOf, unseen, update } from './base.ts';

type Base = ReturnType<typeof openBase>;
type Step = {
  readonly what: 'create' | 'edit' | 'draft' | 'accept' | 'move' | 'trash' | 'untrash';
  readonly one: number;
  readonly other: number;
};

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    what: fc.constantFrom('create', 'create', 'edit', 'draft', 'accept', 'move', 'move', 'trash', 'untrash'),
    one: fc.nat(20),
    other: fc.nat(20),
  }),
  { minLength: 5, maxLength: 25 },
);

/** What a step writes; null where there is nothing that it could be done to. */
async function writeOf(base: Base, ids: readonly string[], { what, one, other }: Step): Promise<KnowledgeWrite | null> {
  const reader = what === 'accept' || what === 'draft' ? base.people : base.reader;
  const [page, to] = [await reader.page(ids[one % ids.length] ?? ''), await reader.page(ids[other % ids.length] ?? '')];
  if (page === null || to === null) return null;
  const above = other % 4 === 0 ? [] : [...to.above, { id: to.id, title: to.title }];
  const place = { namespace: to.namespace, above };
  const { revision } = page;
  switch (what) {
    case 'create':
      return { kind: 'create', place, title: `Page ${one}`, body: markdown(`text ${other}`) };
    case 'edit':
    case 'draft':
      return update(page, `text ${other}`);
    case 'accept':
      return {
        kind: 'accept',
        page: refOf(page),
        revision: revision.id,
        waiting: revision,
        change: revision.provenance.source ?? '',
      };
    case 'move':
      return { kind: 'move', page: refOf(page), from: placeOf(page), to: place };
    case 'trash':
      return { kind: 'trash', page: refOf(page), place: placeOf(page), revision: revision.id };
    case 'untrash':
      return { kind: 'untrash', page: refOf(page), place };
  }
}

const originOf = {
  create: agent('a'),
  edit: agent('a'),
  draft: unseen('a'),
  accept: person,
  move: person,
  trash: person,
  untrash: person,
};

/** A namespace at a moment, or now. */
async function stateOf({ reader }: Base, at: string | null): Promise<unknown> {
  const namespace = present(await reader.namespace('handbook'));
  const pages: PastPage[] = [];
  for (let cursor: string | undefined | null; cursor !== null; ) {
    const list = await reader.pastPages(namespace, at, { limit: 3, ...(cursor !== undefined && { cursor }) });
    for (const { body, ...past } of list.items) pages.push({ ...past, body: await body() });
    cursor = list.cursor;
  }
  // What is above one has no title once it is in another namespace.
  return pages.map(({ page, place, revision, body, trashed }) => [
    page.id,
    page.title,
    place.above.map(({ id }) => id),
    revision.id,
    body.text,
    trashed,
  ]);
}

test('a namespace as of a moment is what it was then, whatever happened to its pages since', async () => {
  let written = 0;
  await fc.assert(
    fc.asyncProperty(steps, async (wanted) => {
      const base = openBase();
      try {
        const ids = [base.add('handbook', { title: 'First' }), base.add('notes', { title: 'Elsewhere' })];
        const states: { readonly at: string; readonly state: unknown }[] = [];
        for (const step of wanted) {
          const write = await writeOf(base, ids, step);
          const done = write === null ? null : await base.write(write, originOf[step.what]).catch(onlyNotDone);
          if (done !== null) written += 1;
          if (done !== null && step.what === 'create') ids.push(done.id);
          const { value } = present(base.store.one<{ value: string }>("select value from about where name = 'latest'"));
          states.push({ at: new Date(Number(value)).toISOString(), state: await stateOf(base, null) });
        }
        for (const { at, state } of states) expect(await stateOf(base, at)).toEqual(state);
      } finally {
        base.store.close();
      }
    }),
    { numRuns: 25 },
  );
  // Steps that are all refused would prove little.
  expect(written).toBeGreaterThan(60);
});

function onlyNotDone(error: unknown): null {
  if (error instanceof NotDone) return null;
  throw error;
}

describe('a page', () => {
  test('as it was: by a revision, or as of a moment, with the place that it had', async () => {
    const { add, page, write, reader } = newBase();
    const [id, parent] = [add('handbook', { title: 'One', text: 'first' }), add('handbook', { title: 'Parent' })];
    const first = await page(id);
    await write(update(first, 'second'));
    const second = await page(id);
    const to = { namespace: first.namespace, above: [{ id: parent, title: 'Parent' }] };
    await write({ kind: 'move', page: refOf(first), from: placeOf(first), to });
    expect(await reader.past(first, { revision: first.revision.id })).toMatchObject({
      body: { text: 'first' },
      place: { above: [] },
    });
    expect(await reader.past(first, { at: first.revision.at })).toMatchObject({
      body: { text: 'first' },
      place: { above: [] },
    });
    expect(await reader.past(first, { at: second.revision.at })).toMatchObject({
      body: { text: 'second' },
      place: { above: [] },
    });
    expect(await reader.past(first, { revision: second.revision.id })).toMatchObject({
      place: { above: [{ id: parent }] },
    });
    expect(await reader.past(first, { at: '2020-01-01T00:00:00Z' })).toBeNull();
    expect(await reader.past(first, { revision: 'rv_none' })).toBeNull();
    const other = await page(parent);
    expect(await reader.past(other, { revision: first.revision.id })).toBeNull();
  });

  test('keeps its time in order when the clock goes back', async () => {
    let time = Date.parse('2026-07-02T00:00:00Z');
    const { add, page, write, reader } = newBase({ now: () => time });
    const id = add('handbook', { text: 'first' });
    time -= 3_600_000;
    await write(update(await page(id), 'second'));
    const now = await page(id);
    expect(now.revision.at).toBe('2026-07-02T00:00:00.000Z');
    expect(await reader.past(now, { at: now.revision.at })).toMatchObject({ body: { text: 'second' } });
  });
});

test('what a page above was called before it came to another namespace is not told', async () => {
  const base = newBase();
  const above = base.add('handbook', { title: 'Salaries' });
  const id = base.add('handbook', { title: 'Kettles', under: above });
  const then = new Date(base.store.now()).toISOString();
  const { namespace } = await base.page(id);
  await base.write(
    {
      kind: 'move',
      page: refOf(await base.page(id)),
      from: placeOf(await base.page(id)),
      to: { namespace, above: [] },
    },
    person,
  );
  const told = async () => present(await base.reader.past(await base.page(id), { at: then })).place.above;
  expect(await told()).toEqual([{ id: above, title: 'Salaries' }]);
  const closed = present(await base.reader.namespace('people'));
  await base.write(
    {
      kind: 'move',
      page: refOf(await base.page(above)),
      from: placeOf(await base.page(above)),
      to: { namespace: closed, above: [] },
    },
    person,
  );
  expect(await told()).toEqual([{ id: above, title: '' }]);
});
