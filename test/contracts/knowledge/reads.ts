import { describe, expect, test } from 'vitest';
import type { Page } from '#capabilities/common/page.ts';
import { knowledgeRead } from '#capabilities/knowledge-read/capability.ts';
import { knowledgeWrite } from '#capabilities/knowledge-write/capability.ts';
import { present } from '#test/contracts/common.ts';
import { type Bench, refOf, updateOf } from './bench.ts';

/** All of a list, page by page. */
export async function allOf<T>(load: (cursor: string | undefined) => Promise<Page<T>>): Promise<readonly T[]> {
  const items: T[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await load(cursor);
    items.push(...page.items);
    if (page.cursor === null) return items;
    cursor = page.cursor;
  }
}

/** Reading what is there, and what is not. */
export function readsContract(at: () => Bench): void {
  describe('reads', () => {
    test('the backend says what it is, and lacks only tools that there are', () => {
      const { backend } = at().reader;
      const tools = [...knowledgeRead.tools, ...knowledgeWrite.tools].map(({ name }) => name);
      expect(tools).toEqual(expect.arrayContaining([...backend.lacks]));
      expect(backend.name).not.toBe('');
      expect(backend.maxText).toBeGreaterThan(10_000);
      expect(backend.maxTitle).toBeGreaterThan(50);
    });

    test('the account that acts is the same each time', async () => {
      const { reader, self } = at();
      expect(await reader.self()).toEqual(self);
      expect(self.id).not.toBe('');
    });

    test('a namespace is found by its key, whatever the case; one that is not there is null', async () => {
      const { reader, namespace, place } = at();
      expect(namespace).toMatchObject({ key: place.namespace, archived: false });
      expect((await reader.namespace(place.namespace.toUpperCase()))?.id).toBe(namespace.id);
      expect(await reader.namespace('not-there-at-all')).toBeNull();
    });

    test('a page is there by its id, with its namespace and the pages above it', async () => {
      const { newPage, namespace, now, another } = at();
      const top = await newPage();
      const below = await newPage({ parent: await newPage({ parent: top }) });
      expect(top).toMatchObject({ above: [], trashed: false, namespace: { id: namespace.id, key: namespace.key } });
      expect(below.above.map(({ id }) => id)).toEqual([top.id, expect.any(String)]);
      expect(below.above[0]?.title).toBe(top.title);
      expect(await now(below)).toEqual(below);
      expect((await another.page(top.id))?.revision.id).toBe((await now(top)).revision.id);
    });

    test('a page of another namespace says so itself', async (context) => {
      const { newPage, other, now } = at();
      if (other === null) return context.skip('there is no other namespace');
      const elsewhere = await newPage({ namespace: other });
      expect((await now(elsewhere)).namespace).toMatchObject({ id: other.id, key: other.key });
    });

    test('what is not there is null or empty', async () => {
      const { reader, newPage, write, text } = at();
      const [one, another] = [await newPage(), await newPage()];
      for (const id of ['999999999999', '00000000-0000-4000-8000-000000000000', 'nothing', 'P-1:2=.']) {
        expect(await reader.page(id)).toBeNull();
        expect(await reader.comment(one, id)).toBeNull();
        expect(await reader.past(refOf(one), { revision: id }).catch(unsupported)).toBeNull();
      }
      if (reader.backend.lacks.includes('comment_on_page')) return;
      const said = await write({ kind: 'comment', page: refOf(one), body: text('Here'), replyTo: null });
      expect(await reader.comment(another, said.id)).toBeNull();
    });

    test('the pages under a page are listed, each once, over pages of the list', async () => {
      const { newPage, reader, namespace, settled } = at();
      const top = await newPage();
      const made = [await newPage({ parent: top }), await newPage({ parent: top }), await newPage({ parent: top })];
      const ids = made.map(({ id }) => id).toSorted();
      await settled(async () => {
        const listed = await allOf((cursor) => reader.children(namespace, top.id, { limit: 2, cursor }));
        expect(listed.map(({ id }) => id).toSorted()).toEqual(ids);
        expect(listed.every(({ above }) => above.at(-1)?.id === top.id)).toBe(true);
      });
      expect([true, null]).toContain((await at().now(top)).parent);
      const tops = await allOf((cursor) => reader.children(namespace, null, { limit: 100, cursor }));
      expect(tops.map(({ id }) => id)).toContain(top.id);
      expect(tops.map(({ id }) => id)).not.toContain(ids[0]);
    });

    test('the history tells each revision, the newest first, and shows what each was', async (context) => {
      const { newPage, reader, write, now, text, title } = at();
      if (reader.backend.lacks.includes('get_page_history')) return context.skip('there is no history');
      const made = await newPage({ text: 'First' });
      await write(updateOf(made, { title: title('again'), body: text('Second') }));
      const changed = await now(made);
      const revisions = await allOf((cursor) => reader.history(refOf(made), { limit: 1, cursor }));
      expect(revisions.map(({ id }) => id)).toEqual([changed.revision.id, made.revision.id]);
      expect(revisions.map((each) => each.title)).toEqual([title('again'), made.title]);
      expect(revisions.every(({ at: when }) => !Number.isNaN(Date.parse(when)))).toBe(true);
      const first = present(await reader.past(refOf(made), { revision: made.revision.id }));
      expect(first.body.text.trim()).toBe('First');
      expect(first.revision.id).toBe(made.revision.id);
    });

    test('links between pages are told, each way', async (context) => {
      const { newPage, reader, settled, place } = at();
      if (place.able.links !== true) return context.skip('links are not told');
      const target = await newPage();
      const linking = await newPage({ text: `See [that one](${target.url}).` });
      await settled(async () => {
        expect((await reader.links(refOf(linking))).to.map(({ id }) => id)).toEqual([target.id]);
        expect((await reader.links(refOf(target))).from.map(({ id }) => id)).toEqual([linking.id]);
      });
      expect((await reader.links(refOf(target))).to).toEqual([]);
    });

    test('a cursor that no page gave is refused, or leads nowhere', async () => {
      const { reader, newPage, namespace } = at();
      const made = await newPage();
      for (const cursor of ['nonsense', '-1', '" OR 1=1', '../x']) {
        const lists: readonly Promise<Page<unknown>>[] = [
          reader.search({ within: [{ namespace: namespace.key, under: null }], text: 'words' }, { limit: 5, cursor }),
          reader.children(namespace, null, { limit: 5, cursor }),
          reader.comments(refOf(made), { limit: 5, cursor }),
          reader.history(refOf(made), { limit: 5, cursor }),
        ];
        for (const found of await Promise.all(lists.map((list) => list.catch((error: Error) => error.name)))) {
          expect(typeof found === 'string' ? found : Array.isArray(found.items)).toBeOneOf(['AppError', true]);
        }
      }
    });
  });
}

/** Nothing where a backend keeps no revisions at all. */
function unsupported(error: unknown): null {
  expect(error).toMatchObject({ name: 'AppError', code: 'unsupported' });
  return null;
}
