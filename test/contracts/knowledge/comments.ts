import { describe, expect, test } from 'vitest';
import type { KnowledgePage } from '#capabilities/knowledge-read/ports.ts';
import { firstComments } from '#test/contracts/comments.ts';
import { newMark, present } from '#test/contracts/common.ts';
import { type Bench, refOf } from './bench.ts';
import { stale } from './writes.ts';

/** What is said on pages. */
export function commentsContract(at: () => Bench): void {
  const say = async (page: KnowledgePage, words: string, replyTo: string | null = null) => {
    const { write, reader, text } = at();
    const { id } = await write({ kind: 'comment', page: refOf(page), body: text(words), replyTo });
    return present(await reader.comment(page, id));
  };
  const lacks = (): boolean => at().reader.backend.lacks.includes('comment_on_page');

  describe('comments', () => {
    test('one is there as it was written, by our account and without our mark', async (context) => {
      const { newPage, self } = at();
      if (lacks()) return context.skip('nothing can be said on pages');
      const said = await say(await newPage(), 'Looked into it, with **care**.');
      expect(said.author?.id).toBe(self.id);
      expect(said.replyTo).toBeNull();
      expect(said.body.text.trim()).toBe('Looked into it, with **care**.');
      expect(JSON.stringify(said)).not.toMatch(/countersign chg_/i);
    });

    test('the newest come first, page by page', async (context) => {
      const { newPage, reader, settled } = at();
      if (lacks()) return context.skip('nothing can be said on pages');
      const made = await newPage();
      for (const words of ['one', 'two', 'three']) await say(made, words);
      await settled(async () => {
        const comments = await firstComments((page) => reader.comments(made, page));
        expect(comments).toEqual({ texts: [['three', 'two'], ['one']], more: false });
      });
      expect([3, null]).toContain((await at().now(made)).comments);
    });

    test('an answer says what it answers', async (context) => {
      const { newPage } = at();
      if (lacks()) return context.skip('nothing can be said on pages');
      const made = await newPage();
      const first = await say(made, 'A question?');
      expect(await say(made, 'An answer.', first.id)).toMatchObject({ replyTo: first.id });
    });

    test('a text is changed where it is as expected, and not where it is another', async (context) => {
      const { newPage, reader, write, text } = at();
      if (lacks() || !reader.backend.rewordsComments) return context.skip('comments stay as they are');
      const made = await newPage();
      const comment = await say(made, 'First');
      const edit = { kind: 'edit_comment', page: refOf(made), comment, expect: comment.body } as const;
      await write({ ...edit, body: text('Second') });
      expect((await reader.comment(made, comment.id))?.body.text.trim()).toBe('Second');
      await expect(write({ ...edit, body: text('Third') })).rejects.toMatchObject(stale);
      expect((await reader.comment(made, comment.id))?.body.text.trim()).toBe('Second');
    });

    test('one is added once, where the backend says that a step takes effect once', async (context) => {
      const { newPage, reader, write, text } = at();
      if (lacks() || !reader.backend.once)
        return context.skip('the backend does not keep a step from taking effect twice');
      const [made, mark] = [await newPage(), newMark()];
      const wanted = { kind: 'comment', page: refOf(made), body: text('Once'), replyTo: null } as const;
      const first = await write(wanted, mark);
      expect((await write(wanted, mark)).id).toBe(first.id);
      expect((await reader.comments(made, { limit: 10 })).items).toHaveLength(1);
    });

    test('the words of somebody who may not write there are not to be relied on', async (context) => {
      const { newPage, reader, place } = at();
      const { commentAsStranger } = place.others;
      if (commentAsStranger === undefined) return context.skip('no stranger is there');
      const made = await newPage();
      await commentAsStranger(refOf(made), 'Hello');
      const [comment] = (await reader.comments(made, { limit: 1 })).items;
      expect(comment?.body.text.trim()).toBe('Hello');
      expect(comment?.provenance).toMatchObject({ kind: 'person', trust: 'untrusted', quarantined: false });
    });

    test('very many are read from the newest on', async (context) => {
      const { newPage, reader, place, now } = at();
      const { commentMany } = place.others;
      if (commentMany === undefined) return context.skip('nobody can write so many');
      const made = await newPage();
      await commentMany(refOf(made), 1_000);
      const { texts } = await firstComments((page) => reader.comments(made, page));
      expect(texts).toEqual([
        ['Comment 1000', 'Comment 999'],
        ['Comment 998', 'Comment 997'],
      ]);
      expect([1_000, null]).toContain((await now(made)).comments);
    });
  });
}
