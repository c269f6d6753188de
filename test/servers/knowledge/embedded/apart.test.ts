import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { KnowledgeQuery } from '#capabilities/knowledge-read/ports.ts';
import { agent, found, markdown, newBase, openBase, placeOf, present, query, refOf, unseen, update } from './base.ts';
import { embedder, vectorsBy } from './embeddings.ts';

const words = ['teapot', 'kettle', 'layoff', '返品', '手順', 'größe', 'the', 'a'] as const;
const text = fc.array(fc.constantFrom(...words), { minLength: 0, maxLength: 30 }).map((some) => some.join(' '));
const pages = fc.array(fc.record({ title: text, text }), { minLength: 1, maxLength: 12 });
const searches = ['teapot', 'layoff', 'teapot layoff the', '返品の手順', 'größe kettle', '返'];

type Seen = readonly (readonly unknown[])[];

/** All that an answer tells but for ids, which are drawn. */
async function told(base: ReturnType<typeof openBase>, within: (text: string) => KnowledgeQuery): Promise<Seen> {
  const answers = searches.map(async (search) => {
    const hits = await found(base.as('reader'), within(search), 3);
    return hits.map(({ title, score, snippet, line, heading, above, parent }) => [
      title,
      score,
      snippet,
      line,
      heading,
      above.length,
      parent,
    ]);
  });
  return Promise.all(answers);
}

/** Fills one place, and others by `beside`; tells what a search there does. */
async function seenWith(
  inside: readonly { readonly title: string; readonly text: string }[],
  within: (root: string, text: string) => KnowledgeQuery,
  beside: (base: ReturnType<typeof openBase>, root: string, ids: readonly string[]) => Promise<unknown>,
  options: Parameters<typeof openBase>[0] = {},
): Promise<Seen> {
  const base = openBase(options);
  try {
    const root = base.add('handbook', { title: 'Root', text: 'the root' });
    const ids = inside.map((page) => base.add('handbook', { ...page, title: page.title || 'none', under: root }));
    await beside(base, root, ids);
    await base.vectors?.fill();
    return await told(base, (search) => within(root, search));
  } finally {
    base.store.close();
  }
}

const nothing = async () => {};
const whole = (_root: string, search: string) => query(search);
const part = (root: string, search: string) => ({ text: search, within: [{ namespace: 'handbook', under: [root] }] });

test('whatever is in another namespace changes nothing of what a search finds in this one', async () => {
  await fc.assert(
    fc.asyncProperty(pages, pages, async (inside, outside) => {
      const alone = await seenWith(inside, whole, nothing);
      const beside = await seenWith(inside, whole, async (base) => {
        for (const page of outside) base.add('people', { ...page, title: page.title || 'none' });
      });
      expect(beside).toEqual(alone);
    }),
    { numRuns: 12 },
  );
});

test('whatever is outside the pages that a search is limited to changes nothing of it', async () => {
  await fc.assert(
    fc.asyncProperty(pages, pages, async (inside, outside) => {
      const alone = await seenWith(inside, part, nothing);
      const beside = await seenWith(inside, part, async (base) => {
        for (const page of outside) base.add('handbook', { ...page, title: page.title || 'none' });
      });
      expect(beside).toEqual(alone);
    }),
    { numRuns: 12 },
  );
});

test('what waits in quarantine of another agent changes nothing of a search, nor does what was there and is gone', async () => {
  await fc.assert(
    fc.asyncProperty(pages, pages, fc.constantFrom(whole, part), async (inside, outside, within) => {
      const alone = await seenWith(inside, within, nothing);
      const beside = await seenWith(inside, within, async (base, root, ids) => {
        const above = await base.page(root);
        const place = { ...placeOf(above), above: [{ id: root, title: 'Root' }] };
        for (const page of outside) {
          const body = markdown(page.text);
          const draft = await base.write(
            { kind: 'create', place, title: page.title || 'none', body },
            unseen('writer'),
          );
          const gone = { kind: 'create', place, title: page.title || 'none', body } as const;
          const made = await base.page((await base.write(gone, agent('writer'))).id);
          await base.write({ kind: 'trash', page: refOf(made), place, revision: made.revision.id });
          expect(await base.reader.page(draft.id)).toBeNull();
        }
        const first = await base.page(present(ids[0]));
        await base.write(update(first, outside.map((page) => page.text).join('\n')), unseen('writer'));
      });
      expect(beside).toEqual(alone);
    }),
    { numRuns: 8 },
  );
});

test('no more does any of that where pages are found by meaning too', async () => {
  const vectors = vectorsBy(embedder);
  await fc.assert(
    fc.asyncProperty(pages, pages, fc.constantFrom(whole, part), async (inside, outside, within) => {
      const alone = await seenWith(inside, within, nothing, { vectors });
      const beside = await seenWith(inside, within, besideIt(outside, within), { vectors });
      expect(beside).toEqual(alone);
    }),
    { numRuns: 6 },
  );
});

/** Pages of another namespace, and one that waits; beside the part that a search is limited to, some of the same. */
function besideIt(outside: readonly { readonly title: string; readonly text: string }[], within: typeof whole) {
  return async (base: ReturnType<typeof openBase>, root: string, ids: readonly string[]): Promise<void> => {
    for (const page of outside) {
      base.add('people', { ...page, title: page.title || 'none' });
      if (within === part) base.add('handbook', { ...page, title: page.title || 'none' });
    }
    // Some have their vectors before, and some after.
    await base.vectors?.fill();
    const above = { ...placeOf(await base.page(root)), above: [{ id: root, title: 'Root' }] };
    const body = markdown(outside.map((page) => page.text).join('\n'));
    await base.write({ kind: 'create', place: above, title: 'Waits', body }, unseen('writer'));
    await base.write(update(await base.page(present(ids[0])), body.text), unseen('writer'));
  };
}

test('the searches that are tried find something', async () => {
  const base = newBase();
  base.add('handbook', { title: 'All', text: words.join(' ') });
  expect((await told(base, (search) => query(search))).map((hits) => hits.length)).toEqual(searches.map(() => 1));
});
