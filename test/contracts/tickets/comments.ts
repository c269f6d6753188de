import { describe, expect, test } from 'vitest';
import { firstComments } from '#test/contracts/comments.ts';
import { newMark, present } from '#test/contracts/common.ts';
import type { Bench } from './bench.ts';
import { stale } from './fields.ts';

/** What is said on tickets. */
export function commentsContract(at: () => Bench): void {
  const say = async (ticket: Parameters<Bench['now']>[0] & Awaited<ReturnType<Bench['newTicket']>>, words: string) => {
    const { write, reader, text } = at();
    const { id } = await write({ kind: 'comment', ticket, body: text(words), visibleTo: 'team' });
    return present(await reader.comment(ticket, id));
  };

  describe('comments', () => {
    test('a comment is there as it was written, by our account and without our mark', async () => {
      const { newTicket, self } = at();
      const made = await newTicket();
      const said = await say(made, 'Looked into it.\n\n- one\n- two');
      expect(said.author?.id).toBe(self.id);
      expect(said).toMatchObject({ visibleTo: 'team' });
      expect(said.body.text.trim()).toMatch(/^Looked into it\.\n+[-*] one\n+[-*] two$/);
      expect(JSON.stringify(said.body)).not.toMatch(/countersign|chg_/i);
    });

    test('the newest come first, page by page', async () => {
      const { newTicket, reader, settled } = at();
      const made = await newTicket();
      for (const words of ['one', 'two', 'three']) await say(made, words);
      await settled(async () => {
        const comments = await firstComments((page) => reader.comments(made, page));
        expect(comments).toEqual({ texts: [['three', 'two'], ['one']], more: false });
      });
    });

    test('a text is changed where it is as expected, and not where it is another', async () => {
      const { newTicket, reader, write, text } = at();
      const made = await newTicket();
      const comment = await say(made, 'First');
      const body = text('Second');
      await write({ kind: 'edit_comment', ticket: made, comment, expect: comment.body, body });
      expect((await reader.comment(made, comment.id))?.body.text.trim()).toBe('Second');
      const again = { kind: 'edit_comment', ticket: made, comment, expect: comment.body, body: text('Third') } as const;
      await expect(write(again)).rejects.toMatchObject(stale);
      expect((await reader.comment(made, comment.id))?.body.text.trim()).toBe('Second');
    });

    test('a comment whose answer was lost is found by its mark, and is there once', async (context) => {
      const { newTicket, reader, write, text, place } = at();
      const { loseAnswer, loseRequest } = place.others;
      if (loseAnswer === undefined) return context.skip('no answer can be lost here');
      const [made, mark] = [await newTicket(), newMark()];
      const wanted = { kind: 'comment', ticket: made, body: text('Once'), visibleTo: 'team' } as const;
      await loseAnswer();
      await expect(write(wanted, mark)).rejects.not.toMatchObject({ name: 'NotDone' });
      const { items } = await reader.comments(made, { limit: 10 });
      expect(items).toHaveLength(1);
      expect(await reader.landed(wanted, mark)).toMatchObject({ landed: { id: items[0]?.id } });
      if (loseRequest === undefined) return;
      const other = newMark();
      await loseRequest();
      await expect(write(wanted, other)).rejects.not.toMatchObject({ name: 'NotDone' });
      expect(await reader.landed(wanted, other)).toBe('not_found');
    });

    test('a step that is run twice takes effect once, where the backend says so', async (context) => {
      const { newTicket, reader, write, text } = at();
      if (!reader.backend.once) return context.skip('the backend does not keep a step from taking effect twice');
      const [made, mark] = [await newTicket(), newMark()];
      const wanted = { kind: 'comment', ticket: made, body: text('Once'), visibleTo: 'team' } as const;
      const first = await write(wanted, mark);
      expect((await write(wanted, mark)).id).toBe(first.id);
      expect((await reader.comments(made, { limit: 10 })).items).toHaveLength(1);
    });

    test('somebody who does not work there is no member', async (context) => {
      const { newTicket, reader, place } = at();
      const { commentAsStranger } = place.others;
      if (commentAsStranger === undefined) return context.skip('no stranger is there');
      const made = await newTicket();
      await commentAsStranger(made, 'Hello');
      const [comment] = (await reader.comments(made, { limit: 1 })).items;
      expect(comment?.body.text.trim()).toBe('Hello');
      expect(['guest', 'customer', 'unknown', undefined]).toContain(comment?.author?.standing);
    });

    test('very many are read from the newest on', async (context) => {
      const { newTicket, reader, place } = at();
      const { commentMany } = place.others;
      if (commentMany === undefined) return context.skip('nobody can write so many');
      const made = await newTicket();
      await commentMany(made, 10_000);
      const { texts } = await firstComments((page) => reader.comments(made, page));
      expect(texts).toEqual([
        ['Comment 10000', 'Comment 9999'],
        ['Comment 9998', 'Comment 9997'],
      ]);
      expect([10_000, null]).toContain((await at().now(made)).comments);
    });
  });
}
