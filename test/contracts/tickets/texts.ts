import { describe, expect, test } from 'vitest';
import type { Bench } from './bench.ts';

/** No backend here takes more without a word. UTF-16 code units. */
const longest = 1_000_000;

/** Texts that some software spoils. */
const odd: Readonly<Record<string, string>> = {
  'emoji and what they are made of': 'Done 👍🏽, family 👨‍👩‍👧‍👦, flag 🇯🇵, keycap 1️⃣ and a rocket 🚀',
  'text from right to left': 'שלום עולם and مرحبا بالعالم in one line',
  'Japanese, and composed and decomposed letters': '日本語のチケット、é and e\u0301',
  'characters that do not show': 'zero\u200bwidth, soft\u00adhyphen and a join\u2060er',
  'what looks like another language': '$X {{x}} <b>bold</b> &amp; %s %n $1 \\0 {code} [~accountid:1]',
};

/** Texts that have to come back as they were written. */
export function textsContract(at: () => Bench): void {
  describe('texts', () => {
    test.each(Object.entries(odd))('%s come back in a title as they were', async (_what, words) => {
      const { newTicket, now, run } = at();
      const title = `countersign-contract ${run} ${words}`;
      expect((await now(await newTicket({ title }))).title).toBe(title);
    });

    test('and in a description', async () => {
      const { newTicket, text, reader } = at();
      const words = Object.values(odd).slice(0, 4).join('\n\n');
      const { description } = await newTicket({ description: text(words) });
      if (reader.backend.documents === 'markdown') expect(description?.text.trim()).toBe(words);
      else expect(JSON.stringify(description)).toContain(JSON.stringify(Object.values(odd)[1]).slice(1, -1));
    });

    test('a description as long as the backend takes comes back whole', async () => {
      const { newTicket, text, reader } = at();
      const line = 'All work and no play makes a dull log. 0123456789\n\n';
      const room = Math.min(longest, Math.floor(reader.backend.maxText * 0.9));
      // Markup of a document takes more room than its text.
      const words = line
        .repeat(Math.floor((reader.backend.documents === 'adf' ? room / 4 : room) / line.length))
        .trim();
      const { description } = await newTicket({ description: text(words) });
      expect(description?.text.trim().length).toBe(words.length);
      expect(description?.text.trim() === words).toBe(true);
    });

    test('one that is longer is refused, and nothing is made', async () => {
      const { write, text, reader, project, type, run } = at();
      const title = `countersign-contract ${run} too long`;
      const fields = { title, description: text('x'.repeat(reader.backend.maxText + 1)) };
      const writing = write({ kind: 'create', project, type, fields });
      await expect(writing).rejects.toMatchObject({ name: 'NotDone', kind: 'refused' });
    });

    test('a description is emptied, and filled again', async () => {
      const { newTicket, now, write, text } = at();
      const made = await newTicket({ description: text('Something') });
      const { description } = made;
      await write({ kind: 'update', ticket: made, expect: { description }, set: { description: null } });
      const empty = (await now(made)).description;
      expect(empty?.text ?? '').toBe('');
      await write({ kind: 'update', ticket: made, expect: { description: empty }, set: { description } });
      expect((await now(made)).description?.text.trim()).toBe('Something');
    });
  });
}
